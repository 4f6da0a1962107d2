"""What callers of the trip functions send and get."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from shared.money import is_known
from shared.runtime.caller import Role
from shared.runtime.models import Request, Response
from shared.runtime.text import Line
from shared.trips.models import RESTORABLE_FOR, InvitedRole, Trip

_BCP_47: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?")
"""Language, script and region: what an app is translated by."""


def _language(text: str) -> str:
    if not _BCP_47.fullmatch(text):
        raise ValueError("not a BCP 47 language tag such as pt-BR")
    first, *rest = text.split("-")
    cased = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return "-".join([first.lower(), *cased])


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not an IANA time zone such as Asia/Tokyo") from None


def _in_use(currency: str) -> str:
    if not is_known(currency):
        raise ValueError("not a currency in use, such as EUR or JPY (ISO 4217)")
    return currency


def _calendar_date(text: str) -> str:
    date.fromisoformat(text)
    return text


def _stay(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


MAX_NAME: Final = 120
Name = Annotated[str, Line(1, MAX_NAME)]
TripId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-][A-Za-z0-9_-]{0,63}$")]
DocumentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""The id of something that we store: what Firestore makes up, and what we derive from a request."""
Uid = Annotated[str, StringConstraints(min_length=1, max_length=128)]
RequestId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
GuestId = Annotated[str, StringConstraints(pattern=r"^guest:[A-Za-z0-9_-]{1,40}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
KnownCurrency = Annotated[Currency, AfterValidator(_in_use)]
TripDate = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]
IsoDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_calendar_date)]
TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_zone)]
LanguageTag = Annotated[str, StringConstraints(max_length=35), AfterValidator(_language)]

MAX_DESTINATIONS: Final = 20
MAX_PAGE: Final = 50
"""A larger page is coerced down to this."""
USUAL_PAGE: Final = 20


class BudgetInput(Request):
    """The whole group's budget, in minor units of its currency."""

    amount: int = Field(gt=0, le=10**12)
    currency: KnownCurrency


class DestinationInput(Request):
    """A destination, and when the travellers are there. A known one has its time zone from the catalogue."""

    name: Name
    start_date: IsoDate | None = None
    end_date: IsoDate | None = None
    time_zone: TimeZone | None = None


Destinations = Annotated[
    list[Annotated[DestinationInput, BeforeValidator(_stay, json_schema_input_type=Name | DestinationInput)]],
    Field(max_length=MAX_DESTINATIONS),
]
"""Destinations in the order of the journey; a bare name stands for one without dates."""


class CreateTripRequest(Request):
    """A new trip. The same `requestId` from the same caller answers with the trip made the first time (AIP-155)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Kyoto in spring",
                    "destinations": ["Kyoto", {"name": "Osaka", "startDate": "2027-04-06", "endDate": "2027-04-08"}],
                    "startDate": "2027-04-02",
                    "endDate": "2027-04-08",
                    "currency": "EUR",
                    "budget": {"amount": 240000, "currency": "EUR"},
                    "requestId": "trip-0001",
                }
            ]
        }
    )

    name: Name
    destinations: Destinations = Field(default=[])
    start_date: TripDate | None = None
    end_date: TripDate | None = None
    currency: KnownCurrency = "EUR"
    budget: BudgetInput | None = None
    request_id: RequestId | None = None


class GetTripRequest(Request):
    model_config = ConfigDict(json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs"}]})

    trip_id: TripId


class UpdateTripRequest(Request):
    """The fields to change; those that are not sent stay. `null` opens a date and takes the budget away.

    `version` is the one that the caller has seen. When the first day moves, the plan's days move with it; the stops
    of days that fall out of the trip become ideas.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"tripId": "Kq3vTz81mNcY5dRw0pLs", "version": 1, "name": "Kyoto and Osaka", "endDate": "2027-04-09"}
            ]
        }
    )

    trip_id: TripId
    version: int = Field(ge=1)
    name: Name | None = None
    destinations: Destinations | None = None
    start_date: TripDate | None = None
    end_date: TripDate | None = None
    currency: KnownCurrency | None = None
    budget: BudgetInput | None = None

    @field_validator("name", "destinations", "currency")
    @classmethod
    def _never_empty(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("may be left out, not null")
        return value

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.sent:
            raise ValueError("name at least one field to change")
        return self

    @property
    def sent(self) -> frozenset[str]:
        """The fields to change."""
        return frozenset(self.model_fields_set - {"trip_id", "version"})


class ListTripsRequest(Request):
    """Which of the caller's trips, a page at a time (AIP-158). A trip with open dates is one to come.

    `deleted` are those that the caller can restore; no other list has them.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"filter": "upcoming", "pageSize": 20}]})

    filter: Literal["upcoming", "past", "archived", "all", "deleted"] = "upcoming"
    page_size: int = Field(default=0, ge=0)
    page_token: Annotated[str, StringConstraints(max_length=500)] = ""

    @property
    def size(self) -> int:
        """How many trips a page holds at most."""
        return min(self.page_size or USUAL_PAGE, MAX_PAGE)


class DuplicateTripRequest(Request):
    """A copy of the trip and its plan, for the caller alone; `startDate` moves the days of the copy."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "requestId": "copy-0001",
                    "name": "Kyoto again",
                    "startDate": "2028-04-01",
                }
            ]
        }
    )

    trip_id: TripId
    request_id: RequestId
    name: Name | None = None
    start_date: TripDate | None = None


class InviteRequest(Request):
    """An invitation by link; it ends after `expiresInHours` or `maxUses`, whichever comes first.

    With a `guestId` it is for one person, who takes that guest's place. A resend by `requestId` is the same invitation
    with another token: tokens are not stored, so the first one ends.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "role": "editor", "expiresInHours": 48, "maxUses": 5}]
        }
    )

    trip_id: TripId
    role: InvitedRole = "editor"
    expires_in_hours: int = Field(default=168, ge=1, le=24 * 90)
    max_uses: int = Field(default=10, ge=1, le=100)
    guest_id: GuestId | None = None
    request_id: RequestId | None = None

    @property
    def uses(self) -> int:
        """How often it can be used: once, if it is for a guest."""
        return 1 if self.guest_id else self.max_uses


class JoinRequest(Request):
    model_config = ConfigDict(json_schema_extra={"examples": [{"token": "V8nXq2Lr5TzKw9sYc1bPd7Gf3HjMt0Ra"}]})

    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,64}$")]


class MoneyView(Response):
    amount: int
    currency: str


class DestinationView(Response):
    """A destination; `destinationId` is the catalogue's, if it is known there."""

    name: str
    destination_id: str | None
    time_zone: str | None
    start_date: str | None
    end_date: str | None


class GuestView(Response):
    """A traveller without an account; `claimedBy` is the member who they turned out to be."""

    name: str
    claimed_by: str | None


class TripResponse(Response):
    """A trip as one of its members sees it; `archived` is whether this member has put it away."""

    trip_id: str
    name: str
    destinations: list[DestinationView]
    start_date: str | None
    end_date: str | None
    currency: str
    budget: MoneyView | None
    role: Role
    member_count: int
    guests: dict[str, GuestView]
    archived: bool
    published: list[str]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    version: int

    @classmethod
    def of(cls, trip_id: str, trip: Trip, uid: str) -> "TripResponse":
        return cls(
            trip_id=trip_id,
            name=trip.name,
            destinations=[DestinationView(**leg.model_dump(by_alias=False)) for leg in trip.legs],
            start_date=trip.start_date,
            end_date=trip.end_date,
            currency=trip.currency,
            budget=MoneyView(amount=trip.budget.amount, currency=trip.budget.currency) if trip.budget else None,
            role=trip.roles[uid],
            member_count=len(trip.members),
            guests={
                key: GuestView(name=guest.name, claimed_by=guest.claimed_by)
                for key, guest in trip.guests.items()
                if guest.removed_at is None
            },
            archived=uid in trip.archived_by,
            published=list(trip.public_page.sections) if trip.public_page else [],
            created_at=trip.created_at,
            updated_at=trip.updated_at,
            deleted_at=trip.deleted_at,
            version=trip.version,
        )


class TripsPage(Response):
    """A page of trips; an empty `nextPageToken` says that it is the last."""

    trips: list[TripResponse]
    next_page_token: str


class TripDeletedResponse(Response):
    """The trip that is gone, and until when its owner can restore it."""

    trip_id: str
    deleted_at: datetime
    restorable_until: datetime

    @classmethod
    def of(cls, trip_id: str, trip: Trip) -> "TripDeletedResponse":
        deleted_at = trip.deleted_at or trip.updated_at
        return cls(trip_id=trip_id, deleted_at=deleted_at, restorable_until=deleted_at + RESTORABLE_FOR)


class InviteResponse(Response):
    """The token to put into a link. It is shown once: only its hash is stored."""

    token: str
    role: InvitedRole
    expires_at: datetime
    max_uses: int


class JoinResponse(Response):
    """The trip that the caller now belongs to, and whether this call made them a member."""

    trip: TripResponse
    joined: bool
