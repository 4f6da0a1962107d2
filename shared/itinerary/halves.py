"""The half-days of a plan: where a group could part and meet again, and what a part of it could do in between.

A half-day lies between the start of the day, the first meal, the next one, and the end of the day; without meals, the
stop nearest to one o'clock stands for lunch. Whoever parts meets again at the next common stop, or where the day ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from .problem import Day, Problem, Visit
from .solution import DayPlan, Solution, Stop

SHORTEST, LONGEST = 120.0, 420.0
"""Minutes between parting and meeting: less is not worth it, more is not half a day."""
LUNCH = 13 * 60.0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Half:
    """A half-day: the group is free at `leaves` at location `origin` and has to be at `destination` by `until`.

    The stops `first` up to `last` (without it) of the day lie in it.
    """

    name: str
    plan: DayPlan
    first: int
    last: int
    leaves: float
    origin: int
    until: float
    destination: int

    @property
    def stops(self) -> tuple[Stop, ...]:
        return self.plan.stops[self.first : self.last]

    @property
    def after(self) -> Stop | None:
        """The common stop before which all meet; None: the end of the day."""
        return self.plan.stops[self.last] if self.last < len(self.plan.stops) else None


def halves(problem: Problem, plan: DayPlan, divisible: Collection[str] = ()) -> Iterator[Half]:
    """The half-days of a day on which nothing is for everybody; the musts in `divisible` are not."""
    day, stops = problem.days[plan.index], plan.stops
    if not stops or day.locked or day.frozen_before is not None:
        return
    meals = [index for index, stop in enumerate(stops) if stop.meal is not None]
    anchors = meals[:2] or [min(range(len(stops)), key=lambda index: abs(stops[index].start - LUNCH))]
    ends = [*anchors, len(stops)][:2]
    for name, begin, last in zip(("morning", "afternoon"), (-1, anchors[0]), ends, strict=False):
        half = _half(problem, day, plan, name, begin, last)
        if half is not None and SHORTEST <= half.until - half.leaves <= LONGEST and _free(problem, half, divisible):
            yield half


def _half(problem: Problem, day: Day, plan: DayPlan, name: str, begin: int, last: int) -> Half | None:
    """After stop `begin` (-1: the start of the day) and before stop `last`; None without a place to part or meet."""
    stops = plan.stops
    leaves, origin = day.start, day.start_location
    if begin >= 0:
        paused = [pause.end for pause in plan.pauses if pause.after == stops[begin].visit]
        leaves, origin = max([stops[begin].end, *paused]), problem.visit(stops[begin].visit).location
    until, destination = day.end, day.end_location
    if last < len(stops):
        until, destination = stops[last].start, problem.visit(stops[last].visit).location
    if origin is None or destination is None:
        return None
    return Half(name, plan, begin + 1, last, leaves, origin, until, destination)


def _free(problem: Problem, half: Half, divisible: Collection[str]) -> bool:
    """Whether nothing in the half-day is for everybody, come what may."""
    visits = [problem.visit(stop.visit) for stop in half.stops]
    names = {visit.id for visit in visits}
    lost = [one for one in half.plan.pauses if one.after is None and half.leaves < one.end and one.start < half.until]
    paused = lost or any(pause.after in names for pause in half.plan.pauses)
    common = [visit for visit in visits if visit.must and visit.id not in divisible]
    return not paused and not common and not any(visit.fixed is not None or visit.meals for visit in visits)


def open_visits(problem: Problem, solution: Solution, half: Half) -> list[Visit]:
    """What a part of the group may do: what is in nobody's plan and no must, or was planned for this half-day."""
    day = problem.days[half.plan.index]
    inside = {stop.visit for stop in half.stops}
    taken = {stop.visit for plan in solution.days for stop in all_stops(plan)} - inside
    groups = {problem.visit(name).group for name in taken} - {None}
    kinds = {problem.visit(stop.visit).kind for stop in half.plan.stops if stop.visit not in inside}
    return [
        visit
        for visit in problem.visits
        if visit.id not in taken
        and visit.group not in groups
        and (not visit.must or visit.id in inside)
        and visit.fixed is None
        and not (visit.meals and day.meals)
        and (visit.days is None or day.index in visit.days)
        and (problem.max_same_kind_per_day is None or not visit.kind or visit.kind not in kinds)
    ]


def all_stops(plan: DayPlan) -> tuple[Stop, ...]:
    """The stops of a day, those of branches included."""
    branches = plan.split.branches if plan.split is not None else ()
    return (*plan.stops, *(stop for branch in branches for stop in branch.stops))


def short_day(problem: Problem, half: Half) -> Day:
    """The half-day as a day of its own, with what the limits leave."""
    day, stops = problem.days[half.plan.index], half.plan.stops
    outside = [stop for index, stop in enumerate(stops) if not half.first <= index <= half.last]
    legs = [(stop.travel_metres, stop.travel_minutes) for stop in outside if stop.mode == "walk"]
    if half.after is not None and half.plan.back_mode == "walk":
        legs.append((half.plan.back_metres, half.plan.back_minutes))
    metres, minutes = sum(one[0] for one in legs), sum(one[1] for one in legs)
    common = len(stops) - len(half.stops)
    return replace(
        day,
        index=0,
        start=half.leaves,
        end=half.until,
        start_location=half.origin,
        end_location=half.destination,
        max_stops=None if day.max_stops is None else day.max_stops - common,
        max_walk_metres=None if day.max_walk_metres is None else max(0.0, day.max_walk_metres - metres),
        max_walk_minutes=None if day.max_walk_minutes is None else max(0.0, day.max_walk_minutes - minutes),
        meals=(),
        breaks=(),
    )


def way_on(half: Half) -> tuple[float, float, str | None, int]:
    """The leg to where all meet, as it is without a split: minutes, metres, mode, fare."""
    stop, plan = half.after, half.plan
    if stop is None:
        return plan.back_minutes, plan.back_metres, plan.back_mode, plan.back_fare
    return stop.travel_minutes, stop.travel_metres, stop.mode, stop.fare
