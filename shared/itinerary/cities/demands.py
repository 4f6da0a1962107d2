"""Wishes as rows over moves and blocks. Wishes about single transfers and stays need none: what does not suit them is
never made a column."""

from __future__ import annotations

from collections import defaultdict
from math import inf

from .model import Extra, Model, Row
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
    """Of two cities the second has not begun before a day on or after which the first begins: exact, and tighter than
    comparing the days as numbers."""
    days = range(1, model.problem.horizon + 1)
    begun = {city: _begun(model, city) for city in dict.fromkeys(cities)}
    return [
        Row(0, 1, {begun[first][-1]: 1.0, begun[first][day - 1]: -1.0, begun[second][day - 1]: 1.0})
        for index, first in enumerate(cities)
        for second in cities[index + 1 :]
        for day in days[:-1]
    ]


def _begun(model: Model, city: str) -> list[int]:
    """The columns that say, for each day after the first, whether the city's visit began before it."""
    base = len(model.moves)
    starts: dict[int, dict[int, float]] = defaultdict(dict)
    for column, block in enumerate(model.blocks, base):
        if block.city == city:
            starts[block.first][column] = -1.0
    columns: list[int] = []
    for day in range(1, model.problem.horizon + 1):
        column = model.add_extra(Extra(city, begun=day))
        before = {columns[-1]: -1.0} if columns else {}
        model.rows.append(Row(0, 0, {**starts[day - 1], **before, column: 1.0}))
        columns.append(column)
    return columns


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
