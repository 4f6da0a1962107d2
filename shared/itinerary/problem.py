"""What the optimiser is asked: days, visits, members, travel times and money, as frozen values.

Times are minutes after local midnight of each day (a window may end after 1440), durations and travel times are
minutes, distances metres, money whole minor units of one currency. Locations are indices into the travel matrices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Matrix = tuple[tuple[float, ...], ...]
Window = tuple[float, float]


class ProblemError(ValueError):
    """The problem contradicts itself in its form (not: it has no solution); `field` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Meal:
    """A meal wanted on a day: at most one food stop STARTS between `opens` and `closes`; exactly one if `required`."""

    name: str
    opens: float
    closes: float
    required: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the trip. The group is at `start_location` from `start` on and back at `end_location` by `end`.

    A location of None means that the day begins (ends) at its first (last) stop. A slow morning is a later `start`.
    `max_stops` counts visits, meals included. Walking counts the legs whose mode is "walk".
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


@dataclass(frozen=True, slots=True)
class Fixed:
    """A booking: the visit starts at `start` on day `day`, whatever the windows say of opening hours."""

    day: int
    start: float


@dataclass(frozen=True, slots=True)
class Visit:
    """A candidate.

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


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the group. What a member vetoes is never in the plan."""

    id: str
    weight: float = 1.0
    vetoes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mode:
    """A way to get around: minutes (inf: not possible) and, if known, metres from each location to each."""

    name: str
    minutes: Matrix
    metres: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Travel:
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


@dataclass(frozen=True, slots=True)
class Problem:
    """A trip to plan.

    `budget`: for the whole trip, minor units. `fairness`: weight of the worst-off member (see docs/optimiser.md).
    `max_same_kind_per_day`: limits stops of one `kind` on a day; musts, fixed stops and food stops are not counted.
    """

    days: tuple[Day, ...]
    visits: tuple[Visit, ...]
    travel: Travel
    members: tuple[Member, ...] = ()
    budget: int | None = None
    fairness: float = 0.5
    max_same_kind_per_day: int | None = None
    _by_id: dict[str, Visit] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._by_id.update((visit.id, visit) for visit in self.visits)
        _check_travel(self.travel)
        _check_days(self.days, self.travel.size)
        _check_members(self.members)
        for visit in self.visits:
            _check_visit(visit, len(self.days), self.travel.size, len(self.members))
        _unique("visits", (visit.id for visit in self.visits))
        if self.budget is not None and self.budget < 0:
            raise ProblemError("budget", "must not be negative")
        if self.fairness < 0:
            raise ProblemError("fairness", "must not be negative")
        if self.max_same_kind_per_day is not None and self.max_same_kind_per_day < 1:
            raise ProblemError("max_same_kind_per_day", "must be at least 1")

    def visit(self, visit_id: str) -> Visit:
        return self._by_id[visit_id]


def _unique(where: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ProblemError(where, f"{name!r} is there twice")
        seen.add(name)


def _check_travel(travel: Travel) -> None:
    if not travel.modes:
        raise ProblemError("travel.modes", "at least one mode is needed")
    _unique("travel.modes", (mode.name for mode in travel.modes))
    size = travel.size
    for mode in travel.modes:
        for name, matrix in (("minutes", mode.minutes), ("metres", mode.metres)):
            if matrix is None:
                continue
            if len(matrix) != size or any(len(row) != size for row in matrix):
                raise ProblemError(f"travel.{mode.name}.{name}", f"must be {size} rows of {size} numbers")
            if any(not value >= 0 for row in matrix for value in row):
                raise ProblemError(f"travel.{mode.name}.{name}", "must not be negative")


def _check_days(days: tuple[Day, ...], size: int) -> None:
    for index, day in enumerate(days):
        where = f"days[{index}]"
        if day.index != index:
            raise ProblemError(f"{where}.index", f"must be {index}, is {day.index}")
        if not 0 <= day.start <= day.end:
            raise ProblemError(where, "must start at or after 0 and end after it starts")
        for name, location in (("start_location", day.start_location), ("end_location", day.end_location)):
            if location is not None and not 0 <= location < size:
                raise ProblemError(f"{where}.{name}", f"{location} is not in the travel matrix")
        for name, limit in (
            ("max_stops", day.max_stops),
            ("max_walk_metres", day.max_walk_metres),
            ("max_walk_minutes", day.max_walk_minutes),
        ):
            if limit is not None and limit < 0:
                raise ProblemError(f"{where}.{name}", "must not be negative")
        _unique(f"{where}.meals", (meal.name for meal in day.meals))
        for meal in day.meals:
            if meal.opens > meal.closes:
                raise ProblemError(f"{where}.meals", f"{meal.name} ends before it begins")


def _check_members(members: tuple[Member, ...]) -> None:
    _unique("members", (member.id for member in members))
    if members and not any(member.weight > 0 for member in members):
        raise ProblemError("members", "one of the weights must be positive")
    if any(member.weight < 0 for member in members):
        raise ProblemError("members", "a weight must not be negative")


def _check_visit(visit: Visit, days: int, size: int, members: int) -> None:
    where = f"visits[{visit.id!r}]"
    if not 0 <= visit.location < size:
        raise ProblemError(f"{where}.location", f"{visit.location} is not in the travel matrix")
    if visit.minutes < 0:
        raise ProblemError(f"{where}.minutes", "must not be negative")
    if visit.cost < 0:
        raise ProblemError(f"{where}.cost", "must not be negative")
    if isinstance(visit.score, tuple) and len(visit.score) != max(members, 1):
        raise ProblemError(f"{where}.score", f"must be one number, or one for each of the {max(members, 1)} members")
    if visit.windows is not None:
        if len(visit.windows) != days:
            raise ProblemError(f"{where}.windows", f"must say when it is open on each of the {days} days")
        if any(opens > closes for windows in visit.windows for opens, closes in windows):
            raise ProblemError(f"{where}.windows", "a window closes before it opens")
    if visit.fixed is not None and not 0 <= visit.fixed.day < days:
        raise ProblemError(f"{where}.fixed", f"there is no day {visit.fixed.day}")
