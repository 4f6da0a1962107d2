"""A plan before it becomes operations: days, stops, what it adds up to, and which wishes it does not fulfil."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.assistant.constraints import Budget, Value

StopKind = Literal["sight", "food", "transport", "activity"]
Wish = Literal["must_see", "budget", "transport", "diet", "lazy_mornings", "meals", "days", "must_avoid"]
Minute = Annotated[int, Field(ge=0, le=48 * 60)]


class PlannedStop(Value):
    """A stop from `start`, minutes after midnight, for `minutes`. `cost` is for the whole group, in the local currency.

    The way to it from the stop before takes `travel_minutes` over `travel_metres` by `travel_mode` (None: no way).
    `idea` is the id of the stop in the pool that is moved here; None: the stop is new.
    """

    place_id: str | None
    name: str
    kind: StopKind
    start: Minute
    minutes: Annotated[int, Field(ge=0)]
    lat: float
    lng: float
    cost: Budget | None
    why: str
    travel_minutes: int = 0
    travel_metres: int = 0
    travel_mode: str | None = None
    idea: str | None = None

    @property
    def end(self) -> int:
        return self.start + self.minutes


class PlannedDay(Value):
    """A day in one destination; `start` and `end` are the minutes after midnight between which there may be stops."""

    date: date
    destination: str
    title: str
    start: Minute
    end: Minute
    stops: tuple[PlannedStop, ...]
    notes: str = ""


class Compromise(Value):
    """A wish that the plan does not fulfil. `subject` is what was wished, `text` says to the group why not."""

    wish: Wish
    subject: str
    text: str


class Totals(Value):
    """`cost` is in the currency of the budget, or of the first destination; converted at reference rates."""

    cost: Budget
    stops: int
    travel_minutes: int
    walk_metres: int


class LeftOut(Value):
    """An idea that stays in the pool: its stop, why in a word (`vetoed`, `closed`, …) and in a sentence."""

    stop: str
    name: str
    reason: str
    text: str


class Satisfaction(Value):
    """What a member gets of the best plan that could be made for them alone, 0..1."""

    uid: str
    share: float


class DraftPlan(Value):
    """The whole of it; `notes` are sentences on how it came about.

    `satisfaction` is empty while nobody has said what they want.
    """

    days: tuple[PlannedDay, ...]
    compromises: tuple[Compromise, ...]
    totals: Totals
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    satisfaction: tuple[Satisfaction, ...] = ()
