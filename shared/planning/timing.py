"""When the stops of a day begin: as near as possible to when they did, in the order that the optimiser chose. Pure."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf

from shared.assistant.ways import step_up
from shared.itinerary import Visit
from shared.planning.facts import PlanStop
from shared.planning.task import Task

Span = tuple[float, float]


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


def settle(task: Task, day: int, order: Sequence[tuple[str, float]], wished: Mapping[str, float]) -> list[int]:
    """For each visit of a day, in order and with the start that the optimiser found, the minute at which it begins.

    That is the minute wished for if the others leave it, else the nearest to it that they leave, and without a wish the
    earliest; to steps of five minutes where there is room.
    """
    visits = [task.problem.visit(name) for name, _ in order]
    allowed = [
        next((span for span in spans(task, visit, day) if span[0] <= start <= span[1]), (start, start))
        for visit, (_, start) in zip(visits, order, strict=True)
    ]
    latest = _latest(task, day, visits, allowed)
    begins: list[int] = []
    free = task.problem.days[day].start
    here = task.problem.days[day].start_location
    for visit, (low, _), last in zip(visits, allowed, latest, strict=True):
        earliest = max(low, free + task.minutes(here, visit.location))
        wish = wished.get(visit.id)
        begin = earliest if wish is None else max(wish, earliest)
        stepped = step_up(begin) if wish is None or begin > wish else begin
        begin = min(stepped if stepped <= last else begin, last)
        begins.append(round(begin))
        free, here = begin + visit.minutes, visit.location
    return begins


def _latest(task: Task, day: int, visits: Sequence[Visit], allowed: Sequence[Span]) -> list[float]:
    """The latest begin of each visit that leaves all behind it possible."""
    hours = task.problem.days[day]
    found: list[float] = []
    behind, there = hours.end, hours.end_location
    for visit, (_, high) in zip(reversed(visits), reversed(allowed), strict=True):
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
