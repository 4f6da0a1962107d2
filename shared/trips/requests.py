"""What callers of the trip functions send and get."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from shared.runtime.caller import Role
from shared.runtime.models import Request, Response
from shared.trips.models import InvitedRole, Trip

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
TripId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
RequestId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class BudgetInput(Request):
    """The whole group's budget, in minor units of its currency."""

    amount: int = Field(gt=0, le=10**12)
    currency: Currency


class CreateTripRequest(Request):
    """A new trip. The same `requestId` from the same caller answers with the trip made the first time (AIP-155)."""

    name: Name
    destinations: list[Name] = Field(default=[], max_length=20)
    start_date: date | None = None
    end_date: date | None = None
    currency: Currency = "EUR"
    budget: BudgetInput | None = None
    request_id: RequestId | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.start_date and self.end_date:
            if self.end_date < self.start_date:
                raise ValueError("endDate is before startDate")
            if (self.end_date - self.start_date).days >= 60:
                raise ValueError("a trip has at most 60 days")
        elif self.end_date:
            raise ValueError("endDate needs startDate")
        return self


class GetTripRequest(Request):
    trip_id: TripId


class InviteRequest(Request):
    """An invitation by link; it ends after `expiresInHours` or `maxUses`, whichever comes first."""

    trip_id: TripId
    role: InvitedRole = "editor"
    expires_in_hours: int = Field(default=168, ge=1, le=24 * 90)
    max_uses: int = Field(default=10, ge=1, le=100)


class JoinRequest(Request):
    token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,64}$")]


class MoneyView(Response):
    amount: int
    currency: str


class TripResponse(Response):
    """A trip as one of its members sees it."""

    trip_id: str
    name: str
    destinations: list[str]
    start_date: str | None
    end_date: str | None
    currency: str
    budget: MoneyView | None
    role: Role
    member_count: int
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, trip_id: str, trip: Trip, uid: str) -> "TripResponse":
        return cls(
            trip_id=trip_id,
            name=trip.name,
            destinations=list(trip.destinations),
            start_date=trip.start_date,
            end_date=trip.end_date,
            currency=trip.currency,
            budget=MoneyView(amount=trip.budget.amount, currency=trip.budget.currency) if trip.budget else None,
            role=trip.roles[uid],
            member_count=len(trip.members),
            created_at=trip.created_at,
            updated_at=trip.updated_at,
            version=trip.version,
        )


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
