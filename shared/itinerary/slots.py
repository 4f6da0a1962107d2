"""When a visit may start: its windows, the meals, the breaks and the hours of the day, cut into slots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from .problem import Break, Day, Previous, Problem, Visit, Window


@dataclass(slots=True, eq=False, repr=False)
class Slot:
    """As what a visit may start on a day: as `meal`, followed by `pause`, near its `previous` time."""

    meal: str | None = None
    pause: Break | None = None
    near: bool = False


Start = tuple[float, float, Slot]
"""A stretch of a day in which a visit may start: from, to, and as what."""


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


def home_start(day: Day, pause: Break) -> Start:
    """When the pause may start where the day starts or ends."""
    return max(pause.opens, day.start, begins(day)), min(pause.closes, day.end - pause.minutes), Slot(pause=pause)


class Hours:
    """What of a day says when visits may start, made once for all of them.

    `plain`: the slot that is no meal; `meals`: when each of the others may start; `paused`: by slot, those before a
    pause.
    """

    __slots__ = ("day", "earliest", "meals", "paused", "pauses", "plain")

    def __init__(self, day: Day) -> None:
        self.day = day
        self.earliest = max(day.start, begins(day))
        self.pauses = breaks(day)
        self.plain = Slot()
        self.meals: list[Start] = [(meal.opens, meal.closes, Slot(meal.name)) for meal in day.meals]
        found = [self.plain, *(slot for _, _, slot in self.meals)]
        self.paused = {slot: [(pause, Slot(slot.meal, pause)) for pause in self.pauses] for slot in found}

    def like(self, other: Hours) -> bool:
        """Whether visits that are open at the same times may start at the same times."""
        mine, its = self.day, other.day
        same = self.earliest == other.earliest and mine.end == its.end
        return same and self.pauses == other.pauses and mine.meals == its.meals


Bounds = tuple[list[Start], list[Start]]
"""When a visit may start if it is open: without a pause after it, and with each."""


def bounds(visit: Visit, hours: Hours) -> Bounds:
    """The bounds of a visit on a day; the same ones on all days that are alike."""
    minutes, earliest, latest = visit.minutes, hours.earliest, hours.day.end - visit.minutes
    bare = [(max(opens, earliest), min(closes, latest), slot) for opens, closes, slot in _meals(visit, hours)]
    paused = [
        (max(opens, pause.opens - minutes), min(last, pause.closes - minutes, latest - pause.minutes), slot)
        for opens, last, unpaused in bare
        for pause, slot in hours.paused[unpaused]
    ]
    return bare, paused


def starts(visit: Visit, day: int, limits: Bounds) -> list[Start]:
    """When the visit may start on a day. `limits`: its bounds there."""
    if visit.days is not None and day not in visit.days:
        return []
    windows = _windows(visit, day)
    stay = 0.0 if visit.close_is_latest_start or visit.fixed is not None else visit.minutes
    bare, paused = (_cut(windows, stay, some) for some in limits)
    return bare + paused


def kept_starts(visit: Visit, hours: Hours, kept: Previous) -> list[Start]:
    """When a visit that is frozen starts on the day."""
    if kept.day != hours.day.index or kept.start is None:
        return []
    return [(kept.start, kept.start, _slot_at(visit, hours, kept.start))]


def near_starts(problem: Problem, found: Iterable[Start], start: float) -> list[Start]:
    """The stretches in which the visit is not moved in time, to be preferred to the whole ones."""
    within = problem.disruption.within
    cut = [
        (max(opens, start - within), min(last, start + within), Slot(slot.meal, slot.pause, near=True))
        for opens, last, slot in found
    ]
    return [one for one in cut if one[0] <= one[1]]


def slots(visit: Visit, hours: Hours) -> list[Slot]:
    """As what the visit may start on the day."""
    return [slot for _, _, slot in starts(visit, hours.day.index, bounds(visit, hours))]


def _windows(visit: Visit, day: int) -> list[Window]:
    """When the visit may be on the day as far as its opening hours go, or when its booking starts."""
    if visit.fixed is not None:
        return [(visit.fixed.start, visit.fixed.start)] if visit.fixed.day == day else []
    return [(0.0, inf)] if visit.windows is None else sorted(visit.windows[day])


def _cut(windows: list[Window], stay: float, limits: list[Start]) -> list[Start]:
    """What of each window, `stay` minutes before it closes, is within each of the limits."""
    found = []
    for opens, closes in windows:
        last = closes - stay
        for earliest, latest, slot in limits:
            begin = opens if opens > earliest else earliest
            end = last if last < latest else latest
            if begin <= end:
                found.append((begin, end, slot))
    return found


def _meals(visit: Visit, hours: Hours) -> list[Start]:
    """When the visit may start as each of the meals that it can be; whenever, if it need not be any."""
    if visit.fixed is not None:
        return [(-inf, inf, _slot_at(visit, hours, visit.fixed.start))]
    if not visit.meals or not hours.meals:
        return [(-inf, inf, hours.plain)]
    return [one for one in hours.meals if one[2].meal in visit.meals]


def _slot_at(visit: Visit, hours: Hours, start: float) -> Slot:
    found = (slot for opens, closes, slot in hours.meals if slot.meal in visit.meals and opens <= start <= closes)
    return next(found, hours.plain)
