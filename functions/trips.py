"""Trips, for the people who plan them: make, find, change, share, put away, delete."""

from shared import bootstrap
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.context import ScheduleContext
from shared.runtime.decorators import Limits, Resources, callable_function, scheduled_function
from shared.sharing.requests import (
    AddGuestRequest,
    ClaimGuestRequest,
    GuestRequest,
    GuestResponse,
    InvitationResponse,
    InvitationsResponse,
    InviteEmailRequest,
    MemberRequest,
    MemberRoleRequest,
    MembershipResponse,
    PublishRequest,
    PublishResponse,
    RenameGuestRequest,
    RevokeInvitationRequest,
)
from shared.trips.requests import (
    CreateTripRequest,
    DuplicateTripRequest,
    GetTripRequest,
    InviteRequest,
    InviteResponse,
    JoinRequest,
    JoinResponse,
    ListTripsRequest,
    TripDeletedResponse,
    TripResponse,
    TripsPage,
    UpdateTripRequest,
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


@callable_function("trips-list")
def trips_list(request: ListTripsRequest, caller: Caller) -> TripsPage:
    """The caller's trips, a page at a time: those to come, past, archived, or all."""
    found, token = bootstrap.trips().page(request, caller)
    return TripsPage(
        trips=[TripResponse.of(trip_id, trip, caller.uid) for trip_id, trip in found], next_page_token=token
    )


@callable_function("trips-update", role=Role.EDITOR)
def trips_update(request: UpdateTripRequest, access: TripAccess) -> TripResponse:
    """Change a trip's name, destinations, dates, currency or budget; the plan's days follow the dates."""
    trip = bootstrap.trip_settings().update(request, access)
    return TripResponse.of(request.trip_id, trip, access.caller.uid)


@callable_function("trips-duplicate", role=Role.VIEWER)
def trips_duplicate(request: DuplicateTripRequest, access: TripAccess) -> TripResponse:
    """Copy a trip and its plan into a new one that the caller owns."""
    trip_id, trip = bootstrap.trip_copying().duplicate(request, access)
    return TripResponse.of(trip_id, trip, access.caller.uid)


@callable_function("trips-archive", role=Role.VIEWER)
def trips_archive(request: GetTripRequest, access: TripAccess) -> TripResponse:
    """Put a trip away, for the caller alone."""
    trip = bootstrap.trip_lifecycle().archive(access, put_away=True)
    return TripResponse.of(request.trip_id, trip, access.caller.uid)


@callable_function("trips-unarchive", role=Role.VIEWER)
def trips_unarchive(request: GetTripRequest, access: TripAccess) -> TripResponse:
    """Take a trip out of the caller's archive."""
    trip = bootstrap.trip_lifecycle().archive(access, put_away=False)
    return TripResponse.of(request.trip_id, trip, access.caller.uid)


@callable_function("trips-delete", role=Role.OWNER, fresh=True)
def trips_delete(request: GetTripRequest, access: TripAccess) -> TripDeletedResponse:
    """Delete a trip for everybody; its owner can restore it for 30 days."""
    return TripDeletedResponse.of(request.trip_id, bootstrap.trip_lifecycle().delete(access))


@callable_function("trips-restore", role=Role.OWNER)
def trips_restore(request: GetTripRequest, access: TripAccess) -> TripResponse:
    """Bring a deleted trip back for everybody."""
    trip = bootstrap.trip_lifecycle().restore(access)
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


@callable_function("trips-invite-email", role=Role.OWNER, limits=Limits(per_caller_per_minute=30))
def trips_invite_email(request: InviteEmailRequest, access: TripAccess) -> InvitationResponse:
    """Invite somebody by e-mail address; they belong to the trip when they sign in with it."""
    return InvitationResponse.of(*bootstrap.invitations().invite(request, access))


@callable_function("trips-invitations", role=Role.OWNER)
def trips_invitations(request: GetTripRequest, access: TripAccess) -> InvitationsResponse:
    """The invitations by which somebody can still join."""
    found = bootstrap.invitations().open(access)
    return InvitationsResponse(invitations=[InvitationResponse.of(key, one) for key, one in found])


@callable_function("trips-invitation-revoke", role=Role.OWNER)
def trips_invitation_revoke(request: RevokeInvitationRequest, access: TripAccess) -> InvitationResponse:
    """Make an invitation worthless; who joined by it stays."""
    revoked = bootstrap.invitations().revoke(access, request.invitation_id)
    return InvitationResponse.of(request.invitation_id, revoked)


@callable_function("trips-leave", role=Role.VIEWER)
def trips_leave(request: GetTripRequest, access: TripAccess) -> MembershipResponse:
    """Leave a trip; its owner hands it over first."""
    return bootstrap.members().leave(access)


@callable_function("trips-member-role", role=Role.OWNER)
def trips_member_role(request: MemberRoleRequest, access: TripAccess) -> MembershipResponse:
    """Give a member another role."""
    return bootstrap.members().set_role(access, request.uid, Role(request.role))


@callable_function("trips-member-remove", role=Role.OWNER)
def trips_member_remove(request: MemberRequest, access: TripAccess) -> MembershipResponse:
    """Remove a member from a trip."""
    return bootstrap.members().remove(access, request.uid)


@callable_function("trips-hand-over", role=Role.OWNER, fresh=True)
def trips_hand_over(request: MemberRequest, access: TripAccess) -> MembershipResponse:
    """Make another member the owner; who owned the trip stays as an editor."""
    return bootstrap.members().hand_over(access, request.uid)


@callable_function("trips-add-guest", role=Role.EDITOR)
def trips_add_guest(request: AddGuestRequest, access: TripAccess) -> GuestResponse:
    """Add a traveller without an account, whom stops and expenses can name."""
    return bootstrap.guests().add(access, request)


@callable_function("trips-rename-guest", role=Role.EDITOR)
def trips_rename_guest(request: RenameGuestRequest, access: TripAccess) -> GuestResponse:
    """Give a guest another name."""
    return bootstrap.guests().rename(access, request.guest_id, request.name)


@callable_function("trips-remove-guest", role=Role.EDITOR)
def trips_remove_guest(request: GuestRequest, access: TripAccess) -> GuestResponse:
    """Take a guest from the trip; their debts and credits stay."""
    return bootstrap.guests().remove(access, request.guest_id)


@callable_function("trips-claim-guest", role=Role.OWNER)
def trips_claim_guest(request: ClaimGuestRequest, access: TripAccess) -> GuestResponse:
    """Say which member a guest turned out to be, or take that back."""
    return bootstrap.guests().claim(access, request.guest_id, request.uid)


@callable_function("trips-publish", role=Role.OWNER)
def trips_publish(request: PublishRequest, access: TripAccess) -> PublishResponse:
    """Show sections of a trip to whoever has the link."""
    return bootstrap.publishing().publish(access, request)


@callable_function("trips-unpublish", role=Role.OWNER)
def trips_unpublish(request: GetTripRequest, access: TripAccess) -> PublishResponse:
    """Take the public page down; its link leads nowhere ever after."""
    return bootstrap.publishing().unpublish(access)


@scheduled_function("trips-settle", cron="* * * * *")
def trips_settle(context: ScheduleContext) -> None:
    """Have plans follow the dates of trips whose update died half-way."""
    bootstrap.trip_settings().sweep()


@scheduled_function("trips-purge", cron="*/10 * * * *", resources=Resources(timeout_seconds=300))
def trips_purge(context: ScheduleContext) -> None:
    """Delete for good what was deleted more than 30 days ago, a bounded piece at a time."""
    bootstrap.trip_lifecycle().purge()
