"""Decisions about trips and who belongs to them, without I/O."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NoReturn

from shared.accounts.access import account_being_deleted
from shared.runtime.caller import Caller, Role, TripAccess, trip_not_found
from shared.runtime.errors import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    FieldViolation,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
)
from shared.trips.dates import Span, moved_legs
from shared.trips.models import MAX_DAYS, RESTORABLE_FOR, Invitation, Leg, Member, Trip

MAX_MEMBERS = 100
MOST_REMOVED = 200
"""Of those whom an owner removed, so many are remembered; the trip's document must not grow without end."""


def visible(trip: Trip | None, access: TripAccess) -> Trip:
    """The trip, for a member whose role is high enough. Raises NotFound and PermissionDenied."""
    access.check(trip.live_roles if trip else {})
    if trip is None:
        raise trip_not_found(access.trip_id)
    return trip


def owner_access(trip_id: str, trip: Trip) -> TripAccess:
    """The owner's access, for what the suite does by itself on their behalf."""
    owner = next(uid for uid, role in trip.roles.items() if role == Role.OWNER)
    caller = Caller.absent(owner, trip.updated_at)
    return TripAccess(caller, trip_id, Role.VIEWER)


def check_dates(start: date | None, end: date | None) -> None:
    """Raises InvalidArgument if a trip cannot have these dates; both may be open, or only the last."""
    if end is None:
        return
    if start is None:
        _wrong("endDate", "needs startDate")
    if end < start:
        _wrong("endDate", "is before startDate")
    if (end - start).days >= MAX_DAYS:
        _wrong("endDate", f"makes the trip longer than {MAX_DAYS} days")


def check_legs(legs: Iterable[Leg], span: Span) -> None:
    """Raises InvalidArgument if a stay ends before it starts or lies outside of the trip."""
    for index, leg in enumerate(legs):
        start, end = (date.fromisoformat(text) if text else None for text in (leg.start_date, leg.end_date))
        if start and end and end < start:
            _wrong(f"destinations[{index}].endDate", "is before startDate")
        for name, day in (("startDate", start), ("endDate", end)):
            if day and not span.holds(day):
                _wrong(f"destinations[{index}].{name}", "is not within the trip")


def require_version(trip: Trip, version: int) -> None:
    """Raises Aborted (TRIP_CHANGED, with the present version) for somebody who has seen another version."""
    if trip.version != version:
        raise Aborted(
            "Somebody else has changed the trip; look again",
            reason="TRIP_CHANGED",
            metadata={"field": "version", "version": trip.version},
        )


def updated(trip: Trip, version: int, fields: dict[str, Any], now: datetime) -> Trip:
    """The trip with fields replaced by somebody who has seen `version` of it; stays follow the trip's dates.

    Raises Aborted (TRIP_CHANGED, with the present version) and InvalidArgument.
    """
    require_version(trip, version)
    after = changed(trip, now, **fields)
    check_dates(after.first_day, after.last_day)
    if "legs" in fields:
        check_legs(after.legs, Span.of(after))
        return after
    return after.model_copy(update={"legs": moved_legs(trip.legs, Span.of(trip), Span.of(after))})


def deleted(trip: Trip, now: datetime) -> Trip:
    """The trip, gone for everybody; `roles` stays."""
    return changed(trip, now, deleted_at=now, members=(), public_page=None)


def owner_roles(trip: Trip | None, now: datetime) -> dict[str, Role]:
    """Who may restore a trip: its owner, while that is possible. Whether others ever knew it stays unsaid."""
    if trip is None:
        return {}
    if trip.deleted_at is None:
        return trip.roles
    if trip.deleted_at + RESTORABLE_FOR <= now:
        return {}
    return {uid: role for uid, role in trip.roles.items() if role == Role.OWNER}


def restored(trip: Trip, now: datetime) -> Trip:
    """The deleted trip with everybody back. Raises AlreadyExists if it is not deleted."""
    if trip.deleted_at is None:
        raise AlreadyExists("This trip is not deleted", reason="TRIP_NOT_DELETED", metadata={"version": trip.version})
    return changed(trip, now, deleted_at=None, members=tuple(trip.roles))


def archived(trip: Trip, uid: str, *, put_away: bool) -> Trip:
    """The trip, put away or taken out by one member. It is theirs alone, so the trip's version stays."""
    others = tuple(one for one in trip.archived_by if one != uid)
    return trip.model_copy(update={"archived_by": (*others, uid) if put_away else others})


def require_known(invitation: Invitation | None) -> Invitation:
    """The invitation, unless there is none or it was revoked: a revoked link tells nothing. Raises NotFound."""
    if invitation is None or invitation.revoked_at is not None:
        raise _no_invitation()
    return invitation


def require_live(trip: Trip | None) -> Trip:
    """The trip that an invitation leads to, unless it is deleted. Raises NotFound."""
    if trip is None or trip.deleted_at:
        raise _no_invitation()
    return trip


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Whether somebody new may join by this invitation."""
    return not invitation.revoked_at and invitation.expires_at > now and invitation.uses < invitation.max_uses


def require_open(invitation: Invitation, now: datetime) -> None:
    """Raises FailedPrecondition if nobody new may join by this invitation: it expired or is used up."""
    if invitation.expires_at <= now:
        raise FailedPrecondition("This invitation has expired; ask for a new link", reason="INVITATION_EXPIRED")
    if invitation.uses >= invitation.max_uses:
        raise FailedPrecondition("This invitation is used up; ask for a new link", reason="INVITATION_USED_UP")


def require_welcome(trip: Trip, uid: str, invitation: Invitation) -> None:
    """Raises FailedPrecondition for whom the owner has removed since the invitation was made."""
    if uid in trip.removed and invitation.created_at <= trip.removed[uid]:
        raise FailedPrecondition(
            "You were removed from this trip; ask its owner for a new invitation", reason="REMOVED_FROM_TRIP"
        )


def require_staying(leaving: bool) -> None:
    """Raises FailedPrecondition (ACCOUNT_BEING_DELETED) for who is to be a member or an owner no more."""
    if leaving:
        raise account_being_deleted()


def admit(trip: Trip, caller: Caller, role: Role, now: datetime) -> tuple[Trip, Member]:
    """The trip with the caller as one more member, and the member's document. Raises ResourceExhausted when full."""
    if len(trip.members) >= MAX_MEMBERS:
        raise ResourceExhausted(
            f"A trip has at most {MAX_MEMBERS} members", reason="TRIP_FULL", metadata={"limit": MAX_MEMBERS}
        )
    grown = changed(
        trip,
        now,
        roles={**trip.roles, caller.uid: role},
        members=(*trip.members, caller.uid),
        removed={uid: at for uid, at in trip.removed.items() if uid != caller.uid},
    )
    return grown, member(caller, role, now)


def member(caller: Caller, role: Role, now: datetime) -> Member:
    """What fellow travellers see of somebody who joins."""
    return Member(uid=caller.uid, name=name_of(caller), photo_url=caller.picture, role=role, joined_at=now)


def name_of(caller: Caller) -> str:
    """What to call the caller."""
    return caller.name or "Traveller"


def left(trip: Trip, uid: str, now: datetime) -> Trip:
    """The trip without one of its members. Raises NotFound, and FailedPrecondition (LAST_OWNER) for its owner."""
    _require_member(trip, uid)
    _require_not_owner(trip, uid)
    return changed(
        trip,
        now,
        roles={one: role for one, role in trip.roles.items() if one != uid},
        members=tuple(one for one in trip.members if one != uid),
        archived_by=tuple(one for one in trip.archived_by if one != uid),
    )


def removed(trip: Trip, uid: str, now: datetime) -> Trip:
    """The trip without a member whom its owner does not want in it any more. Raises as `left`."""
    before = sorted(trip.removed.items(), key=lambda one: one[1])[-(MOST_REMOVED - 1) :]
    return left(trip, uid, now).model_copy(update={"removed": {**dict(before), uid: now}})


def with_role(trip: Trip, uid: str, role: Role, now: datetime) -> Trip:
    """The trip with another role for a member. Raises as `left`."""
    _require_member(trip, uid)
    _require_not_owner(trip, uid)
    return changed(trip, now, roles={**trip.roles, uid: role})


def handed_over(trip: Trip, owner: str, heir: str, now: datetime) -> Trip:
    """The trip with another member as its owner; who owned it stays as an editor. Raises NotFound and AlreadyExists."""
    _require_member(trip, heir)
    if heir == owner:
        raise AlreadyExists("You own this trip already", reason="ALREADY_OWNER", metadata={"field": "uid"})
    return changed(trip, now, roles={**trip.roles, owner: Role.EDITOR, heir: Role.OWNER})


def changed(trip: Trip, now: datetime, **fields: Any) -> Trip:
    """The next version of a trip."""
    return trip.model_copy(update={**fields, "updated_at": now, "version": trip.version + 1})


def _require_member(trip: Trip, uid: str) -> None:
    if uid not in trip.roles:
        raise NotFound("There is no such member in this trip", reason="MEMBER_NOT_FOUND", metadata={"field": "uid"})


def _require_not_owner(trip: Trip, uid: str) -> None:
    if trip.roles[uid] == Role.OWNER:
        raise FailedPrecondition(
            "A trip always has an owner: hand it over to somebody first, or delete it", reason="LAST_OWNER"
        )


def _wrong(field: str, what: str) -> NoReturn:
    raise InvalidArgument(
        f"The request is not valid: {field} {what}.",
        reason="INVALID_REQUEST",
        violations=[FieldViolation(field, what)],
    )


def _no_invitation() -> NotFound:
    return NotFound("This invitation does not exist; ask for a new link", reason="INVITATION_NOT_FOUND")
