"""Decisions about guests: travellers without an account, and what happens when one gets one. Without I/O.

A guest's id is never rewritten in stops or expenses. Claiming a guest is one field of the trip, so it neither races
with edits that name the guest nor has to find them, and it can be taken back.
"""

from datetime import datetime

from shared.runtime.errors import AlreadyExists, FailedPrecondition, NotFound, ResourceExhausted
from shared.trips.models import Guest, Trip
from shared.trips.rules import changed

MAX_GUESTS = 50
MAX_GUESTS_EVER = 200
"""Removed guests stay in the trip's document, which must not grow without end."""


def added(trip: Trip, guest_id: str, guest: Guest) -> Trip:
    """The trip with one more guest; unchanged if this very request has added them before.

    Raises AlreadyExists (REQUEST_ID_REUSED), ResourceExhausted (TOO_MANY_GUESTS).
    """
    earlier = trip.guests.get(guest_id)
    if earlier and earlier.fingerprint != guest.fingerprint:
        raise AlreadyExists(
            "This requestId was used for a different guest; send a new one",
            reason="REQUEST_ID_REUSED",
            metadata={"field": "requestId"},
        )
    if earlier:
        return trip
    living = sum(known.removed_at is None for known in trip.guests.values())
    if living >= MAX_GUESTS or len(trip.guests) >= MAX_GUESTS_EVER:
        raise ResourceExhausted(
            f"A trip has at most {MAX_GUESTS} guests, and {MAX_GUESTS_EVER} over time",
            reason="TOO_MANY_GUESTS",
            metadata={"limit": MAX_GUESTS},
        )
    return _with(trip, guest_id, guest, guest.added_at)


def renamed(trip: Trip, guest_id: str, name: str, now: datetime) -> Trip:
    """The trip with another name for a guest. Raises NotFound (GUEST_NOT_FOUND)."""
    return _with(trip, guest_id, living(trip, guest_id).model_copy(update={"name": name}), now)


def removed(trip: Trip, guest_id: str, now: datetime) -> Trip:
    """The trip without a guest; what names them keeps their name. Raises NotFound, FailedPrecondition (GUEST_CLAIMED).

    A member who claimed a guest would lose what was the guest's: they are removed as a member.
    """
    guest = living(trip, guest_id)
    if guest.claimed_by in trip.roles:
        raise FailedPrecondition(
            "This guest has an account by now; remove the member instead",
            reason="GUEST_CLAIMED",
            metadata={"field": "guestId", "uid": guest.claimed_by},
        )
    return _with(trip, guest_id, guest.model_copy(update={"removed_at": now}), now)


def claimed(trip: Trip, guest_id: str, uid: str, now: datetime) -> Trip:
    """The trip in which a guest is a member; unchanged if that is so already.

    Raises NotFound (GUEST_NOT_FOUND, MEMBER_NOT_FOUND) and AlreadyExists (GUEST_CLAIMED, by somebody else).
    """
    guest = living(trip, guest_id)
    if uid not in trip.roles:
        raise NotFound("There is no such member in this trip", reason="MEMBER_NOT_FOUND", metadata={"field": "uid"})
    if guest.claimed_by == uid:
        return trip
    if guest.claimed_by:
        raise AlreadyExists(
            "Somebody else is this guest already", reason="GUEST_CLAIMED", metadata={"field": "guestId"}
        )
    return _with(trip, guest_id, guest.model_copy(update={"claimed_by": uid}), now)


def released(trip: Trip, guest_id: str, now: datetime) -> Trip:
    """The trip in which nobody has claimed a guest: a claim was a mistake. Raises NotFound (GUEST_NOT_FOUND)."""
    guest = living(trip, guest_id)
    return _with(trip, guest_id, guest.model_copy(update={"claimed_by": None}), now)


def may_take(trip: Trip, guest_id: str | None) -> bool:
    """Whether a guest whom an invitation names can still be taken over."""
    guest = trip.guests.get(guest_id) if guest_id else None
    return guest is not None and guest.removed_at is None and guest.claimed_by is None


def living(trip: Trip, guest_id: str) -> Guest:
    """A guest of the trip. Raises NotFound (GUEST_NOT_FOUND)."""
    guest = trip.guests.get(guest_id)
    if guest is None or guest.removed_at:
        raise NotFound("There is no such guest in this trip", reason="GUEST_NOT_FOUND", metadata={"field": "guestId"})
    return guest


def _with(trip: Trip, guest_id: str, guest: Guest, now: datetime) -> Trip:
    if trip.guests.get(guest_id) == guest:
        return trip
    return changed(trip, now, guests={**trip.guests, guest_id: guest})
