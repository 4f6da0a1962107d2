"""When the group rests: the breaks of a day among the stops that it has. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from shared.assistant.ways import step_up
from shared.itinerary import Break, Visit
from shared.itinerary.slots import breaks
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
    """The breaks of a day, as many of them as have room between the stops, wherever the group is then."""
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
    missing = {rest.pause.name for rest in rests(task, day, timed) if rest.at is None}
    if not missing:
        return False
    bound = [(visit, begin) for visit, begin in timed if visit.fixed is not None]
    return any(rest.at is not None for rest in rests(task, day, bound) if rest.pause.name in missing)


def rested(free: float, pauses: Iterable[Break]) -> float:
    """From when people who are free from a minute on can go on, after these breaks in their order."""
    for pause in pauses:
        free = max(free, pause.opens) + pause.minutes
    return free


def to_rest(until: float, pauses: Sequence[Break]) -> float:
    """When people have to be free for these breaks in their order, to go on at a minute; -inf: there is no time."""
    for pause in reversed(pauses):
        until = min(until - pause.minutes, pause.closes)
        if until < pause.opens:
            return -inf
    return until


def _rests(task: Task, day: int, gaps: Iterable[_Gap]) -> list[Rest]:
    wanted = sorted(breaks(task.problem.days[day]), key=lambda pause: (pause.closes, pause.opens, pause.name))
    return max(_placed(wanted, list(gaps)), key=_had) if wanted else []


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


def _placed(wanted: Sequence[Break], gaps: Sequence[_Gap]) -> Iterator[list[Rest]]:
    """Ways to have the breaks, each in one of the gaps or not at all; ends with the first that has them all."""
    if not wanted:
        yield []
        return
    pause = wanted[0]
    for number, (free, until, after) in enumerate(gaps):
        begin = _begin(pause, free, until)
        if begin is None:
            continue
        shorter = [*gaps[:number], (begin + pause.minutes, until, after), *gaps[number + 1 :]]
        for others in _placed(wanted[1:], shorter):
            found = [Rest(pause, round(begin), after), *others]
            yield found
            if _had(found) == len(wanted):
                return
    for others in _placed(wanted[1:], gaps):
        yield [Rest(pause, None, None), *others]


def _begin(pause: Break, free: float, until: float) -> float | None:
    """The earliest begin in a gap, on a step of five minutes if there is room."""
    earliest, latest = max(free, pause.opens), min(pause.closes, until - pause.minutes)
    if earliest > latest:
        return None
    return step_up(earliest) if step_up(earliest) <= latest else earliest
