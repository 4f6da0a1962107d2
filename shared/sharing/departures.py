"""Use case of going for good: what becomes of a trip when the account of one of its travellers is deleted.

In every state in between, a trip that lives has one owner, so it may die anywhere and be done again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.events.models import Event
from shared.runtime.caller import Caller, Role
from shared.trips import rules
from shared.trips.access import FORMER
from shared.trips.changes import TripChanges
from shared.trips.models import PURGED_AFTER, Member, Trip
from shared.trips.store import TripStore, TripTransaction

Fate = Literal["handOver", "delete"]


@dataclass(frozen=True)
class Wish:
    """What is to become of an owned trip; `to` is a member who gets it, if they still are one."""

    fate: Fate
    to: str | None = None


class Departures:
    def __init__(self, store: TripStore, changes: TripChanges) -> None:
        self._store = store
        self._changes = changes

    def trips_of(self, uid: str) -> list[str]:
        """The ids of all trips that somebody belongs to or ever belonged to, sorted. Two queries."""
        return self._store.ever_of(uid)

    def depart(self, trip_id: str, uid: str, wish: Wish) -> None:
        """End somebody's membership, in two transactions if they own the trip; nothing happens if they have none.

        Without a wish that can be met the trip goes to the editor who has been there for longest, else to a voter, else
        to a viewer, and is deleted if there is nobody.
        """
        while self._step(trip_id, uid, wish):
            pass

    def forget(self, trip_id: str, uid: str) -> None:
        """Take somebody's name out of a trip's audit log."""
        self._store.forget_names(trip_id, uid)

    def _step(self, trip_id: str, uid: str, wish: Wish) -> bool:
        """The next step of a departure; False once there is none left."""

        def work(transaction: TripTransaction) -> tuple[bool, Event | None]:
            trip, member, _ = transaction.trip_and_member(trip_id, uid)
            if trip is None:
                return False, None
            going = _Going(self._changes, transaction, trip_id, trip, uid, member)
            if trip.roles.get(uid) != Role.OWNER:
                return False, going.leave()
            if trip.deleted_at and member is None:
                return False, None
            heir = (
                None if trip.deleted_at or wish.fate == "delete" else self._heir(transaction, trip_id, trip, uid, wish)
            )
            return (True, going.hand_over(heir)) if heir else (False, going.delete())

        return self._changes.commit(work)

    def _heir(self, transaction: TripTransaction, trip_id: str, trip: Trip, leaver: str, wish: Wish) -> Member | None:
        """Who gets a trip, of those who are not on their way out as well: their wishes are about trips of their own."""
        others = [one for uid, one in transaction.members(trip_id).items() if uid != leaver and uid in trip.roles]
        leaving = transaction.leaving([one.uid for one in others])
        return _first([one for one in others if one.uid not in leaving], trip, wish)


class _Going:
    """One step within its transaction; each returns the event that tells of it, if anybody is left to hear."""

    def __init__(
        self,
        changes: TripChanges,
        transaction: TripTransaction,
        trip_id: str,
        trip: Trip,
        uid: str,
        member: Member | None,
    ) -> None:
        self._changes = changes
        self._transaction = transaction
        self._trip_id = trip_id
        self._trip = trip
        self._uid = uid
        self._member = member
        self._now = changes.now()

    def leave(self) -> Event | None:
        """No member any more, nor a guest with a name."""
        after = _without(self._trip, self._uid, self._now)
        if after != self._trip:
            self._transaction.put_trip(self._trip_id, after)
        if self._member:
            self._transaction.delete_member(self._trip_id, self._uid)
        if self._uid not in self._trip.roles or self._trip.deleted_at:
            return None
        return self._told("trip.member_left.v1", uid=self._uid, member=FORMER)

    def hand_over(self, heir: Member) -> Event:
        """Another owner. Who goes is an editor until the next step takes them out."""
        after = rules.handed_over(self._trip, self._uid, heir.uid, self._now)
        self._transaction.put_trip(self._trip_id, after)
        self._transaction.put_member_role(self._trip_id, self._uid, Role.EDITOR)
        self._transaction.put_member_role(self._trip_id, heir.uid, Role.OWNER)
        return self._told("trip.handed_over.v1", uid=heir.uid, member=heir.name, role=Role.OWNER)

    def delete(self) -> Event:
        """The trip gone. Only its owner could have restored it, so its time is over at once."""
        after = rules.deleted(self._trip, self._now).model_copy(update={"deleted_at": self._now - PURGED_AFTER})
        self._transaction.put_trip(self._trip_id, after)
        self._transaction.delete_member(self._trip_id, self._uid)
        if self._trip.public_page:
            self._transaction.delete_page(self._trip.public_page.name_hash)
        return self._told("trip.deleted.v1", trip=self._trip.name)

    def _told(self, kind: str, **data: object) -> Event:
        nobody = Caller(self._uid, None, False, FORMER, None, False, {}, self._now)
        event = self._changes.event(kind, self._trip_id, nobody, self._now, **data)
        self._transaction.add_event(event, audited=True)
        return event


def _without(trip: Trip, uid: str, now: datetime) -> Trip:
    """The trip without somebody, and without the name of a guest who they were; unchanged if it has nothing of them."""
    guests = {
        key: guest.model_copy(update={"name": FORMER}) if guest.claimed_by == uid else guest
        for key, guest in trip.guests.items()
    }
    after = rules.left(trip, uid, now) if uid in trip.roles else trip
    return after if guests == trip.guests else rules.changed(after, now, guests=guests)


def _first(heirs: Sequence[Member], trip: Trip, wish: Wish) -> Member | None:
    """The one who was named, else whoever may do most and has been there for longest."""
    named = [member for member in heirs if member.uid == wish.to]
    order = list(reversed(Role))
    ranked = sorted(heirs, key=lambda member: (order.index(Role(trip.roles[member.uid])), member.joined_at, member.uid))
    return next(iter([*named, *ranked]), None)
