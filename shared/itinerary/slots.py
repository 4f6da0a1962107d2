"""When a visit may start: its windows, the meals, the breaks and the hours of the day, cut into slots."""

from __future__ import annotations

from dataclasses import dataclass, replace
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


def slots(problem: Problem, visit: Visit, day: Day, kept: Previous | None = None) -> list[Slot]:
    """When the visit may start on the day. `kept`: it is frozen there."""
    if kept is not None:
        if kept.day != day.index or kept.start is None:
            return []
        return [Slot(kept.start, kept.start, _meal_at(visit, day, kept.start))]
    if visit.days is not None and day.index not in visit.days:
        return []
    found = _fixed(visit, day) if visit.fixed is not None else _open(visit, day)
    earliest = max(day.start, begins(day))
    for slot in found:
        slot.opens = max(slot.opens, earliest)
        slot.last = min(slot.last, day.end - visit.minutes)
    found += [
        replace(
            slot,
            opens=max(slot.opens, pause.opens - visit.minutes),
            last=min(slot.last, pause.closes - visit.minutes, day.end - visit.minutes - pause.minutes),
            pause=pause,
        )
        for slot in found
        for pause in breaks(day)
    ]
    return [slot for slot in found if slot.opens <= slot.last]


def near_slots(problem: Problem, found: list[Slot], start: float) -> list[Slot]:
    """The parts of slots in which the visit is not moved in time, to be preferred to the whole ones."""
    within = problem.disruption.within
    cut = [
        replace(slot, opens=max(slot.opens, start - within), last=min(slot.last, start + within), near=True)
        for slot in found
    ]
    return [slot for slot in cut if slot.opens <= slot.last]


def _meal_at(visit: Visit, day: Day, start: float) -> str | None:
    return next((m.name for m in day.meals if m.name in visit.meals and m.opens <= start <= m.closes), None)


def _fixed(visit: Visit, day: Day) -> list[Slot]:
    if visit.fixed is None or visit.fixed.day != day.index:
        return []
    start = visit.fixed.start
    return [Slot(start, start, _meal_at(visit, day, start))]


def _open(visit: Visit, day: Day) -> list[Slot]:
    found: list[Slot] = []
    windows = ((0.0, inf),) if visit.windows is None else visit.windows[day.index]
    for opens, closes in sorted(windows):
        last = closes if visit.close_is_latest_start else closes - visit.minutes
        if visit.meals and day.meals:
            found += [
                Slot(max(opens, meal.opens), min(last, meal.closes), meal.name)
                for meal in day.meals
                if meal.name in visit.meals
            ]
        else:
            found.append(Slot(opens, last))
    return found
