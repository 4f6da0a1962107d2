"""What the trip already says before anybody asks: handed to the assistant with each request."""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.assistant.constraints import Value


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


class TripContext(Value):
    """The trip's own facts; each fills what the request leaves open. `currency` (ISO 4217) is the trip's.

    `placed` are the ids of the places that the plan visits already; they are not proposed again.
    """

    start_date: date | None = None
    end_date: date | None = None
    members: int | None = None
    currency: str | None = None
    destinations: tuple[str, ...] = ()
    days: tuple[ExistingDay, ...] = ()
    placed: tuple[str, ...] = ()
