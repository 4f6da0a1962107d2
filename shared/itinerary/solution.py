"""What the optimiser answers: the plan, how happy each member is with it, and why things are not in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit in the plan; the leg before it takes `travel_minutes` by `mode`, and `wait` minutes pass before it
    starts.

    `meal` is the meal that the stop is, or None. `mode` is None when there is no leg.
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


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A day: the group leaves its start at `leave` and is at its end location at `back`, `back_*` being the last
    leg."""

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


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """`score` is what the plan gives a member, `alone` the best plan found for the member alone, `share` their
    quotient (0..1)."""

    member: str
    score: float
    alone: float
    share: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that is not in the plan. `message` is a sentence for people, `by` the visits or members behind it."""

    visit: str
    reason: Reason
    message: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmet:
    """A must-see, a fixed stop or a required meal that the plan does not have; the plan is the closest that has the
    others.

    `wish` is "must", "fixed" or "meal"; `visit` is None for a meal, which `day` and `meal` name.
    """

    wish: str
    reason: Reason
    message: str
    visit: str | None = None
    day: int | None = None
    meal: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binding:
    """A constraint without which some left-out visits would fit: "budget", "time", "max_stops", "walking" or
    "kinds"."""

    constraint: str
    day: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Solution:
    """The plan. `value` is what was maximised (score and fairness), `score` the members' weighted average.

    `feasible` is False when a must-see, fixed stop or required meal is unmet; all other constraints always hold.
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

    @property
    def feasible(self) -> bool:
        return not self.unmet


@dataclass(frozen=True, slots=True)
class Progress:
    """A better plan was found: its value and the visits of each day in order."""

    iterations: int
    value: float
    days: tuple[tuple[str, ...], ...]
