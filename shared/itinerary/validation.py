"""Whether a problem is well formed. Pure shape: a trip that cannot be planned is no error but has unmet wishes."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .problem import Day, Member, Mode, Problem, Travel, Visit

MOST_MINUTES = 1_000_000.0
MOST = 1e12
MOST_MONEY = 10**15
"""Beyond these nothing is a trip, and sums would not be exact any more."""


class ProblemError(ValueError):
    """The problem contradicts itself in its form (not: it has no solution); `field` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


def check_problem(problem: Problem) -> None:
    """Raise ProblemError for the first thing that is wrong."""
    size = problem.travel.size if problem.travel.modes else 0
    known = {problem.currency}
    for rate in problem.rates:
        if not (0 < rate.amount <= MOST_MONEY and 0 < rate.worth <= MOST_MONEY):
            raise ProblemError("rates", f"of {rate.currency!r} must be positive, and at most {MOST_MONEY}")
        known.add(rate.currency)
    _unique("rates", [problem.currency, *(rate.currency for rate in problem.rates)])
    _check_travel(problem.travel, known)
    _check_days(problem.days, size)
    _check_members(problem.members)
    _unique("visits", (visit.id for visit in problem.visits))
    for visit in problem.visits:
        _check_visit(visit, len(problem.days), size, len(problem.members))
        _check_currency(f"visits[{visit.id!r}].currency", visit.currency, known)
    if problem.budget is not None:
        not_negative("budget", problem.budget, MOST_MONEY)
    not_negative("fairness", problem.fairness)
    not_negative("travel_weight", problem.travel_weight)
    for name in ("dropped", "other_day", "other_time", "within"):
        not_negative(f"disruption.{name}", getattr(problem.disruption, name))
    if problem.max_same_kind_per_day is not None and problem.max_same_kind_per_day < 1:
        raise ProblemError("max_same_kind_per_day", "must be at least 1")
    if problem.max_splits < 0:
        raise ProblemError("max_splits", "must not be negative")
    _check_previous(problem)


def _check_previous(problem: Problem) -> None:
    visits = {visit.id for visit in problem.visits}
    _unique("previous", (item.visit for item in problem.previous))
    for item in problem.previous:
        where = f"previous[{item.visit!r}]"
        if item.visit not in visits:
            raise ProblemError(where, "is not among the visits")
        if not 0 <= item.day < len(problem.days):
            raise ProblemError(where, f"there is no day {item.day}")
        if item.start is not None:
            _minute(where, item.start)
        if item.start is None and problem.days[item.day].locked:
            raise ProblemError(where, "must say when it starts: its day is locked")


def not_negative(where: str, value: float, most: float = MOST) -> None:
    """Raises ProblemError unless 0 <= value <= most, as of NaN nothing is true."""
    if not 0 <= value <= most:
        raise ProblemError(where, f"must not be negative, and finite: at most {most:.0f}")


def _minute(where: str, value: float) -> None:
    if not -MOST_MINUTES <= value <= MOST_MINUTES:
        raise ProblemError(where, f"must be a minute, at most {MOST_MINUTES:.0f} from midnight")


def _span(where: str, opens: float, closes: float, wrong: str) -> None:
    """A window; one without an end is open for good."""
    _minute(where, opens)
    if closes != inf:
        _minute(where, closes)
    if opens > closes:
        raise ProblemError(where, wrong)


def _check_currency(where: str, currency: str | None, known: set[str]) -> None:
    if currency is not None and currency not in known:
        raise ProblemError(where, f"there is no rate of {currency!r}")


def _unique(where: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ProblemError(where, f"{name!r} is there twice")
        seen.add(name)


def _check_travel(travel: Travel, currencies: set[str]) -> None:
    if not travel.modes:
        raise ProblemError("travel.modes", "at least one mode is needed")
    _unique("travel.modes", (mode.name for mode in travel.modes))
    size = travel.size
    for mode in travel.modes:
        for name, matrix, most in _matrices(mode):
            if matrix is None:
                continue
            if len(matrix) != size or any(len(row) != size for row in matrix):
                raise ProblemError(f"travel.{mode.name}.{name}", f"must be {size} rows of {size} numbers")
            if any(not (0 <= value <= most or value == inf) for row in matrix for value in row):
                raise ProblemError(f"travel.{mode.name}.{name}", f"must not be negative, and at most {most:.0f}")
        _check_currency(f"travel.{mode.name}.currency", mode.currency, currencies)


def _matrices(mode: Mode) -> Iterable[tuple[str, tuple[tuple[float, ...], ...] | None, float]]:
    return ("minutes", mode.minutes, MOST_MINUTES), ("metres", mode.metres, MOST), ("prices", mode.prices, MOST_MONEY)


def _check_days(days: tuple[Day, ...], size: int) -> None:
    for index, day in enumerate(days):
        where = f"days[{index}]"
        if day.index != index:
            raise ProblemError(f"{where}.index", f"must be {index}, is {day.index}")
        if not 0 <= day.start <= day.end <= MOST_MINUTES:
            raise ProblemError(
                where, f"must start at or after 0, end after it starts, and at most at {MOST_MINUTES:.0f}"
            )
        if day.frozen_before is not None:
            _minute(f"{where}.frozen_before", day.frozen_before)
        for name, location in (("start_location", day.start_location), ("end_location", day.end_location)):
            if location is not None and not 0 <= location < size:
                raise ProblemError(f"{where}.{name}", f"{location} is not in the travel matrix")
        for name, limit in (
            ("max_stops", day.max_stops),
            ("max_walk_metres", day.max_walk_metres),
            ("max_walk_minutes", day.max_walk_minutes),
        ):
            if limit is not None and limit != inf:
                not_negative(f"{where}.{name}", limit)
        _unique(f"{where}.meals", (meal.name for meal in day.meals))
        for meal in day.meals:
            _span(f"{where}.meals", meal.opens, meal.closes, f"{meal.name} ends before it begins")
        _unique(f"{where}.breaks", (pause.name for pause in day.breaks))
        for pause in day.breaks:
            _span(f"{where}.breaks", pause.opens, pause.closes, f"{pause.name} ends before it begins")
            not_negative(f"{where}.breaks[{pause.name!r}].minutes", pause.minutes, MOST_MINUTES)


def _check_members(members: tuple[Member, ...]) -> None:
    _unique("members", (member.id for member in members))
    for member in members:
        not_negative(f"members[{member.id!r}].weight", member.weight)
    if members and not any(member.weight > 0 for member in members):
        raise ProblemError("members", "one of the weights must be positive")


def _check_visit(visit: Visit, days: int, size: int, members: int) -> None:
    where = f"visits[{visit.id!r}]"
    if not 0 <= visit.location < size:
        raise ProblemError(f"{where}.location", f"{visit.location} is not in the travel matrix")
    not_negative(f"{where}.minutes", visit.minutes, MOST_MINUTES)
    not_negative(f"{where}.cost", visit.cost, MOST_MONEY)
    for score in visit.score if isinstance(visit.score, tuple) else (visit.score,):
        if not -MOST <= score <= MOST:
            raise ProblemError(f"{where}.score", f"must be finite: from {-MOST:.0f} to {MOST:.0f}")
    if isinstance(visit.score, tuple) and len(visit.score) != max(members, 1):
        raise ProblemError(f"{where}.score", f"must be one number, or one for each of the {max(members, 1)} members")
    if visit.windows is not None:
        if len(visit.windows) != days:
            raise ProblemError(f"{where}.windows", f"must say when it is open on each of the {days} days")
        for windows in visit.windows:
            for opens, closes in windows:
                _span(f"{where}.windows", opens, closes, "a window closes before it opens")
    if visit.fixed is not None:
        if not 0 <= visit.fixed.day < days:
            raise ProblemError(f"{where}.fixed", f"there is no day {visit.fixed.day}")
        _minute(f"{where}.fixed.start", visit.fixed.start)
    if visit.days is not None and any(not 0 <= day < days for day in visit.days):
        raise ProblemError(f"{where}.days", f"must be days of the trip, 0 to {days - 1}")
