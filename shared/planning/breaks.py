"""When the group rests: the breaks of a day among the stops that it has. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from shared.itinerary import Break, Visit
from shared.itinerary.slots import breaks
from shared.plan.rests import placed
from shared.planning.task import Task

Timed = Sequence[tuple[Visit, float]]
"""Visits in the order of time, each with its begin."""
Edge = tuple[float, int | None]
"""When and where people are free, or have to be."""
_Gap = tuple[float, float, str | None]
"""From when to when the group has time, and after which visit."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A break that the hours of the day leave room for; `at` is its begin, `after` the visit before it (None: before
    the first). `at` None: the stops leave no room."""

    pause: Break
    at: int | None
    after: str | None


def rests(task: Task, day: int, timed: Timed) -> list[Rest]:
    """The breaks of a day in the order of time, as many of them as have room between the stops, wherever the group is
    then; behind them those that have none."""
    hours = task.problem.days[day]
    return _rests(task, day, _gaps(task, timed, (hours.start, hours.start_location), (hours.end, hours.end_location)))


def rests_apart(task: Task, day: int, before: Timed, parts: Iterable[Timed], behind: Timed) -> list[Rest]:
    """As `rests`, for a day on which the group splits up: nobody rests while the others do not."""
    hours = task.problem.days[day]
    leaves = min((begin - _way(task, before, visit) for (visit, begin), *_ in parts), default=hours.end)
    common = _gaps(task, before, (hours.start, hours.start_location), (leaves, None))
    _, *later = _gaps(task, behind, (0, None), (hours.end, hours.end_location))
    return _rests(task, day, [*common, *later])


def crowded_out(task: Task, day: int, timed: Timed) -> bool:
    """Whether a break has no room that would have some beside what is bound to its time."""
    found = rests(task, day, timed)
    if _had(found) == len(found):
        return False
    bound = [(visit, begin) for visit, begin in timed if visit.fixed is not None]
    return _had(rests(task, day, bound)) > _had(found)


def _rests(task: Task, day: int, gaps: Iterable[_Gap]) -> list[Rest]:
    wanted = breaks(task.problem.days[day])
    if not wanted:
        return []
    own = list(gaps)
    found = [
        Rest(pause, round(place.begin), own[place.gap][2]) if place else Rest(pause, None, None)
        for pause, place in zip(wanted, placed(wanted, [(free, until) for free, until, _ in own]), strict=True)
    ]
    return sorted(found, key=lambda rest: (inf if rest.at is None else rest.at, rest.pause.opens, rest.pause.name))


def _had(found: Sequence[Rest]) -> int:
    return sum(rest.at is not None for rest in found)


def _gaps(task: Task, timed: Timed, start: Edge, end: Edge) -> Iterator[_Gap]:
    (free, here), after = start, None
    for visit, begin in timed:
        yield free, begin - task.minutes(here, visit.location), after
        free, here, after = max(free, begin + visit.minutes), visit.location, visit.id
    yield free, end[0] - task.minutes(here, end[1]), after


def _way(task: Task, before: Timed, visit: Visit) -> float:
    return task.minutes(before[-1][0].location if before else None, visit.location)
