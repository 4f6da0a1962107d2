"""What the optimiser is asked: days, visits, members, travel times and money, as frozen values.

Times are minutes after local midnight of each day (a window may end after 1440), durations and travel times are
minutes, distances metres, money whole minor units. Locations are indices into the travel matrices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from operator import lt

from .validation import ProblemError as ProblemError
from .validation import check_problem
from .value import Value

Matrix = tuple[tuple[float, ...], ...]
Prices = tuple[tuple[int, ...], ...]
Window = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Meal(Value):
    """A meal wanted on a day: at most one food stop STARTS between `opens` and `closes`; exactly one if `required`."""

    name: str
    opens: float
    closes: float
    required: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Break(Value):
    """A pause of `minutes` that STARTS between `opens` and `closes`, wherever the group is: after a stop and before the
    next leg, or before leaving, or once back. Like a required meal a wish: `unmet` names it if a day has no room for
    it.

    Nobody has to pause outside of the hours of the day: a break that they leave no time for is had anyway.
    """

    name: str
    minutes: float
    opens: float
    closes: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Day(Value):
    """One day of the trip. The group is at `start_location` from `start` on and back at `end_location` by `end`.

    A location of None means that the day begins (ends) at its first (last) stop. A slow morning is a later `start`.
    `max_stops` counts visits, meals included. Walking counts the legs whose mode is "walk".

    What happened already stays: stops of `Problem.previous` that start before `frozen_before` are kept at their times,
    whatever the rules say, and nothing else starts before that minute. A `locked` day is kept as it is altogether.
    """

    index: int
    date: str
    start: float
    end: float
    start_location: int | None = None
    end_location: int | None = None
    max_stops: int | None = None
    max_walk_metres: float | None = None
    max_walk_minutes: float | None = None
    meals: tuple[Meal, ...] = ()
    breaks: tuple[Break, ...] = ()
    locked: bool = False
    frozen_before: float | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fixed(Value):
    """A booking: the visit starts at `start` on day `day`, whatever the windows say of opening hours."""

    day: int
    start: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Visit(Value):
    """A candidate.

    `days`: the days (by index) it may be on; None means any. `cost`: for the whole group, in minor units of `currency`
    (None: that of the problem).

    `windows`: for each day (by index) the opening windows; None means open at any time of any day. The visit has to
    start and END within one window; with `close_is_latest_start` only its start has to.
    `score`: one number, or one per member in the order of `Problem.members`.
    `meals`: the meals it can be; on a day that wants meals it is visited only as one of them. Empty: not a food stop.
    `group`: at most one visit of the same group is in the plan.
    """

    id: str
    location: int
    minutes: float
    score: float | tuple[float, ...] = 1.0
    windows: tuple[tuple[Window, ...], ...] | None = None
    cost: int = 0
    kind: str = ""
    must: bool = False
    fixed: Fixed | None = None
    group: str | None = None
    meals: tuple[str, ...] = ()
    close_is_latest_start: bool = False
    days: tuple[int, ...] | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Member(Value):
    """Somebody of the group. What a member vetoes is never in the plan."""

    id: str
    weight: float = 1.0
    vetoes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Mode(Value):
    """A way to get around: minutes (inf: not possible) and, if known, metres from each location to each.

    `prices`: what the whole group pays for a leg, in minor units of `currency` (None: that of the problem).
    """

    name: str
    minutes: Matrix
    metres: Matrix | None = None
    prices: Prices | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Travel(Value):
    """Travel times. Of several modes the fastest is taken, but walking (mode "walk") wherever it takes at most
    `walk_up_to` minutes."""

    modes: tuple[Mode, ...]
    walk_up_to: float = 0.0

    @property
    def size(self) -> int:
        return len(self.modes[0].minutes)

    def choose(self, a: int, b: int) -> Mode:
        """The mode from location a to b."""
        best = self.modes[0]
        for mode in self.modes:
            if mode.name == "walk" and mode.minutes[a][b] <= self.walk_up_to:
                return mode
            if mode.minutes[a][b] < best.minutes[a][b]:
                best = mode
        return best

    def choose_all(self, a: int) -> tuple[list[int], list[float]]:
        """The number of the mode from location a to every location, and the minutes it takes: `choose` for many at
        once."""
        chosen, minutes = [0] * self.size, list(self.modes[0].minutes[a])
        for number, mode in enumerate(self.modes[1:], 1):
            row = mode.minutes[a]
            for b in compress(range(self.size), list(map(lt, row, minutes))):
                chosen[b], minutes[b] = number, row[b]
        for number, mode in enumerate(self.modes):
            if mode.name == "walk":
                row = mode.minutes[a]
                for b in [b for b, far in enumerate(row) if far <= self.walk_up_to]:
                    chosen[b], minutes[b] = number, row[b]
        return chosen, minutes


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rate(Value):
    """`amount` minor units of `currency` are worth `worth` minor units of the problem's currency: an exact fraction."""

    currency: str
    amount: int
    worth: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Previous(Value):
    """A visit of the plan that is being changed: its day, and when it started (None: whenever on that day)."""

    visit: str
    day: int
    start: float | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Disruption(Value):
    """What a change of the previous plan costs, as multiples of the score of a typical candidate: a visit dropped, on
    another day, or on its day but starting more than `within` minutes from when it did."""

    dropped: float = 1.5
    other_day: float = 1.0
    other_time: float = 0.5
    within: float = 30.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Problem(Value):
    """A trip to plan.

    `budget`: for the whole trip, visits and legs, minor units of `currency`; costs in other currencies are converted by
    `rates`, each rounded up. `fairness`: weight of the worst-off member. `travel_weight`: what a minute of travel
    costs, as a part of what a minute at a typical candidate gives; 0: travel costs time only. `previous`: the plan that
    this one should disturb little. See docs/optimiser.md for all weights.
    `max_splits`: for how many half-days the group may split up, at most one a day (see split.py).
    `max_same_kind_per_day`: limits stops of one `kind` on a day; musts, fixed stops and food stops are not counted.
    """

    days: tuple[Day, ...]
    visits: tuple[Visit, ...]
    travel: Travel
    members: tuple[Member, ...] = ()
    budget: int | None = None
    fairness: float = 0.5
    max_same_kind_per_day: int | None = None
    travel_weight: float = 0.5
    previous: tuple[Previous, ...] = ()
    disruption: Disruption = Disruption()
    currency: str = ""
    rates: tuple[Rate, ...] = ()
    max_splits: int = 0
    _by_id: dict[str, Visit] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id.update((visit.id, visit) for visit in self.visits)
        check_problem(self)

    def visit(self, visit_id: str) -> Visit:
        return self._by_id[visit_id]
