"""Decisions about accounts, without I/O."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from shared.accounts.models import TripFate
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, Unauthenticated
from shared.trips.models import Trip

RECENT = timedelta(minutes=5)


def check_is_admin(by: str, uid: str, recorded: Collection[str]) -> None:
    """Raises PermissionDenied (ADMIN_ONLY) unless `by` is on record, or makes themself the first.

    A token tells what its holder was when it was issued; one issued in the second of its revocation outlives it.
    """
    if by not in recorded and (recorded or by != uid):
        raise PermissionDenied("Only administrators may do this", reason="ADMIN_ONLY")


def check_stays(others: Collection[str]) -> None:
    """Raises FailedPrecondition (LAST_ADMIN) if nobody else is an administrator."""
    if not others:
        raise FailedPrecondition("The suite needs an administrator: make somebody else one first", reason="LAST_ADMIN")


def check_recent(caller: Caller, now: datetime) -> None:
    """Raises Unauthenticated (REAUTHENTICATE) if the sign-in is older than RECENT: somebody else may hold the phone."""
    if caller.auth_time + RECENT < now:
        raise Unauthenticated(
            "Sign in again to show that it is you",
            reason="REAUTHENTICATE",
            metadata={"withinSeconds": int(RECENT.total_seconds())},
        )


def check_fates(fates: Mapping[str, TripFate], trips: Mapping[str, Trip | None], caller: Caller) -> None:
    """Raises NotFound for an unknown trip or heir, FailedPrecondition (NOT_OWNER) for a trip of somebody else's."""
    for trip_id, fate in fates.items():
        trip = trips[trip_id]
        role = TripAccess(caller, trip_id, Role.VIEWER).check(trip.live_roles if trip else {})
        if role != Role.OWNER:
            raise FailedPrecondition(
                "You do not own this trip; you just leave it", reason="NOT_OWNER", metadata={"tripId": trip_id}
            )
        if fate.to == caller.uid:
            raise InvalidArgument("You cannot hand a trip over to yourself", reason="HEIR_IS_CALLER")
        if fate.to and trip and fate.to not in trip.roles:
            raise NotFound(
                "There is no such member in this trip", reason="MEMBER_NOT_FOUND", metadata={"tripId": trip_id}
            )
