"""Wishes as rows over moves and blocks. Wishes about single transfers and stays need none: what does not suit them is
never made a column."""

from __future__ import annotations

from math import inf

from .model import Block, Model, Row
from .wishes import BUDGET, FIRST, LAST, MAX_CITIES, NIGHT_OF, NIGHTS, ON_DATE, ORDER, VISIT, Wish


def add_demands(model: Model) -> None:
    """Add the rows of all wishes of the model."""
    for wish in model.wishes:
        model.rows += _rows(model, wish)


def _rows(model: Model, wish: Wish) -> list[Row]:
    city = wish.cities[0] if wish.cities else None
    if wish.kind == VISIT:
        return [Row(1, inf, model.block_columns(lambda block: block.city == city))]
    if wish.kind in (ON_DATE, NIGHT_OF):
        day = model.problem.day_of(wish.date or "")
        later = wish.kind == ON_DATE
        there = model.block_columns(lambda block: block.city == city and block.first <= day < block.last + later)
        return [Row(1, inf, there)]
    if wish.kind == FIRST:
        return [Row(1, 1, model.move_columns(lambda move: move.origin is None and move.destination == city))]
    if wish.kind == LAST:
        return [Row(1, 1, model.move_columns(lambda move: move.destination is None and move.origin == city))]
    if wish.kind == MAX_CITIES:
        return [Row(0, wish.at_most or 0, model.block_columns(lambda block: True))]
    if wish.kind == BUDGET:
        return [Row(0, wish.at_most or 0, model.costs(wish.names))]
    if wish.kind == ORDER:
        return _in_order(model, wish.cities)
    if wish.kind == NIGHTS and city is not None and model.problem.city(city).max_visits > 1:
        return _nights(model, wish, city)
    return []


def _in_order(model: Model, cities: tuple[str, ...]) -> list[Row]:
    """Of two cities the second never begins before a day on or after which the first begins: exact, and tighter than
    comparing the days as numbers."""
    found = []
    for index, first in enumerate(cities):
        for second in cities[index + 1 :]:
            for day in range(model.problem.horizon + 1):

                def clashes(block: Block, day: int = day, first: str = first, second: str = second) -> bool:
                    return block.first >= day if block.city == first else block.city == second and block.first < day

                found.append(Row(0, 1, model.block_columns(clashes)))
    return found


def _nights(model: Model, wish: Wish, city: str) -> list[Row]:
    """The nights of all visits of a city together, if there is any visit."""
    base = len(model.moves)
    visits = model.block_columns(lambda block: block.city == city)
    nights = {column: float(model.blocks[column - base].nights) for column in visits}
    rows = [Row(0, inf if wish.at_most is None else wish.at_most, nights)]
    least = wish.at_least or 0
    for column in visits:
        rows.append(Row(0, inf, {**nights, column: nights[column] - least}))
    return rows
