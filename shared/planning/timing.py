"""When the stops of a day begin: as near as possible to when they did, in the order that the optimiser chose. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf

from shared.assistant.ways import step_up
from shared.itinerary import Visit
from shared.planning.facts import PlanStop
from shared.planning.task import Task

Span = tuple[float, float]
Order = Sequence[tuple[str, float]]
"""Visits of a day in order, each with the start that the optimiser found."""
_Chain = Sequence[tuple[Visit, Span]]
_Edge = tuple[float, int | None]
"""When and where people are free, or have to be."""


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

    That is the minute wished for if the others leave it, else the nearest to it that they leave, and without a wish the
    earliest; to steps of five minutes where there is room.
    """
    hours = task.problem.days[day]
    chain = _chain(task, day, order)
    latest = _latest(task, chain, (hours.end, hours.end_location))
    return _begins(task, chain, latest, wished, (hours.start, hours.start_location))


def settle_apart(
    task: Task, day: int, before: Order, parts: Sequence[Order], behind: Order
) -> tuple[list[int], list[list[int]], list[int]]:
    """As `settle`, without wishes, for a day on which the group splits up: the begins of what is common before, of each
    part's own and of what is common behind, so that everybody can be where they meet again."""
    hours = task.problem.days[day]
    first, own, last = _chain(task, day, before), [_chain(task, day, part) for part in parts], _chain(task, day, behind)
    ends = _latest(task, last, (hours.end, hours.end_location))
    met = (ends[0], last[0][0].location) if last else (hours.end, hours.end_location)
    middles = [_latest(task, chain, met) for chain in own]
    leaves = [(found[0], chain[0][0].location) for found, chain in zip(middles, own, strict=True)]
    starts = list(map(min, zip(*(_latest(task, first, leave) for leave in leaves), strict=True)))
    begins = _begins(task, first, starts, {}, (hours.start, hours.start_location))
    parting = _after(first, begins, (hours.start, hours.start_location))
    theirs = [_begins(task, chain, found, {}, parting) for chain, found in zip(own, middles, strict=True)]
    back = [_after(chain, found, parting) for chain, found in zip(own, theirs, strict=True)]
    meeting = max(free + task.minutes(here, met[1]) for free, here in back)
    return begins, theirs, _begins(task, last, ends, {}, (meeting, met[1]))


def _chain(task: Task, day: int, order: Order) -> _Chain:
    """The visits, each with the span that holds the start that the optimiser found."""
    visits = [(task.problem.visit(name), start) for name, start in order]
    return [
        (visit, next((span for span in spans(task, visit, day) if span[0] <= start <= span[1]), (start, start)))
        for visit, start in visits
    ]


def _begins(task: Task, chain: _Chain, latest: Sequence[float], wished: Mapping[str, float], start: _Edge) -> list[int]:
    begins: list[int] = []
    free, here = start
    for (visit, (low, _)), last in zip(chain, latest, strict=True):
        earliest = max(low, free + task.minutes(here, visit.location))
        wish = wished.get(visit.id)
        begin = earliest if wish is None else max(wish, earliest)
        stepped = step_up(begin) if wish is None or begin > wish else begin
        begin = min(stepped if stepped <= last else begin, last)
        begins.append(round(begin))
        free, here = begin + visit.minutes, visit.location
    return begins


def _after(chain: _Chain, begins: Sequence[int], start: _Edge) -> _Edge:
    """When and where people are free behind the last visit; where they start, if there is none."""
    return (begins[-1] + chain[-1][0].minutes, chain[-1][0].location) if chain else start


def _latest(task: Task, chain: _Chain, end: _Edge) -> list[float]:
    """The latest begin of each visit that leaves all behind it possible."""
    found: list[float] = []
    behind, there = end
    for visit, (_, high) in reversed(chain):
        last = min(high, behind - task.minutes(visit.location, there) - visit.minutes)
        found.append(last)
        behind, there = last, visit.location
    return found[::-1]


def stands(task: Task, day: int) -> bool:
    """Whether the day as it is in the plan now breaks no rule: open, reachable, within its hours, nothing overlaps."""
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
    return all(
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
