"""Use cases of guests, who travel without an account: add, rename, remove, and hand what is theirs to a member."""

import hashlib
from collections.abc import Callable

from shared.events.models import Event
from shared.runtime.caller import TripAccess
from shared.runtime.ids import Ids
from shared.sharing.requests import AddGuestRequest, GuestResponse
from shared.trips import guests, rules
from shared.trips.changes import TripChanges
from shared.trips.models import Guest, Trip
from shared.trips.store import TripTransaction


class Guests:
    """Each use case is one transaction on the trip."""

    def __init__(self, changes: TripChanges, ids: Ids) -> None:
        self._changes = changes
        self._ids = ids

    def add(self, access: TripAccess, request: AddGuestRequest) -> GuestResponse:
        """A new guest; a resend by `requestId` answers with the one added the first time.

        Raises AlreadyExists (REQUEST_ID_REUSED), ResourceExhausted (TOO_MANY_GUESTS), NotFound and PermissionDenied.
        """
        key = _replayable_id(access, request.request_id) if request.request_id else self._ids.new()
        guest_id = f"guest:{key}"
        mark = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
        now = self._changes.now()
        guest = Guest(name=request.name, added_by=access.caller.uid, added_at=now, fingerprint=mark)
        return self._change(access, guest_id, "trip.guest_added.v1", lambda trip: guests.added(trip, guest_id, guest))

    def rename(self, access: TripAccess, guest_id: str, name: str) -> GuestResponse:
        """Give a guest another name. Raises NotFound (GUEST_NOT_FOUND)."""
        now = self._changes.now()
        return self._change(
            access, guest_id, "trip.guest_renamed.v1", lambda trip: guests.renamed(trip, guest_id, name, now)
        )

    def remove(self, access: TripAccess, guest_id: str) -> GuestResponse:
        """Take a guest from the trip; stops and expenses that name them stay. Raises as `guests.removed`."""
        now = self._changes.now()
        return self._change(access, guest_id, "trip.guest_removed.v1", lambda trip: guests.removed(trip, guest_id, now))

    def claim(self, access: TripAccess, guest_id: str, uid: str | None) -> GuestResponse:
        """Say which member a guest is, or (None) that they are none after all. Raises as `guests.claimed`."""
        now = self._changes.now()

        def decide(trip: Trip) -> Trip:
            return guests.claimed(trip, guest_id, uid, now) if uid else guests.released(trip, guest_id, now)

        return self._change(access, guest_id, "trip.guest_claimed.v1", decide)

    def _change(self, access: TripAccess, guest_id: str, kind: str, decide: Callable[[Trip], Trip]) -> GuestResponse:
        now = self._changes.now()

        def work(transaction: TripTransaction) -> tuple[GuestResponse, Event | None]:
            before = rules.visible(transaction.trip(access.trip_id), access)
            after = decide(before)
            answer = GuestResponse.of(access.trip_id, guest_id, after.guests[guest_id])
            if after == before:
                return answer, None
            claimed_by = after.guests[guest_id].claimed_by
            event = self._changes.event(kind, access.trip_id, access.caller, now, guestId=guest_id, uid=claimed_by)
            transaction.put_trip(access.trip_id, after)
            transaction.add_event(event, audited=kind == "trip.guest_claimed.v1")
            return answer, event

        return self._changes.commit(work)


def _replayable_id(access: TripAccess, request_id: str) -> str:
    return hashlib.sha256(f"{access.caller.uid}/{access.trip_id}/guest/{request_id}".encode()).hexdigest()[:20]
