"""What planning reads of a trip, kept with its job: days, stops, people, money and the moment, without any text."""

from datetime import date, datetime
from typing import Any, Final, Literal

from pydantic import Field

from shared.documents import Document, Instant
from shared.reactions.group import Group
from shared.trips.models import Money

PLACING: Final = ("dayId", "order", "at")
"""The fields of a stop that planning changes."""
SHARING: Final = ("who", "cost")
"""The fields that it changes besides where the group splits up."""
BOOKED: Final = ("transport", "stay")
"""Kinds of stops that stay where they are once they have a time."""

Kind = Literal["sight", "food", "stay", "transport", "activity", "note"]


class PlanBreak(Document):
    """A rest of `minutes` that is to begin between two minutes after midnight."""

    id: str
    name: str
    minutes: int
    opens: int
    closes: int


class PlanDay(Document):
    """A day of the plan, `start` and `end` in minutes after midnight of its `zone` (IANA).

    `town` is the id of the destination where the group is; None: nobody can tell. Points are latitude and longitude:
    `base` as the plan has it, `sets_off` where the day starts and `sleeps` where it ends; None: with its first stop, or
    its last. On days on which the group comes or goes, `start` and `end` are what that leaves of them.
    """

    id: str
    number: int
    date: date | None
    start: int
    end: int
    base: tuple[float, float] | None
    town: str | None
    zone: str
    breaks: tuple[PlanBreak, ...] = ()
    sets_off: tuple[float, float] | None = None
    sleeps: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        return f"Day {self.number}"


class PlanStop(Document):
    """A stop; `at` is minutes after midnight. `was` holds the fields that planning may change, as they are.

    `day` is None for an idea, also if the stop's own `dayId` names a day that is gone. `who` names the travellers who
    take part, if not everybody does. A stay that lasts beyond midnight counts its `nights`; its `minutes` are those of
    the check-in.
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
    who: tuple[str, ...] = ()
    nights: int | None = None

    @property
    def reserved(self) -> bool:
        """Whether it is a booking, or a journey or check-in with a time."""
        return self.at is not None and (self.fixed or self.kind in BOOKED)

    @property
    def bound(self) -> bool:
        """Whether it stays where it is: what is reserved, or a time for some only."""
        return self.reserved or (self.at is not None and bool(self.who))

    @property
    def planned(self) -> bool:
        """Whether planning looks at it. Notes are left alone, and so is what nobody gave a time, if it is a journey, a
        stay, or on a day for some only."""
        untimed = self.at is None and (self.kind in BOOKED or (self.day is not None and bool(self.who)))
        return self.kind != "note" and not untimed


class Facts(Document):
    """The plan at version `base`, its days in order, its stops by id.

    `travellers` are members and guests; `hosts` names, for each guest, the member with whom the guest goes. `language`:
    what is told of the plan is in it, or in English.
    """

    base: int
    now: Instant
    currency: str
    budget: Money | None
    days: tuple[PlanDay, ...]
    stops: dict[str, PlanStop]
    group: Group = Field(default_factory=Group)
    travellers: tuple[str, ...] = ()
    hosts: dict[str, str] = Field(default_factory=dict)
    language: str | None = None

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
