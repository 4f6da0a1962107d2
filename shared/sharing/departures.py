"""Use case of going for good: what becomes of a trip when the account of one of its travellers is deleted.

In every state in between, a trip that lives has one owner, so it may die anywhere and be done again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.events.models import Event
from shared.runtime.caller import Caller, Role
from shared.trips import rules
from shared.trips.access import FORMER
from shared.trips.changes import TripChanges
from shared.trips.models import RESTORABLE_FOR, Member, Trip
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
        now = self._changes.now()
        leaver = Caller(uid, None, False, FORMER, None, False, {}, now)

        def work(transaction: TripTransaction) -> tuple[bool, Event | None]:
            trip, member, _ = transaction.trip_and_member(trip_id, uid)
            if trip is None or (trip.deleted_at and member is None and trip.roles.get(uid) == Role.OWNER):
                return False, None
            if trip.roles.get(uid) != Role.OWNER:
                after = _without(trip, uid, now)
                if after != trip:
                    transaction.put_trip(trip_id, after)
                if member:
                    transaction.delete_member(trip_id, uid)
                if uid not in trip.roles or trip.deleted_at:
                    return False, None
                event = self._changes.event("trip.member_left.v1", trip_id, leaver, now, uid=uid, member=FORMER)
                transaction.add_event(event, audited=True)
                return False, event
            heir = None if trip.deleted_at else _heir(trip, transaction.members(trip_id), uid, wish)
            if heir:
                event = self._changes.event(
                    "trip.handed_over.v1", trip_id, leaver, now, uid=heir.uid, member=heir.name, role=Role.OWNER
                )
                transaction.put_trip(trip_id, rules.handed_over(trip, uid, heir.uid, now))
                transaction.put_member_role(trip_id, uid, Role.EDITOR)
                transaction.put_member_role(trip_id, heir.uid, Role.OWNER)
                transaction.add_event(event, audited=True)
                return True, event
            # Only its owner could have restored it, so its time is over at once.
            gone = rules.deleted(trip, now).model_copy(update={"deleted_at": now - RESTORABLE_FOR})
            transaction.put_trip(trip_id, gone)
            transaction.delete_member(trip_id, uid)
            if trip.public_page:
                transaction.delete_page(trip.public_page.name_hash)
            event = self._changes.event("trip.deleted.v1", trip_id, leaver, now, trip=trip.name)
            transaction.add_event(event, audited=True)
            return False, event

        return self._changes.commit(work)


def _without(trip: Trip, uid: str, now: datetime) -> Trip:
    """The trip without somebody, and without the name of a guest who they were; unchanged if it has nothing of them."""
    guests = {
        key: guest.model_copy(update={"name": FORMER}) if guest.claimed_by == uid else guest
        for key, guest in trip.guests.items()
    }
    after = rules.left(trip, uid, now) if uid in trip.roles else trip
    return after if guests == trip.guests else rules.changed(after, now, guests=guests)


def _heir(trip: Trip, members: Mapping[str, Member], leaver: str, wish: Wish) -> Member | None:
    """Who gets a trip: the one who was named, else whoever may do most and has been there for longest."""
    if wish.fate == "delete":
        return None
    heirs = [member for uid, member in members.items() if uid != leaver and uid in trip.roles]
    named = [member for member in heirs if member.uid == wish.to]
    order = list(reversed(Role))
    heirs.sort(key=lambda member: (order.index(Role(trip.roles[member.uid])), member.joined_at, member.uid))
    return next(iter([*named, *heirs]), None)
