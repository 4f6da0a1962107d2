"""From nodes in order to a timetable with travel, waits, pauses and costs."""

from __future__ import annotations

from .model import Model
from .money import leg_price
from .nodes import BEFORE
from .problem import Day, Problem
from .solution import DayPlan, Pause, Stop


def day_plan(model: Model, day: Day, route: list[int]) -> DayPlan:
    """The timetable of a day: every visit as early as the order allows, the start as late as that leaves no wait
    there."""
    problem = model.problem
    scale, opens, reach = model.scale, model.opens[day.index], model.reach
    first = model.nodes + 2 * day.index
    place, here, now = day.start_location, first, opens[first]
    leave = free = opens[first] / scale
    stops: list[Stop] = []
    pauses: list[Pause] = []
    for node in route:
        begin = max(now + reach[here][node], opens[node])
        start = begin / scale
        visit, slot = model.visit(node), model.table[node].slots[day.index]
        pause = None if slot is None else slot.pause
        if visit is None and pause is not None:
            minutes = 0.0 if model.table[node].home == (day.index, BEFORE) else leg(problem, place, day.end_location)[0]
            start = max(start, free + minutes)
            pauses.append(Pause(pause.name, start, start + pause.minutes, None))
            if model.table[node].home == (day.index, BEFORE):
                free = leave = start + pause.minutes
        elif visit is not None:
            minutes, metres, mode = leg(problem, place, visit.location)
            if not stops:
                leave = min(max(leave, start - minutes), start)
            arrive = min((free if stops else leave) + minutes, start)
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
                    meal=None if slot is None else slot.meal,
                    cost=model.cost[node],
                    fare=fare(problem, place, visit.location),
                )
            )
            place, free = visit.location, start + visit.minutes
            if pause is not None:
                pauses.append(Pause(pause.name, free, free + pause.minutes, visit.id))
                free += pause.minutes
        here, now = node, begin
    empty = not stops and (day.start_location is None or day.end_location is None)
    minutes, metres, mode = (0.0, 0.0, None) if empty else leg(problem, place, day.end_location)
    back_fare = 0 if empty else fare(problem, place, day.end_location)
    legs = [(stop.travel_minutes, stop.travel_metres, stop.mode) for stop in stops] + [(minutes, metres, mode)]
    return DayPlan(
        index=day.index,
        date=day.date,
        stops=tuple(stops),
        leave=leave,
        back=(free if stops else leave) + minutes,
        back_minutes=minutes,
        back_metres=metres,
        back_mode=mode,
        cost=sum(stop.cost + stop.fare for stop in stops) + back_fare,
        travel_minutes=sum(leg[0] for leg in legs),
        walk_metres=sum(leg[1] for leg in legs if leg[2] == "walk"),
        walk_minutes=sum(leg[0] for leg in legs if leg[2] == "walk"),
        pauses=tuple(pauses),
        back_fare=back_fare,
    )


def leg(problem: Problem, a: int | None, b: int | None) -> tuple[float, float, str | None]:
    """Minutes, metres and mode from one location to another; nothing when there is no such leg."""
    if a is None or b is None or a == b:
        return 0.0, 0.0, None
    mode = problem.travel.choose(a, b)
    return mode.minutes[a][b], mode.metres[a][b] if mode.metres else 0.0, mode.name


def fare(problem: Problem, a: int | None, b: int | None) -> int:
    """What the leg costs the group, in the problem's currency."""
    return 0 if a is None or b is None or a == b else leg_price(problem, a, b)
