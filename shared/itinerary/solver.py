"""`solve`: from a problem to the best plan found, explained."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from .core import Core
from .engine import Routes, Search
from .explain import explain
from .model import Model, compile_model
from .objective import Objective
from .problem import Member, Problem
from .schedule import day_plan
from .solution import Move, Progress, Satisfaction, Solution, Terms
from .stop import MaxSeconds, StopRule, keep_back
from .warm import begin

CLOSE = 1e-6
EXPLANATION = 0.5
"""The time that explaining a plan takes, as a part of what building the model takes."""


def solve(
    problem: Problem,
    *,
    seed: int = 0,
    stop: StopRule | None = None,
    progress: Callable[[Progress], None] | None = None,
    start: Solution | None = None,
) -> Solution:
    """Choose and order visits for the days of a trip.

    `stop` is asked every few milliseconds (default: one second). The same problem, seed and number
    of iterations give the same plan. `progress` hears of every better plan while the search runs. `start`: a plan of
    this or a similar problem to begin with, as far as it still fits; without it, that is `problem.previous`. Raises
    nothing on an impossible wish: the solution names it in `unmet` and is the closest plan without it.
    """
    stop = stop or MaxSeconds(1.0)
    stop(0, 0.0)
    model = compile_model(problem)
    keep_back(stop, EXPLANATION)
    core = Core(model, seed, measured=True)
    core.measure(stop)
    search = Search(model)
    begin(search, start)
    core.begin(search.plan())
    told = float("-inf")

    def found(iterations: int, _value: float, routes: Routes) -> None:
        nonlocal told
        worth = terms(Objective(model, core.alone), routes).value
        if progress is not None and worth > told:
            told = worth
            progress(Progress(iterations, worth, tuple(model.names(route) for route in routes)))

    core.improve(stop, found if progress is not None else None)
    return explained(model, Objective(model, core.alone), core.best, core.iterations)


def terms(objective: Objective, routes: Routes) -> Terms:
    """What a plan is worth, in parts."""
    model = objective.model
    travel = 0.0
    if model.tolls is not None:
        for day, route in enumerate(routes):
            whole = model.whole(day, route)
            travel += sum(model.tolls[a][b] for a, b in pairwise(whole))
    lost = sum(getattr(model.problem.disruption, move.change) for move in moves(model, routes))
    return Terms(objective.average(routes), objective.fair(routes), travel, model.unit * lost)


def moves(model: Model, routes: Routes) -> tuple[Move, ...]:
    """What became of the visits of the previous plan that are not where and when they were."""
    problem = model.problem
    if not problem.previous:
        return ()
    now = {
        stop.visit: (day.index, stop.start)
        for day, route in zip(problem.days, routes, strict=True)
        for stop in day_plan(model, day, route).stops
    }
    found = []
    for item in problem.previous:
        day, start = now.get(item.visit, (None, 0.0))
        if day is None:
            found.append(Move(item.visit, "dropped"))
        elif day != item.day:
            found.append(Move(item.visit, "other_day"))
        elif item.start is not None and abs(start - item.start) > problem.disruption.within + CLOSE:
            found.append(Move(item.visit, "other_time"))
    return tuple(found)


def explained(
    model: Model, objective: Objective, routes: Routes, iterations: int, *, complete: bool = True
) -> Solution:
    """The plan as a solution: timetable, satisfaction, and reasons for what is missing. `complete`: with what still
    fits somewhere."""
    problem = model.problem
    search = Search(model)
    search.load(routes)
    if complete:
        search.complete()
    routes = search.plan()
    days = tuple(day_plan(model, day, route) for day, route in zip(problem.days, routes, strict=True))
    left_out, unmet, binding = explain(model, search)
    members = problem.members or (Member("all"),)
    totals = objective.totals(routes)
    alone = [max(known, total) for known, total in zip(objective.alone or totals, totals, strict=True)]
    if objective.alone:
        objective = Objective(model, alone)
    worth = terms(objective, routes)
    return Solution(
        days=days,
        score=worth.average,
        value=worth.value,
        cost=sum(day.cost for day in days),
        travel_minutes=sum(day.travel_minutes for day in days),
        travel_metres=sum(sum(stop.travel_metres for stop in day.stops) + day.back_metres for day in days),
        members=tuple(
            Satisfaction(member.id, total, best, share)
            for member, total, best, share in zip(members, totals, alone, objective.shares(totals), strict=True)
        ),
        left_out=left_out,
        unmet=unmet,
        binding=binding,
        iterations=iterations,
        terms=worth,
        typical_score=model.unit,
        typical_minute=model.minute,
        moves=moves(model, routes),
    )
