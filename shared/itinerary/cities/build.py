"""The whole model of a problem: its columns, what they are worth, and the rows that make them a path."""

from __future__ import annotations

from collections import defaultdict
from math import inf

from .clock import UNLIMITED, Clock
from .demands import add_demands
from .model import Extra, Model, Row, block_costs, city_value, move_costs
from .network import Network
from .problem import CitiesProblem
from .wishes import Wish


def build(problem: CitiesProblem, wishes: tuple[Wish, ...], clock: Clock = UNLIMITED) -> Model:
    """The model in which the given wishes hold. Raises OutOfTimeError."""
    model = Model(problem, wishes)
    Network(model).grow(clock)
    for add in (_add_values, _add_path, _add_check_ins, add_demands):
        clock.check()
        add(model)
    return model


def _add_values(model: Model) -> None:
    problem = model.problem
    spending = problem.weights.spending / 1000
    for move in model.moves:
        worth = move.journey.value if move.journey else 0.0
        model.values.append(worth - spending * sum(move_costs(move).values()))
    for block in model.blocks:
        worth = block.lodging.value * block.nights - spending * sum(block_costs(block).values())
        if problem.city(block.city).max_visits == 1:
            worth += city_value(problem, block.city, block.nights)
        model.values.append(worth)
    for city in problem.cities:
        if city.max_visits > 1:
            _add_nights_that_count(model, city.id)


def _add_nights_that_count(model: Model, city: str) -> None:
    """Nights of all visits together, of which each counts less than the one before."""
    nights: dict[int, float] = {}
    for night in range(1, model.problem.horizon + 1):
        more = city_value(model.problem, city, night) - city_value(model.problem, city, night - 1)
        nights[model.add_extra(Extra(city, nights=night), more)] = -1.0
    for index, block in enumerate(model.blocks, len(model.moves)):
        if block.city == city:
            nights[index] = block.nights
    model.rows.append(Row(0, inf, nights))


def _add_path(model: Model) -> None:
    base = len(model.moves)
    nodes: dict[tuple[str, str, int], dict[int, float]] = defaultdict(dict)
    for column, move in enumerate(model.moves):
        if move.destination is not None:
            nodes["in", move.destination, move.arrives][column] = 1.0
        if move.origin is not None:
            nodes["out", move.origin, move.leaves][column] = -1.0
    for column, block in enumerate(model.blocks, base):
        nodes["in", block.city, block.first][column] = -1.0
        nodes["out", block.city, block.last][column] = 1.0
    model.rows += [Row(0, 0, terms) for _, terms in sorted(nodes.items())]
    model.rows.append(Row(1, 1, model.move_columns(lambda move: move.origin is None)))
    model.rows.append(Row(1, 1, model.move_columns(lambda move: move.destination is None)))
    for city in model.problem.cities:
        visits = [base + index for index, block in enumerate(model.blocks) if block.city == city.id]
        model.rows.append(Row(0, city.max_visits, dict.fromkeys(visits, 1.0)))


def _add_check_ins(model: Model) -> None:
    """Whoever sleeps where the desk closes at some hour arrives before it."""
    base = len(model.moves)
    arrivals: dict[tuple[str, int], list[int]] = defaultdict(list)
    for column, move in enumerate(model.moves):
        if move.destination is not None:
            arrivals[move.destination, move.arrives].append(column)
    strict: dict[tuple[str, int], list[int]] = defaultdict(list)
    for column, block in enumerate(model.blocks, base):
        if block.lodging.check_in_until < inf:
            strict[block.city, block.first].append(column)
    for node, columns in sorted(strict.items()):
        for until in sorted({model.blocks[column - base].lodging.check_in_until for column in columns}):
            early = {c: 1.0 for c in arrivals[node] if model.moves[c].arrival_minute <= until}
            late = {c: -1.0 for c in columns if model.blocks[c - base].lodging.check_in_until <= until}
            model.rows.append(Row(0, inf, {**early, **late}))
