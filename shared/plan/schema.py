"""What a plan document may hold, checked after every operation.

Containers are maps by id; a place is two fields, the container's id and an order key. A stop whose `dayId` is null, or
names a day that is gone, is an idea: two people may delete a day and move a stop into it at the same moment.
Fields with a default may be absent; whoever wants to edit one as text creates it with the stop.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from shared.runtime.errors import InvalidArgument

SCHEMA_VERSION = 1
MAX_DAYS = 60
MAX_STOPS = 1000
MAX_PACKING = 500
MAX_WHO = 150
MAX_BREAKS = 4
MOST_BREAK_MINUTES = 8 * 60

# Firestore reserves ids that begin and end with two underscores, and reactions are documents named after stops.
Id = Annotated[str, StringConstraints(pattern=r"^_?[A-Za-z0-9-][A-Za-z0-9_-]{0,38}$")]
OrderKey = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]{1,64}$")]
WallClock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


def _calendar_date(text: str) -> str:
    date.fromisoformat(text)
    return text


IsoDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_calendar_date)]
Title = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
Person = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", alias_generator=to_camel)


class Cost(_Part):
    """Minor units of an ISO 4217 currency, for everyone who takes part in the stop."""

    amount: int = Field(ge=0, le=10**12)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Base(_Part):
    """Where a day starts and ends, e.g. the hotel."""

    name: Title
    lat: Latitude
    lng: Longitude


class Break(_Part):
    """A rest that is to begin between two wall-clock times."""

    name: Title = ""
    minutes: int = Field(ge=1, le=MOST_BREAK_MINUTES)
    earliest: WallClock = Field(alias="from")
    latest: WallClock = Field(alias="to")


class Day(_Part):
    """A day of the trip; `start` and `end` are wall-clock times at the place. Planning keeps its `breaks` free."""

    date: IsoDate | None = None
    order: OrderKey
    title: Title = ""
    notes: Text = ""
    start: WallClock = "09:00"
    end: WallClock = "21:00"
    base: Base | None = None
    breaks: dict[Id, Break] = Field(default={}, max_length=MAX_BREAKS)


class Stop(_Part):
    """A visit on a day, or an idea. `alternativeTo` names the stop whose slot an idea competes for.

    `who` takes part, by the ids of members and of the trip's guests; nobody named means everybody. It is a map to true,
    so that two people who add somebody at the same moment add them once.
    """

    day_id: Id | None
    order: OrderKey
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    kind: Literal["sight", "food", "stay", "transport", "activity", "note"]
    minutes: int = Field(ge=0, le=7 * 24 * 60)
    by: Annotated[str, StringConstraints(max_length=128)]
    source: Literal["person", "assistant", "optimiser"] = "person"
    place_id: Annotated[str, StringConstraints(max_length=200)] | None = None
    at: WallClock | None = None
    lat: Latitude | None = None
    lng: Longitude | None = None
    cost: Cost | None = None
    notes: Text = ""
    fixed: bool = False
    why: Annotated[str, StringConstraints(max_length=500)] = ""
    alternative_to: Id | None = None
    who: dict[Person, Literal[True]] = Field(default={}, max_length=MAX_WHO)


class PackingItem(_Part):
    order: OrderKey
    text: Title
    done: bool = False
    assignee: Person | None = None


class Plan(_Part):
    # `schema` would shadow a method of BaseModel.
    schema_version: Literal[1] = Field(alias="schema")
    notes: Text
    days: dict[Id, Day] = Field(max_length=MAX_DAYS)
    stops: dict[Id, Stop] = Field(max_length=MAX_STOPS)
    packing: dict[Id, PackingItem] = Field(max_length=MAX_PACKING)


def empty_plan() -> dict[str, Any]:
    """A new plan. All containers exist from the start: two clients that create the same one would lose one of them."""
    return {"schema": SCHEMA_VERSION, "notes": "", "days": {}, "stops": {}, "packing": {}}


def validate(doc: Any) -> None:
    """Raises InvalidArgument (reason PLAN_INVALID), naming the field, if `doc` is not a plan."""
    try:
        Plan.model_validate(doc)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "plan"
        raise InvalidArgument(
            f"The plan would not be valid: {field}: {first['msg']}",
            reason="PLAN_INVALID",
            metadata={"field": field, "problems": error.error_count()},
        ) from None
