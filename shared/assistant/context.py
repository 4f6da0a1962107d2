"""What the trip already says before anybody asks: handed to the assistant with each request."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.assistant.constraints import Budget, Value
from shared.reactions.group import Group


class ExistingStop(Value):
    """A stop of the plan with a time: from minute `at` after midnight for `minutes`. New stops go around it."""

    at: Annotated[int, Field(ge=0, lt=24 * 60)]
    minutes: Annotated[int, Field(ge=0)]
    lat: float | None = None
    lng: float | None = None
    is_journey: bool = False


class ExistingDay(Value):
    """A day of the plan. Stops for its date go into it, behind `last_order`, the greatest order key among its stops."""

    id: str
    date: date
    order: str
    last_order: str | None = None
    stops: tuple[ExistingStop, ...] = ()


class Idea(Value):
    """A stop on no day: planning moves it onto one. `was` holds the fields that this changes, as they are now."""

    id: str
    name: str
    kind: Literal["sight", "food", "activity"]
    minutes: Annotated[int, Field(ge=0)]
    place_id: str | None = None
    lat: float | None = None
    lng: float | None = None
    cost: Budget | None = None
    was: dict[str, Any]


class TripContext(Value):
    """The trip's own facts; each fills what the request leaves open. `currency` (ISO 4217) is the trip's.

    `placed` are the ids of the places that the plan visits already, and of those that somebody vetoed; they are not
    proposed. `ideas` are the pool, vetoed ones included.
    """

    start_date: date | None = None
    end_date: date | None = None
    members: int | None = None
    currency: str | None = None
    destinations: tuple[str, ...] = ()
    days: tuple[ExistingDay, ...] = ()
    placed: tuple[str, ...] = ()
    ideas: tuple[Idea, ...] = ()
    group: Group = Group()
