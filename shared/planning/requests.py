"""What callers of the planning functions send."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError, to_json

from shared.plan.schema import MAX_BREAKS, MAX_DAYS, MOST_BREAK_MINUTES, IsoDate
from shared.reactions.requests import StopId
from shared.runtime.models import Request
from shared.runtime.text import Line
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


_SCOPES: dict[str, type[OneDay | SomeDays | TheRest]] = {"day": OneDay, "days": SomeDays, "rest": TheRest}


def _scope(value: Any, _: ValidatorFunctionWrapHandler, told: ValidationInfo) -> OneDay | SomeDays | TheRest:
    """The scope that a value is by its only key of the three; so its errors name the field, and no union."""
    if isinstance(value, (OneDay, SomeDays, TheRest)):
        return value
    named = _SCOPES.keys() & value.keys() if isinstance(value, dict) else ()
    if len(named) != 1:
        raise PydanticCustomError(
            "scope", 'Say which days, in one way: "day" with an id, "days" with a list of ids, or "rest" with true'
        )
    model = _SCOPES[next(iter(named))]
    return model.model_validate_json(to_json(value)) if told.mode == "json" else model.model_validate(value)


Scope = Annotated[OneDay | SomeDays | TheRest, WrapValidator(_scope)]


class Hours(Request):
    """When a day begins and ends; a slow morning is a later `from`."""

    start: Clock = Field(alias="from")
    end: Clock = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> "Hours":
        if self.end <= self.start:
            raise ValueError("to must come after from")
        return self


class BreakInput(Request):
    """A rest of some minutes that is to begin between `from` and `to`."""

    name: Annotated[str, Line(0, 60)] = ""
    minutes: int = Field(ge=5, le=MOST_BREAK_MINUTES)
    earliest: Clock = Field(alias="from")
    latest: Clock = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> "BreakInput":
        if self.latest < self.earliest:
            raise ValueError("to comes before from")
        return self


class Optimise(Request):
    """Order the stops of some days anew, and place ideas (`ideas`) where they fit.

    `as`: put the result into the plan, or offer it (what the rest of the trip is always offered as, unless said
    otherwise). `alternatives`: further, clearly different plans, each a proposal of its own. `splits`: for how many
    half-days, at most one a day, the group may split up where tastes clash; also offered unless said otherwise.
    `mostOfAKind`: how many places of one kind (temples, museums; meals aside) a day may have; null: any number.

    `breaks` of each of the days, and `hours` by day, become part of the plan with the result, so they hold whenever
    these days are planned again; those that the days have stay if nothing is said, and `[]` takes the breaks away.
    """

    scope: Scope
    deliver: Delivery | None = Field(default=None, alias="as")
    ideas: bool = True
    alternatives: int = Field(default=0, ge=0, le=2)
    splits: int = Field(default=0, ge=0, le=3)
    most_of_a_kind: int | None = Field(default=None, ge=1, le=10)
    breaks: list[BreakInput] | None = Field(default=None, max_length=MAX_BREAKS)
    hours: dict[DayId, Hours] = Field(default={}, max_length=MAX_DAYS)

    @model_validator(mode="after")
    def _offered(self) -> "Optimise":
        if self.alternatives and self.deliver == "apply":
            raise ValueError("alternatives can only be proposals")
        return self

    @model_validator(mode="after")
    def _of_these_days(self) -> "Optimise":
        if not isinstance(self.scope, TheRest):
            days = [self.scope.day] if isinstance(self.scope, OneDay) else self.scope.days
            if not self.hours.keys() <= set(days):
                raise ValueError("hours are for days in the scope")
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
                {
                    "tripId": _TRIP,
                    "scope": {"days": ["d1", "d2"]},
                    "mostOfAKind": 2,
                    "breaks": [{"name": "Siesta", "minutes": 45, "from": "13:30", "to": "16:00"}],
                    "hours": {"d2": {"from": "11:00", "to": "19:00"}},
                    "requestId": "optimise-0004",
                },
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
