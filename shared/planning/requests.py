"""What callers of the planning functions send."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, model_validator

from shared.plan.schema import MAX_DAYS, IsoDate
from shared.reactions.requests import StopId
from shared.runtime.models import Request
from shared.trips.requests import RequestId, TripId

DayId = StopId
Delivery = Literal["proposal", "apply"]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Now = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]
"""A moment that every time zone can tell: close to the years 1 and 9999 some cannot. Trips are within it."""

_TRIP = "Kq3vTz81mNcY5dRw0pLs"


class OneDay(Request):
    day: DayId


class SomeDays(Request):
    days: Annotated[list[DayId], Field(min_length=1, max_length=MAX_DAYS)]


class TheRest(Request):
    """What is left of the trip, from `now` on (an instant; this moment if it is not said)."""

    rest: Literal[True]
    now: Now | None = None


class Optimise(Request):
    """Order the stops of some days anew, and place ideas (`ideas`) where they fit.

    `as`: put the result into the plan, or offer it (what the rest of the trip is always offered as, unless said
    otherwise). `alternatives`: further, clearly different plans, each a proposal of its own. `splits`: for how many
    half-days, at most one a day, the group may split up where tastes clash; also offered unless said otherwise.
    """

    scope: OneDay | SomeDays | TheRest
    deliver: Delivery | None = Field(default=None, alias="as")
    ideas: bool = True
    alternatives: int = Field(default=0, ge=0, le=2)
    splits: int = Field(default=0, ge=0, le=3)

    @model_validator(mode="after")
    def _offered(self) -> "Optimise":
        if self.alternatives and self.deliver == "apply":
            raise ValueError("alternatives can only be proposals")
        return self


class Place(Request):
    """Find a place in the days for an idea: up to `slots` of them as items of a proposal, or the best one applied."""

    stop_id: StopId
    deliver: Delivery = Field(default="proposal", alias="as")
    slots: int = Field(default=3, ge=1, le=5)


class StopMoved(Request):
    """Somebody moved a stop, or changed how long it takes: its day, and the one it left, get times that work."""

    kind: Literal["stopMoved"]
    stop_id: StopId
    from_day_id: DayId | None = None


class DayRainedOut(Request):
    """What is in the open is not to be on that day."""

    kind: Literal["dayRainedOut"]
    day_id: DayId


class Late(Request):
    """What begins before `at` on that day has been done, and from there the group sets off `minutes` after `at`."""

    kind: Literal["late"]
    day_id: DayId
    minutes: int = Field(ge=1, le=24 * 60)
    at: Clock


class Closed(Request):
    """A place is closed on the dates `from` to `to`, both included."""

    kind: Literal["closed"]
    place_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    first: IsoDate = Field(alias="from")
    last: IsoDate = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> "Closed":
        if self.last < self.first:
            raise ValueError("to comes before from")
        return self


Change = Annotated[StopMoved | DayRainedOut | Late | Closed, Field(discriminator="kind")]


class Replan(Request):
    """Something changed: re-plan what must change, and nothing else. `now` is an instant (default: this moment)."""

    change: Change
    deliver: Delivery = Field(default="proposal", alias="as")
    now: Now | None = None


Order = Optimise | Place | Replan


class OptimiseRequest(Optimise):
    """The job's `result` holds `plans`: what moved, what was placed, what is left out and why, and the minutes on the
    way before and after."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"tripId": _TRIP, "scope": {"day": "d1"}, "as": "apply", "requestId": "optimise-0001"},
                {"tripId": _TRIP, "scope": {"rest": True}, "alternatives": 2, "requestId": "optimise-0002"},
                {"tripId": _TRIP, "scope": {"days": ["d1", "d2"]}, "splits": 1, "requestId": "optimise-0003"},
            ]
        }
    )

    trip_id: TripId
    request_id: RequestId | None = None


class PlaceRequest(Place):
    """The job's `result` holds the `slots` that were found, best first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": _TRIP, "stopId": "inari", "requestId": "place-00001"}]}
    )

    trip_id: TripId
    request_id: RequestId | None = None


class ReplanRequest(Replan):
    """The job's `result` holds `plans` with one entry, as of an optimisation."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"tripId": _TRIP, "change": {"kind": "dayRainedOut", "dayId": "d1"}, "requestId": "replan-0001"},
                {
                    "tripId": _TRIP,
                    "change": {"kind": "late", "dayId": "d1", "minutes": 60, "at": "11:00"},
                    "as": "apply",
                    "requestId": "replan-0002",
                },
            ]
        }
    )

    trip_id: TripId
    request_id: RequestId | None = None
