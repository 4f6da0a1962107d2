"""What callers of the sharing functions send and get."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from shared.runtime.caller import Role
from shared.runtime.models import Request, Response
from shared.sharing.addresses import normalised
from shared.trips.models import Guest, Invitation, InvitedRole
from shared.trips.requests import GuestId, MoneyView, Name, RequestId, TripId

Uid = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_:@+.-]{0,127}$")]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254), AfterValidator(normalised)]
InvitationId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Section = Literal["dates", "plan", "ideas", "notes", "packing", "travellers", "costs"]


class InviteEmailRequest(Request):
    """An invitation for whoever signs in with this address, verified; asked again, it is renewed.

    With a `guestId` they take that guest's place. The same `requestId` invites, and writes to them, once.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "email": "ben@example.com", "role": "voter"}]
        }
    )

    trip_id: TripId
    email: Email
    role: InvitedRole = "editor"
    expires_in_hours: int = Field(default=24 * 30, ge=1, le=24 * 90)
    guest_id: GuestId | None = None
    request_id: RequestId | None = None


class RevokeInvitationRequest(Request):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "invitationId": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                }
            ]
        }
    )

    trip_id: TripId
    invitation_id: InvitationId


class MemberRequest(Request):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "uid": "b7Yt2Mn6RqWz4cXv9sLk1dJfPe50"}]}
    )

    trip_id: TripId
    uid: Uid


class MemberRoleRequest(Request):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "uid": "b7Yt2Mn6RqWz4cXv9sLk1dJfPe50", "role": "editor"}]
        }
    )

    trip_id: TripId
    uid: Uid
    role: InvitedRole


class AddGuestRequest(Request):
    """A traveller without an account. The same `requestId` from the same caller adds one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "name": "Grandma"}]})

    trip_id: TripId
    name: Name
    request_id: RequestId | None = None


class GuestRequest(Request):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "guestId": "guest:Jw5Rt8LkQzXc3VbN7mYp"}]}
    )

    trip_id: TripId
    guest_id: GuestId


class RenameGuestRequest(Request):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"tripId": "Kq3vTz81mNcY5dRw0pLs", "guestId": "guest:Jw5Rt8LkQzXc3VbN7mYp", "name": "Grandma Rosa"}
            ]
        }
    )

    trip_id: TripId
    guest_id: GuestId
    name: Name


class ClaimGuestRequest(Request):
    """The member who a guest is: what names the guest is theirs from then on. null takes a claim back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "guestId": "guest:Jw5Rt8LkQzXc3VbN7mYp",
                    "uid": "b7Yt2Mn6RqWz4cXv9sLk1dJfPe50",
                }
            ]
        }
    )

    trip_id: TripId
    guest_id: GuestId
    uid: Uid | None


class PublishRequest(Request):
    """The sections to show. A page that is public already keeps its link, unless `renew` asks for a new one.

    The same `requestId` from the same caller makes one, and tells its name again: another one, in place of the one that
    got lost.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "sections": ["dates", "plan"], "requestId": "publish-0001"}]
        }
    )

    trip_id: TripId
    sections: Annotated[list[Section], Field(min_length=1, max_length=7)]
    renew: bool = False
    request_id: RequestId | None = None


class InvitationResponse(Response):
    """An invitation; `hint` is what can be told of an address. Links are not shown again: only their hash is stored."""

    invitation_id: str
    kind: Literal["link", "email"]
    hint: str | None
    role: InvitedRole
    created_by: str
    created_at: datetime
    expires_at: datetime
    max_uses: int
    uses: int
    guest_id: str | None

    @classmethod
    def of(cls, invitation_id: str, invitation: Invitation) -> "InvitationResponse":
        return cls(
            invitation_id=invitation_id,
            kind="email" if invitation.email_hash else "link",
            hint=invitation.hint,
            role=invitation.role,
            created_by=invitation.created_by,
            created_at=invitation.created_at,
            expires_at=invitation.expires_at,
            max_uses=invitation.max_uses,
            uses=invitation.uses,
            guest_id=invitation.guest_id,
        )


class GuestResponse(Response):
    """A guest as the trip has them now; stops, packing items and expenses name them by `guestId`."""

    trip_id: str
    guest_id: str
    name: str
    claimed_by: str | None
    removed: bool

    @classmethod
    def of(cls, trip_id: str, guest_id: str, guest: Guest) -> "GuestResponse":
        return cls(
            trip_id=trip_id,
            guest_id=guest_id,
            name=guest.name,
            claimed_by=guest.claimed_by,
            removed=guest.removed_at is not None,
        )


class InvitationsResponse(Response):
    """The invitations by which somebody can still join, the newest first."""

    invitations: list[InvitationResponse]


class MembershipResponse(Response):
    """What somebody is in a trip now; no role says that they do not belong to it."""

    trip_id: str
    uid: str
    role: Role | None


class PublishResponse(Response):
    """What is public. `name` is what the link needs; it is shown once: only its hash is stored."""

    trip_id: str
    name: str | None
    sections: list[Section]


class PublicStop(Response):
    """A stop as the world sees it; notes and cost only if those sections are public."""

    name: str
    kind: str
    at: str | None
    minutes: int
    lat: float | None
    lng: float | None
    notes: str | None
    cost: MoneyView | None


class PublicDay(Response):
    date: str | None
    title: str
    notes: str | None
    stops: list[PublicStop]


class PublicTrip(Response):
    """The public sections of a trip; what is not public is null."""

    name: str
    destinations: list[str]
    sections: list[Section]
    start_date: str | None
    end_date: str | None
    notes: str | None
    days: list[PublicDay] | None
    ideas: list[PublicStop] | None
    packing: list[str] | None
    travellers: list[str] | None
    budget: MoneyView | None
