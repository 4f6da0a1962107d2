"""When the stops of a day begin: as near as possible to when they did, in the order that the optimiser chose. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from shared.assistant.ways import step_up
from shared.itinerary import Break, Day, Visit
from shared.plan.rests import rested, to_rest
from shared.planning.breaks import Edge, Rest, crowded_out, rests, rests_apart
from shared.planning.facts import PlanStop
from shared.planning.task import Task

Span = tuple[float, float]
Order = Sequence[tuple[str, float]]
"""Visits of a day in order, each with the start that the optimiser found."""


@dataclass(frozen=True, slots=True)
class _Link:
    """A visit between the minutes at which it may begin, and the breaks before the next one."""

    visit: Visit
    low: float
    high: float
    pauses: tuple[Break, ...]

    def free(self, begin: float) -> float:
        """When people go on if it begins at a minute."""
        return rested(begin + self.visit.minutes, self.pauses)


_Chain = Sequence[_Link]


def spans(task: Task, visit: Visit, day: int) -> list[Span]:
    """The earliest and latest minutes at which a visit may begin on a day, by opening hours, mealtimes and the day."""
    if visit.fixed is not None:
        return [(visit.fixed.start, visit.fixed.start)] if visit.fixed.day == day else []
    if visit.days is not None and day not in visit.days:
        return []
    hours = task.problem.days[day]
    found = [] if visit.windows is None else [(low, high - visit.minutes) for low, high in visit.windows[day]]
    if visit.meals:
        meals = [(meal.opens, meal.closes) for meal in hours.meals if meal.name in visit.meals]
        found = [(max(low, opens), min(high, closes)) for low, high in found for opens, closes in meals]
    found = [(max(low, hours.start), min(high, hours.end - visit.minutes)) for low, high in found]
    return [(low, high) for low, high in found if low <= high]


def settle(task: Task, day: int, order: Order, wished: Mapping[str, float]) -> list[int]:
    """For each visit of a day, in order and with the start that the optimiser found, the minute at which it begins.

    That is the minute wished for if the others and the breaks leave it, else the nearest to it that they leave, and
    without a wish the earliest; to steps of five minutes where there is room.
    """
    hours = task.problem.days[day]
    found = rests(task, day, _timed(task, order))
    chain = _chain(task, day, order, found)
    latest = _latest(task, chain, (hours.end, hours.end_location))
    return _begins(task, chain, latest, wished, _start(hours, found))


def settle_apart(
    task: Task, day: int, before: Order, parts: Sequence[Order], behind: Order
) -> tuple[list[int], list[list[int]], list[int]]:
    """As `settle`, without wishes, for a day on which the group splits up: the begins of what is common before, of each
    part's own and of what is common behind, so that everybody can be where they meet again."""
    hours = task.problem.days[day]
    timed = [_timed(task, part) for part in parts]
    found = rests_apart(task, day, _timed(task, before), timed, _timed(task, behind))
    first, last = _chain(task, day, before, found), _chain(task, day, behind, found)
    own, start = [_chain(task, day, part, ()) for part in parts], _start(hours, found)
    ends = _latest(task, last, (hours.end, hours.end_location))
    met = (ends[0], last[0].visit.location) if last else (hours.end, hours.end_location)
    middles = [_latest(task, chain, met) for chain in own]
    leaves = [(found[0], chain[0].visit.location) for found, chain in zip(middles, own, strict=True)]
    starts = list(map(min, zip(*(_latest(task, first, leave) for leave in leaves), strict=True)))
    begins = _begins(task, first, starts, {}, start)
    parting = _after(first, begins, start)
    theirs = [_begins(task, chain, found, {}, parting) for chain, found in zip(own, middles, strict=True)]
    back = [_after(chain, found, parting) for chain, found in zip(own, theirs, strict=True)]
    meeting = max(free + task.minutes(here, met[1]) for free, here in back)
    return begins, theirs, _begins(task, last, ends, {}, (meeting, met[1]))


def _timed(task: Task, order: Order) -> list[tuple[Visit, float]]:
    return [(task.problem.visit(name), start) for name, start in order]


def _start(hours: Day, found: Iterable[Rest]) -> Edge:
    """When and where the group sets off."""
    return rested(hours.start, _pauses(found, None)), hours.start_location


def _pauses(found: Iterable[Rest], after: str | None) -> tuple[Break, ...]:
    return tuple(rest.pause for rest in found if rest.at is not None and rest.after == after)


def _chain(task: Task, day: int, order: Order, found: Sequence[Rest]) -> _Chain:
    """The visits, each with the span that holds the start that the optimiser found."""
    return [
        _Link(
            visit,
            *next((span for span in spans(task, visit, day) if span[0] <= start <= span[1]), (start, start)),
            _pauses(found, visit.id),
        )
        for visit, start in _timed(task, order)
    ]


def _begins(task: Task, chain: _Chain, latest: Sequence[float], wished: Mapping[str, float], start: Edge) -> list[int]:
    begins: list[int] = []
    free, here = start
    for link, last in zip(chain, latest, strict=True):
        visit = link.visit
        earliest = max(link.low, free + task.minutes(here, visit.location))
        wish = wished.get(visit.id)
        begin = earliest if wish is None else max(wish, earliest)
        stepped = step_up(begin) if wish is None or begin > wish else begin
        begin = min(stepped if stepped <= last else begin, last)
        begins.append(round(begin))
        free, here = link.free(begin), visit.location
    return begins


def _after(chain: _Chain, begins: Sequence[int], start: Edge) -> Edge:
    """When and where people are free behind the last visit; where they start, if there is none."""
    return (chain[-1].free(begins[-1]), chain[-1].visit.location) if chain else start


def _latest(task: Task, chain: _Chain, end: Edge) -> list[float]:
    """The latest begin of each visit that leaves all behind it possible."""
    found: list[float] = []
    behind, there = end
    for link in reversed(chain):
        visit = link.visit
        until = to_rest(behind - task.minutes(visit.location, there), link.pauses)
        last = min(link.high, until - visit.minutes)
        found.append(last)
        behind, there = last, visit.location
    return found[::-1]


def stands(task: Task, day: int) -> bool:
    """Whether the day as it is in the plan now breaks no rule: open, reachable, within its hours, nothing overlaps, and
    nothing that could be elsewhere takes the room of a break."""
    own = standing(task, day)
    timed = [(task.problem.visit(stop.id), float(stop.at)) for stop in own if stop.at is not None]
    hours = task.problem.days[day]
    if any(not any(low <= at <= high for low, high in spans(task, visit, day)) for visit, at in timed):
        return False
    if timed and timed[0][1] < hours.start + task.minutes(hours.start_location, timed[0][0].location):
        return False
    if timed:
        last, at = timed[-1]
        if at + last.minutes + task.minutes(last.location, hours.end_location) > hours.end:
            return False
    return not crowded_out(task, day, timed) and all(
        at + visit.minutes + task.minutes(visit.location, other.location) <= then
        for (visit, at), (other, then) in pairwise(timed)
    )


def standing(task: Task, day: int) -> list[PlanStop]:
    """The stops that stand on a day and are still to be visited, by time, those without one last."""
    day_id = task.days[day].id
    own = [stop for stop in task.stops.values() if stop.day == day_id]
    return sorted(own, key=lambda stop: (inf if stop.at is None else stop.at, stop.order, stop.id))


def on_the_way(task: Task, day: int, names: Sequence[str]) -> int:
    """Minutes of travel on a day for whoever visits these stops in this order."""
    hours = task.problem.days[day]
    if not names:
        return 0
    places = [task.ways.location[name] for name in names]
    inner = sum(task.minutes(a, b) for a, b in pairwise(places))
    ends = task.minutes(hours.start_location, places[0]) + task.minutes(places[-1], hours.end_location)
    return round(inner + ends)
