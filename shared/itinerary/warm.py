"""Begin a search with a plan that exists, as far as it still fits."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

from .engine import Search
from .model import Model
from .solution import DayPlan, Solution


def begin(search: Search, start: Solution | None) -> None:
    """Load `start`, or the previous plan of the problem, stop by stop; what does not fit any more is left out."""
    model = search.model
    problem = model.problem
    if start is not None:
        for day in start.days[: len(problem.days)]:
            for choice in _choices(model, day):
                _append(search, day.index, choice)
        return
    numbers = {visit.id: index for index, visit in enumerate(problem.visits)}
    for item in sorted(problem.previous, key=lambda item: inf if item.start is None else item.start):
        _append(search, item.day, model.nodes_of[numbers[item.visit]])


def put(search: Search, plan: Sequence[Sequence[str]]) -> None:
    """Add visits to the end of each day, in order and each as early as can be; what does not fit is left out."""
    model = search.model
    numbers = {visit.id: index for index, visit in enumerate(model.problem.visits)}
    for day, names in enumerate(plan):
        for name in names:
            opens = model.opens[day]
            _append(search, day, sorted(model.nodes_of[numbers[name]], key=opens.__getitem__))


def _choices(model: Model, day: DayPlan) -> list[list[int]]:
    """For each stop and pause of a day the nodes that can stand for it, the most alike first."""
    numbers = {visit.id: index for index, visit in enumerate(model.problem.visits)}
    after = {pause.after: pause.name for pause in day.pauses if pause.after is not None}
    first: list[list[int]] = []
    found: list[list[int]] = []
    for stop in day.stops:
        if stop.visit not in numbers:
            continue
        wanted = (stop.meal, after.get(stop.visit))
        found.append(sorted(model.nodes_of[numbers[stop.visit]], key=lambda k: _what(model, day.index, k) != wanted))
    for pause in day.pauses:
        if pause.after is None:
            homes = [k for k, node in enumerate(model.table) if node.home is not None and node.home[0] == day.index]
            same = [k for k in homes if _what(model, day.index, k) == (None, pause.name)]
            if not day.stops or pause.start < day.stops[0].start:
                first.append(same)
            else:
                found.append(same[::-1])
    return first + found


def _what(model: Model, day: int, node: int) -> tuple[str | None, str | None]:
    """The meal that a node is on a day, and the pause after it."""
    slot = model.table[node].slots[day]
    return (None, None) if slot is None else (slot.meal, slot.pause.name if slot.pause is not None else None)


def _append(search: Search, day: int, nodes: list[int]) -> None:
    """Add the first of some nodes that fits to the end of a day."""
    for node in nodes:
        route = search.routes[day]
        last = len(route) - 1
        free = not search.blocked(day, node) and search.model.cost[node] <= search.money
        if free and last in search.positions(day, node) and search.leg_fits(day, route[-2], node, route[-1]):
            search.insert(day, last, node)
            return
