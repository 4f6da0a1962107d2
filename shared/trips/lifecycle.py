"""Use cases of a trip's life: archive, delete, restore, purge."""

from shared.events.models import Event
from shared.runtime.caller import TripAccess, trip_not_found
from shared.runtime.logs import log
from shared.trips import rules
from shared.trips.changes import TripChanges
from shared.trips.models import PURGED_AFTER, Trip
from shared.trips.store import TripStore, TripTransaction

PURGED_A_RUN = 10
"""Trips that one run of the purge begins."""
DOCUMENTS_A_RUN = 3000
"""Documents that one run deletes; the next one goes on."""


class TripLifecycle:
    def __init__(self, store: TripStore, changes: TripChanges) -> None:
        self._store = store
        self._changes = changes

    def archive(self, access: TripAccess, *, put_away: bool) -> Trip:
        """Put the trip away, or take it out again, for the caller alone."""

        def work(transaction: TripTransaction) -> tuple[Trip, None]:
            before = rules.visible(transaction.trip(access.trip_id), access)
            after = rules.archived(before, access.caller.uid, put_away=put_away)
            if after != before:
                transaction.put_trip(access.trip_id, after)
            return after, None

        return self._changes.commit(work)

    def delete(self, access: TripAccess) -> Trip:
        """Take the trip from everybody. Its owner can restore it for 30 days; its public page is gone for good."""
        now = self._changes.now()

        def work(transaction: TripTransaction) -> tuple[Trip, Event]:
            before = rules.visible(transaction.trip(access.trip_id), access)
            after = rules.deleted(before, now)
            event = self._changes.event("trip.deleted.v1", access.trip_id, access.caller, now, trip=before.name)
            transaction.put_trip(access.trip_id, after)
            if before.public_page:
                transaction.delete_page(before.public_page.name_hash)
            transaction.add_event(event, audited=True)
            return after, event

        return self._changes.commit(work)

    def restore(self, access: TripAccess) -> Trip:
        """Bring a deleted trip back for everybody. Raises AlreadyExists (TRIP_NOT_DELETED), NotFound after 30 days."""
        now = self._changes.now()

        def work(transaction: TripTransaction) -> tuple[Trip, Event]:
            before = transaction.trip(access.trip_id)
            access.check(rules.owner_roles(before, now))
            if before is None:
                raise trip_not_found(access.trip_id)
            after = rules.restored(before, now)
            event = self._changes.event("trip.restored.v1", access.trip_id, access.caller, now, trip=after.name)
            transaction.put_trip(access.trip_id, after)
            transaction.add_event(event, audited=True)
            return after, event

        return self._changes.commit(work)

    def purge(self) -> int:
        """Delete what nobody can restore any more, with everything under it; returns how many documents.

        A run does a bounded piece and the next one goes on where it ended, wherever that was.
        """
        left = DOCUMENTS_A_RUN
        for trip_id in self._store.deleted_before(self._changes.now() - PURGED_AFTER, PURGED_A_RUN):
            left -= self._store.purge(trip_id, left)
            if left <= 0:
                break
            log.info("trip purged", trip_id=trip_id)
        return DOCUMENTS_A_RUN - left
