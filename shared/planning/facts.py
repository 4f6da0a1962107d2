"""What planning reads of a trip, kept with its job: days, stops, people, money and the moment, without any text."""

from datetime import date, datetime
from typing import Any, Final, Literal

from pydantic import Field

from shared.documents import Document, Instant
from shared.reactions.group import Group
from shared.trips.models import Money

PLACING: Final = ("dayId", "order", "at")
"""The fields of a stop that planning changes; it changes nothing else."""
BOOKED: Final = ("transport", "stay")
"""Kinds of stops that stay where they are once they have a time."""

Kind = Literal["sight", "food", "stay", "transport", "activity", "note"]


class PlanDay(Document):
    """A day of the plan, `start` and `end` in minutes after midnight of its `zone` (IANA).

    `town` is the id of the destination where the group is; None: nobody can tell. `base` is latitude and longitude.
    """

    id: str
    number: int
    date: date | None
    start: int
    end: int
    base: tuple[float, float] | None
    town: str | None
    zone: str

    @property
    def name(self) -> str:
        return f"Day {self.number}"


class PlanStop(Document):
    """A stop; `at` is minutes after midnight. `was` holds the fields that planning may change, as they are.

    `day` is None for an idea, also if the stop's own `dayId` names a day that is gone.
    """

    id: str
    day: str | None
    order: str
    at: int | None
    name: str
    kind: Kind
    minutes: int
    place_id: str | None
    point: tuple[float, float] | None
    town: str | None
    cost: Money | None
    fixed: bool
    alternative_to: str | None
    was: dict[str, Any]

    @property
    def bound(self) -> bool:
        """Whether it stays where it is: a booking, or a journey or check-in with a time."""
        return self.at is not None and (self.fixed or self.kind in BOOKED)

    @property
    def planned(self) -> bool:
        """Whether planning looks at it: notes, and journeys and stays that nobody gave a time, are left alone."""
        return self.at is not None or self.kind not in ("note", *BOOKED)


class Facts(Document):
    """The plan at version `base`, its days in order, its stops by id."""

    base: int
    now: Instant
    currency: str
    budget: Money | None
    days: tuple[PlanDay, ...]
    stops: dict[str, PlanStop]
    group: Group = Field(default_factory=Group)

    def day(self, day_id: str) -> PlanDay | None:
        return next((day for day in self.days if day.id == day_id), None)

    def on(self, day_id: str) -> list[PlanStop]:
        """The stops of a day in the order in which people see them: by time, and those without one by their order."""
        own = [stop for stop in self.stops.values() if stop.day == day_id]
        return sorted(own, key=lambda stop: (24 * 60 if stop.at is None else stop.at, stop.order, stop.id))

    @property
    def ideas(self) -> list[PlanStop]:
        return sorted((stop for stop in self.stops.values() if stop.day is None), key=lambda stop: stop.id)


def minute_of(moment: datetime) -> int:
    """Minutes after midnight on the moment's own wall clock."""
    return moment.hour * 60 + moment.minute
