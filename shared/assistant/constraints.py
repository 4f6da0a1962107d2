"""What a trip has to fulfil: the request in numbers and names, with what had to be assumed."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.assistant.settings import MAX_DAYS

Pace = Literal["relaxed", "normal", "packed"]
Transport = Literal["train", "plane", "car", "bus", "bike", "walk", "any"]
Diet = Literal[
    "vegetarian", "vegan", "pescatarian", "halal", "kosher", "gluten-free", "lactose-free", "nut-free"
]  # fmt: skip
EVERY_MORNING = MAX_DAYS


class Value(BaseModel):
    """An immutable value that is stored with the job as JSON in camelCase."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Leg(Value):
    """A destination of the place provider, and the days spent there, the day of arrival included."""

    destination: str
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)]


class Interest(Value):
    """A kind or tag of the place vocabulary, and how much the group wants it (0..1)."""

    tag: str
    weight: Annotated[float, Field(ge=0, le=1)]


class Budget(Value):
    """For the whole group and trip, in minor units of an ISO 4217 currency."""

    amount: Annotated[int, Field(ge=0, le=10**12)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Travellers(Value):
    adults: Annotated[int, Field(ge=1, le=50)]
    children: Annotated[int, Field(ge=0, le=50)] = 0

    @property
    def people(self) -> int:
        return self.adults + self.children


class TripConstraints(Value):
    """The whole of it. `assumptions` are sentences about what the request left open.

    `legs` are in travel order; `interests`, `dislikes` are kinds or tags of the place vocabulary; `must_see` and
    `must_avoid` are names as people wrote them; `language` is the ISO 639-1 code of the request. Totals
    are in `currency`, that of the budget if there is one.
    """

    legs: Annotated[tuple[Leg, ...], Field(min_length=1)]
    start_date: date
    travellers: Travellers
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    interests: tuple[Interest, ...] = ()
    dislikes: tuple[str, ...] = ()
    must_see: tuple[str, ...] = ()
    must_avoid: tuple[str, ...] = ()
    budget: Budget | None = None
    pace: Pace = "normal"
    lazy_mornings: Annotated[int, Field(ge=0, le=MAX_DAYS)] = 0
    transport: Transport = "any"
    diet: tuple[Diet, ...] = ()
    language: str = "en"
    assumptions: tuple[str, ...] = ()

    @property
    def days(self) -> int:
        return sum(leg.days for leg in self.legs)

    def date_of(self, day: int) -> date:
        """The date of a day of the trip, counted from 0."""
        return self.start_date + timedelta(days=day)

    def leg_of(self, day: int) -> int:
        """The index of the leg on a day of the trip, counted from 0."""
        for index, leg in enumerate(self.legs):
            if day < leg.days:
                return index
            day -= leg.days
        raise IndexError(day)
