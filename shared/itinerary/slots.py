"""When a visit may start: its windows, the meals, the breaks and the hours of the day, cut into slots."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from .problem import Break, Day, Previous, Problem, Visit


@dataclass(slots=True, eq=False, repr=False)
class Slot:
    """A stretch of a day in which a visit may start; as `meal`, followed by `pause`, near its `previous` time."""

    opens: float
    last: float
    meal: str | None = None
    pause: Break | None = None
    near: bool = False


Start = tuple[float, float, str | None]


def vetoed_by(problem: Problem, visit: Visit) -> tuple[str, ...]:
    return tuple(member.id for member in problem.members if visit.id in member.vetoes)


def frozen(problem: Problem) -> dict[str, Previous]:
    """What happened already or is on a locked day, by visit: it stays whatever the rules say."""
    found = {}
    for item in problem.previous:
        day = problem.days[item.day]
        if item.start is not None and (day.locked or item.start < begins(day)):
            found[item.visit] = item
    return found


def begins(day: Day) -> float:
    """Before which minute of the day nothing new starts, as far as what happened already goes."""
    if day.locked:
        return inf
    return -inf if day.frozen_before is None else day.frozen_before


def breaks(day: Day) -> list[Break]:
    """The breaks that the hours of the day leave room for; the others are had anyway."""
    earliest = max(day.start, begins(day))
    return [pause for pause in day.breaks if max(pause.opens, earliest) <= min(pause.closes, day.end - pause.minutes)]


def home_slot(day: Day, pause: Break) -> Slot:
    """When the pause may start where the day starts or ends."""
    return Slot(max(pause.opens, day.start, begins(day)), min(pause.closes, day.end - pause.minutes), pause=pause)


class Hours:
    """What of a day says when visits may start, made once for all of them."""

    __slots__ = ("day", "earliest", "pauses")

    def __init__(self, day: Day) -> None:
        self.day = day
        self.earliest = max(day.start, begins(day))
        self.pauses = breaks(day)

    def like(self, other: Hours) -> bool:
        """Whether visits that are open at the same times may start at the same times."""
        mine, its = self.day, other.day
        same = self.earliest == other.earliest and mine.end == its.end
        return same and self.pauses == other.pauses and mine.meals == its.meals


def slots(visit: Visit, hours: Hours, kept: Previous | None = None) -> list[Slot]:
    """When the visit may start on the day. `kept`: it is frozen there."""
    day = hours.day
    if kept is not None:
        if kept.day != day.index or kept.start is None:
            return []
        return [Slot(kept.start, kept.start, _meal_at(visit, day, kept.start))]
    if visit.days is not None and day.index not in visit.days:
        return []
    minutes, earliest, latest = visit.minutes, hours.earliest, day.end - visit.minutes
    found = []
    for opens, last, meal in _fixed(visit, day) if visit.fixed is not None else _open(visit, day):
        begin = opens if opens > earliest else earliest
        end = last if last < latest else latest
        if begin <= end:
            found.append(Slot(begin, end, meal))
    for slot in found[:] if hours.pauses else ():
        for pause in hours.pauses:
            begin = max(slot.opens, pause.opens - minutes)
            end = min(slot.last, pause.closes - minutes, latest - pause.minutes)
            if begin <= end:
                found.append(Slot(begin, end, slot.meal, pause))
    return found


def near_slots(problem: Problem, found: list[Slot], start: float) -> list[Slot]:
    """The parts of slots in which the visit is not moved in time, to be preferred to the whole ones."""
    within = problem.disruption.within
    cut = [
        Slot(max(slot.opens, start - within), min(slot.last, start + within), slot.meal, slot.pause, near=True)
        for slot in found
    ]
    return [slot for slot in cut if slot.opens <= slot.last]


def _meal_at(visit: Visit, day: Day, start: float) -> str | None:
    return next((m.name for m in day.meals if m.name in visit.meals and m.opens <= start <= m.closes), None)


def _fixed(visit: Visit, day: Day) -> list[Start]:
    if visit.fixed is None or visit.fixed.day != day.index:
        return []
    start = visit.fixed.start
    return [(start, start, _meal_at(visit, day, start))]


def _open(visit: Visit, day: Day) -> list[Start]:
    windows = ((0.0, inf),) if visit.windows is None else visit.windows[day.index]
    stay = 0.0 if visit.close_is_latest_start else visit.minutes
    if not visit.meals or not day.meals:
        return [(opens, closes - stay, None) for opens, closes in sorted(windows)]
    return [
        (max(opens, meal.opens), min(closes - stay, meal.closes), meal.name)
        for opens, closes in sorted(windows)
        for meal in day.meals
        if meal.name in visit.meals
    ]
