"""Decisions about trips, without I/O."""

from datetime import datetime

from shared.runtime.caller import Caller, Role
from shared.runtime.errors import FailedPrecondition, NotFound, ResourceExhausted
from shared.trips.models import Invitation, Member, Trip

MAX_MEMBERS = 100


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


def require_open(invitation: Invitation, now: datetime) -> None:
    """Raises FailedPrecondition if nobody new may join by this invitation: it expired or is used up."""
    if invitation.expires_at <= now:
        raise FailedPrecondition("This invitation has expired; ask for a new link", reason="INVITATION_EXPIRED")
    if invitation.uses >= invitation.max_uses:
        raise FailedPrecondition("This invitation is used up; ask for a new link", reason="INVITATION_USED_UP")


def admit(trip: Trip, caller: Caller, role: Role, now: datetime) -> tuple[Trip, Member]:
    """The trip with the caller as one more member, and the member's document. Raises ResourceExhausted when full."""
    if len(trip.members) >= MAX_MEMBERS:
        raise ResourceExhausted(
            f"A trip has at most {MAX_MEMBERS} members", reason="TRIP_FULL", metadata={"limit": MAX_MEMBERS}
        )
    member = Member(uid=caller.uid, name=caller.name or "Traveller", photo_url=caller.picture, role=role, joined_at=now)
    grown = trip.model_copy(
        update={
            "roles": {**trip.roles, caller.uid: role},
            "members": (*trip.members, caller.uid),
            "updated_at": now,
            "version": trip.version + 1,
        }
    )
    return grown, member


def _no_invitation() -> NotFound:
    return NotFound("This invitation does not exist; ask for a new link", reason="INVITATION_NOT_FOUND")
