"""Trips, for the people who plan them: create, get, invite, join."""

from shared import bootstrap
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.decorators import callable_function
from shared.trips.requests import (
    CreateTripRequest,
    GetTripRequest,
    InviteRequest,
    InviteResponse,
    JoinRequest,
    JoinResponse,
    TripResponse,
)


@callable_function("trips-create")
def trips_create(request: CreateTripRequest, caller: Caller) -> TripResponse:
    """Make a trip that the caller owns, with an empty plan."""
    trip_id, trip = bootstrap.trips().create(request, caller)
    return TripResponse.of(trip_id, trip, caller.uid)


@callable_function("trips-get", role=Role.VIEWER)
def trips_get(request: GetTripRequest, access: TripAccess) -> TripResponse:
    """A trip and the caller's role in it."""
    trip = bootstrap.trips().get(access)
    return TripResponse.of(request.trip_id, trip, access.caller.uid)


@callable_function("trips-invite", role=Role.OWNER)
def trips_invite(request: InviteRequest, access: TripAccess) -> InviteResponse:
    """Make an invitation link's token. It is shown once."""
    token, invitation = bootstrap.trips().invite(request, access)
    return InviteResponse(
        token=token, role=invitation.role, expires_at=invitation.expires_at, max_uses=invitation.max_uses
    )


@callable_function("trips-join")
def trips_join(request: JoinRequest, caller: Caller) -> JoinResponse:
    """Become a member by an invitation's token."""
    trip_id, trip, joined = bootstrap.trips().join(request.token, caller)
    return JoinResponse(trip=TripResponse.of(trip_id, trip, caller.uid), joined=joined)
