"""What the optimiser answers: the plan, how happy each member is with it, and why things are not in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .value import Value


class Reason(StrEnum):
    """Why a visit is not in the plan."""

    VETOED = "vetoed"
    CLOSED = "closed"
    TOO_FAR = "too_far"
    OVER_BUDGET = "over_budget"
    ALTERNATIVE_CHOSEN = "alternative_chosen"
    LOW_INTEREST = "low_interest"
    DAY_FULL = "day_full"
    WALKING_LIMIT = "walking_limit"
    KIND_LIMIT = "kind_limit"
    CLASH = "clash"
    NO_TIME = "no_time"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stop(Value):
    """A visit in the plan; the leg before it takes `travel_minutes` by `mode`, and `wait` minutes pass before it
    starts.

    `meal` is the meal that the stop is, or None. `mode` is None when there is no leg. `cost` is the price of the visit
    and `fare` that of the leg, in the problem's currency, for the whole group; where the group has split up, `members`
    are those who go, and `cost` is their part. Empty `members`: everybody.
    """

    visit: str
    arrive: float
    start: float
    end: float
    wait: float
    travel_minutes: float
    travel_metres: float
    mode: str | None
    meal: str | None = None
    cost: int = 0
    fare: int = 0
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Branch(Value):
    """What some members do while the group has split up: they leave the place of parting at `leave`, and `back_*` is
    their leg to where all meet again, at `arrives`."""

    members: tuple[str, ...]
    leave: float
    stops: tuple[Stop, ...]
    arrives: float
    back_minutes: float
    back_metres: float
    back_mode: str | None
    back_fare: int = 0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Split(Value):
    """A half-day for which the group splits up.

    They part at `part_at` after the common stop `part_after` (None: where the day starts) and meet again before the
    common stop `meet_before` starts at `meet_at` (None: where the day ends). Legs to that stop are those of the
    branches. `gain`: what splitting adds to the value.
    """

    half: str
    part_at: float
    part_after: str | None
    meet_at: float
    meet_before: str | None
    branches: tuple[Branch, ...]
    gain: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pause(Value):
    """A break taken right after the stop `after`; None: before leaving, or once back, where the day starts or ends."""

    name: str
    start: float
    end: float
    after: str | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DayPlan(Value):
    """A day: the group leaves its start at `leave` and is at its end location at `back`, `back_*` being the last leg.

    `cost`: visits and fares, in the problem's currency. With a `split`, `stops` are the common ones, `travel_minutes`
    is the mean over the members, and `walk_*` is what whoever walks most walks.
    """

    index: int
    date: str
    stops: tuple[Stop, ...]
    leave: float
    back: float
    back_minutes: float
    back_metres: float
    back_mode: str | None
    cost: int
    travel_minutes: float
    walk_metres: float
    walk_minutes: float
    pauses: tuple[Pause, ...] = ()
    back_fare: int = 0
    split: Split | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Satisfaction(Value):
    """`score` is what the plan gives a member, `alone` the best plan found for the member alone, `share` their
    quotient (0..1)."""

    member: str
    score: float
    alone: float
    share: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LeftOut(Value):
    """A candidate that is not in the plan. `message` is a sentence for people, `by` the visits or members behind it."""

    visit: str
    reason: Reason
    message: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unmet(Value):
    """A wish that the plan does not keep; it is the closest plan that keeps the others.

    `wish`: "must" or "fixed" (of `visit`), "meal" or "break" (`meal` names it, on `day`), "day" (its end cannot be
    reached from its start) or "budget" (travel between the hotels alone costs more).
    """

    wish: str
    reason: Reason
    message: str
    visit: str | None = None
    day: int | None = None
    meal: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binding(Value):
    """A constraint without which some left-out visits would fit: "budget", "time", "max_stops", "walking" or
    "kinds"."""

    constraint: str
    day: int | None
    message: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Move(Value):
    """How a visit of the previous plan changed: "dropped", "other_day" or "other_time"."""

    visit: str
    change: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Terms(Value):
    """What the value is made of: average + fairness - travel - disruption."""

    average: float
    fairness: float
    travel: float
    disruption: float

    @property
    def value(self) -> float:
        return self.average + self.fairness - self.travel - self.disruption


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Solution(Value):
    """The plan. `value` is what was maximised, `terms` its parts, `score` the members' weighted average.

    `feasible` is False when a wish is unmet; all other constraints always hold. `moves`: what changed of the previous
    plan. `typical_score` and `typical_minute` are the median score, and score per minute, of the candidates that can be
    had: the units of `Problem.disruption` and `Problem.travel_weight`.
    """

    days: tuple[DayPlan, ...]
    score: float
    value: float
    cost: int
    travel_minutes: float
    travel_metres: float
    members: tuple[Satisfaction, ...]
    left_out: tuple[LeftOut, ...]
    unmet: tuple[Unmet, ...]
    binding: tuple[Binding, ...]
    iterations: int
    terms: Terms
    typical_score: float
    typical_minute: float
    moves: tuple[Move, ...] = ()

    @property
    def feasible(self) -> bool:
        return not self.unmet


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Progress(Value):
    """A better plan was found: its value and the visits of each day in order."""

    iterations: int
    value: float
    days: tuple[tuple[str, ...], ...]
