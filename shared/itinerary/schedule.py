"""From nodes in order to a timetable with travel, waits and costs."""

from __future__ import annotations

from .model import Model
from .problem import Day, Problem
from .solution import DayPlan, Stop


def day_plan(model: Model, day: Day, route: list[int]) -> DayPlan:
    """The timetable of a day: every visit as early as the order allows, the start as late as that leaves no wait
    there."""
    problem = model.problem
    scale, opens, reach = model.scale, model.opens[day.index], model.reach
    first = model.nodes + 2 * day.index
    place, here, now = day.start_location, first, opens[first]
    leave = day.start
    stops: list[Stop] = []
    for node in route:
        visit = problem.visits[model.visit_of[node]]
        begin = max(now + reach[here][node], opens[node])
        minutes, metres, mode = leg(problem, place, visit.location)
        start = begin / scale
        if not stops:
            leave = max(day.start, start - minutes)
        arrive = min((stops[-1].end if stops else leave) + minutes, start)
        stops.append(
            Stop(
                visit=visit.id,
                arrive=arrive,
                start=start,
                end=start + visit.minutes,
                wait=start - arrive,
                travel_minutes=minutes,
                travel_metres=metres,
                mode=mode,
                meal=model.meal_of[day.index][node],
            )
        )
        place, here, now = visit.location, node, begin
    minutes, metres, mode = leg(problem, place, day.end_location) if stops else (0.0, 0.0, None)
    if not stops and day.start_location is not None and day.end_location is not None:
        minutes, metres, mode = leg(problem, day.start_location, day.end_location)
    legs = [(stop.travel_minutes, stop.travel_metres, stop.mode) for stop in stops] + [(minutes, metres, mode)]
    return DayPlan(
        index=day.index,
        date=day.date,
        stops=tuple(stops),
        leave=leave,
        back=(stops[-1].end if stops else leave) + minutes,
        back_minutes=minutes,
        back_metres=metres,
        back_mode=mode,
        cost=sum(problem.visit(stop.visit).cost for stop in stops),
        travel_minutes=sum(leg[0] for leg in legs),
        walk_metres=sum(leg[1] for leg in legs if leg[2] == "walk"),
        walk_minutes=sum(leg[0] for leg in legs if leg[2] == "walk"),
    )


def leg(problem: Problem, a: int | None, b: int | None) -> tuple[float, float, str | None]:
    """Minutes, metres and mode from one location to another; nothing when there is no such leg."""
    if a is None or b is None or a == b:
        return 0.0, 0.0, None
    mode = problem.travel.choose(a, b)
    return mode.minutes[a][b], mode.metres[a][b] if mode.metres else 0.0, mode.name
