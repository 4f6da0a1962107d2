"""Where an idea fits into days as they are, without moving anything. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

from shared.assistant.ways import step_up
from shared.itinerary import Visit
from shared.planning.breaks import crowded_out
from shared.planning.task import Task
from shared.planning.timing import spans, standing, stands


@dataclass(frozen=True, slots=True)
class Fit:
    """A day (by index) and minute for a visit, and the minutes of travel that it adds."""

    day: int
    at: int
    detour: int


def fits(task: Task, stop_id: str, most: int) -> list[Fit]:
    """The best place on each day, at most `most` of them, the smallest detour first.

    A day whose stops do not work as they stand, or that has all the stops it may, offers none.
    """
    visit = task.problem.visit(stop_id)
    best = (min(_on(task, visit, day), key=_rank, default=None) for day in range(len(task.days)))
    return sorted((fit for fit in best if fit), key=_rank)[:most]


def _rank(fit: Fit) -> tuple[int, int, int]:
    return fit.detour, fit.day, fit.at


def _on(task: Task, visit: Visit, day: int) -> Iterator[Fit]:
    hours = task.problem.days[day]
    own = standing(task, day)
    full = hours.max_stops is not None and len(own) >= hours.max_stops
    if full or not stands(task, day):
        return
    timed = [(task.problem.visit(stop.id), float(stop.at)) for stop in own if stop.at is not None]
    befores = [(hours.start, hours.start_location), *((at + one.minutes, one.location) for one, at in timed)]
    afters = [*((at, one.location) for one, at in timed), (hours.end, hours.end_location)]
    eaten = {meal for one, _ in timed for meal in one.meals}
    if visit.meals and eaten.issuperset(visit.meals):
        return
    taken = [(meal.opens, meal.closes) for meal in hours.meals if meal.name in eaten] if visit.meals else []
    for low, high in spans(task, visit, day):
        for (free, here), (until, there) in zip(befores, afters, strict=True):
            to, onward = task.minutes(here, visit.location), task.minutes(visit.location, there)
            earliest, latest = max(low, free + to), min(high, until - onward - visit.minutes)
            begin = step_up(earliest) if step_up(earliest) <= latest else earliest
            if begin > latest or any(opens <= begin <= closes for opens, closes in taken):
                continue
            if not crowded_out(task, day, sorted([*timed, (visit, begin)], key=itemgetter(1))):
                yield Fit(day, round(begin), round(to + onward - task.minutes(here, there)))
