"""The compiled model: numbers of nodes and days, and that equal rows are one and the same list."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

import shared.itinerary.nodes as nodes
from shared.itinerary import Break, Day, Meal, Member, Mode, Previous, Problem, Travel, Visit
from shared.itinerary.legs import FAR
from shared.itinerary.model import Model, compile_model
from shared.itinerary.schedule import fare, leg

FlatTravel = Callable[[int], Travel]
WEEK = 7


def trip(travel: Travel, days: int, **of_day: Any) -> Problem:
    """Two weeks or so with a hotel at 0; places open as long as the day of the week allows."""
    day = Day(0, "2027-04-02", 540, 1200, 0, 0)
    windows = tuple(((540.0, 700.0 + 30 * (index % WEEK)),) for index in range(days))
    return Problem(
        days=tuple(replace(day, index=index, date=f"d{index}", **of_day) for index in range(days)),
        visits=tuple(Visit(f"v{index}", index, 30 + 15 * (index % 2), windows=windows) for index in range(travel.size)),
        travel=travel,
    )


def distinct(rows: list[list[int]] | list[array[int]] | list[array[float]]) -> int:
    return len({id(row) for row in rows})


def test_days_that_are_alike_share_their_rows(flat_travel: FlatTravel) -> None:
    model = compile_model(trip(flat_travel(6), 14))
    assert model.alike == [*range(WEEK), *range(WEEK)]
    for rows in (model.opens, model.lasts, model.gain, model.tokens):
        assert [rows[day] is rows[day + WEEK] for day in range(WEEK)] == [True] * WEEK
    assert distinct(model.lasts) == WEEK


def test_hours_of_days_that_are_alike_are_looked_at_once(
    flat_travel: FlatTravel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Counter[str] = Counter()

    def counted(name: str, function: Callable[..., Any]) -> None:
        def count(*arguments: Any) -> Any:
            seen[name] += 1
            return function(*arguments)

        monkeypatch.setattr(nodes, name, count)

    counted("bounds", nodes.bounds)
    counted("starts", nodes.starts)
    model = compile_model(trip(flat_travel(6), 14))
    assert model.nodes == 6
    assert seen == {"bounds": 6, "starts": 6 * WEEK}


def test_rows_of_matrices_are_packed_as_the_search_reads_them(flat_travel: FlatTravel) -> None:
    problem = trip(flat_travel(6), 14, max_walk_metres=5000.0)
    mode = replace(problem.travel.modes[0], prices=((100,) * 6,) * 6)
    model = compile_model(replace(problem, travel=Travel((mode,)), budget=5000))
    assert model.fares is not None and model.tolls is not None
    assert {row.typecode for row in model.reach} == {"i"}
    assert {row.typecode for row in (*model.fares, *model.tolls, *model.walks[0][0])} == {"d"}
    assert {len(row) for row in (*model.reach, *model.fares, *model.tolls)} == {model.nodes + 2 * 14}


def test_days_with_limits_of_their_own_are_not_alike_but_share_their_times(flat_travel: FlatTravel) -> None:
    model = compile_model(trip(flat_travel(6), 14, max_stops=3))
    assert model.alike == list(range(14))
    assert model.lasts[0] is model.lasts[WEEK]
    assert model.tokens[0] != model.tokens[WEEK]


def test_rows_of_nodes_at_one_place_are_one_list_however_many_windows_and_days(flat_travel: FlatTravel) -> None:
    problem = trip(flat_travel(6), 14, breaks=(Break("rest", 20, 600, 900),), max_walk_metres=5000.0)
    model = compile_model(replace(problem, travel_weight=0.5))
    assert model.nodes > 2 * 6
    assert model.tolls is not None
    places, stays = 6, 4
    assert distinct(model.tolls) == distinct(model.walks[0][0]) == places
    # A day's start and the pause after its end have rows of their own: what may follow them differs.
    assert distinct(model.reach) <= places * (stays + 2) + 2 * 14


def test_what_is_frozen_changes_no_day_that_is_alike(flat_travel: FlatTravel) -> None:
    problem = trip(flat_travel(4), 8)
    days = (replace(problem.days[0], frozen_before=560.0), *problem.days[1:])
    early = (Previous("v1", 0, 500.0),)
    model, plain = compile_model(replace(problem, days=days, previous=early)), compile_model(problem)
    first, again = model.nodes, model.nodes + 2 * WEEK
    assert (model.opens[0][first], model.opens[WEEK][again]) == (500, 540)
    assert [row[:2] for row in model.opens[1:WEEK]] != [model.opens[0][:2]] * 6
    [node] = model.base[0]
    assert (model.reach[first][node], model.reach[again][node]) == (0, 10)
    assert plain.reach[plain.nodes][node] == 10


def test_a_day_without_an_end_is_empty_and_leaves_the_others_alone() -> None:
    minutes = ((0.0, 10.0, math.inf), (10.0, 0.0, math.inf), (math.inf, math.inf, 0.0))
    problem = trip(Travel((Mode("walk", minutes),)), 8)
    days = (replace(problem.days[0], end_location=2), *problem.days[1:])
    model = compile_model(replace(problem, days=days, visits=problem.visits[:2]))
    able = [[model.opens[day][k] <= model.lasts[day][k] for k in range(model.nodes)] for day in range(8)]
    assert able == [[False] * model.nodes, *([[True] * model.nodes] * 7)]


def test_a_pause_at_home_is_first_or_last(flat_travel: FlatTravel) -> None:
    problem = trip(flat_travel(3), 2, breaks=(Break("rest", 20, 540, 1200),))
    model = compile_model(problem)
    homes = {node.home: k for k, node in enumerate(model.table) if node.home is not None}
    before, after = homes[1, "before"], homes[1, "after"]
    start, end = model.nodes + 2, model.nodes + 3
    reaches = [row[before] for row in model.reach]
    assert [at for at, value in enumerate(reaches) if value < FAR] == [start]
    assert [at for at, value in enumerate(model.reach[after]) if value < FAR] == [end]


def test_only_times_of_places_that_may_be_visited_make_the_unit_finer(flat_travel: FlatTravel) -> None:
    rows = [list(row) for row in flat_travel(4).modes[0].minutes]
    rows[3][1] = 10.3
    travel = Travel((Mode("walk", tuple(map(tuple, rows))),))
    problem = replace(trip(travel, 2), members=(Member("m", vetoes=frozenset({"v3"})),))
    assert compile_model(problem).scale == 1
    assert compile_model(replace(problem, members=())).scale == 10
    rows[3][1] = 10.33
    finest = replace(problem, members=(), travel=Travel((Mode("walk", tuple(map(tuple, rows))),)))
    assert compile_model(finest).scale == 100


def test_what_is_limited_is_named(flat_travel: FlatTravel) -> None:
    meals = (Meal("lunch", 600, 800),)
    problem = trip(flat_travel(2), 1, max_stops=5, meals=meals, breaks=(Break("rest", 20, 600, 900),))
    food, sight = problem.visits
    visits = (replace(food, meals=("lunch",), kind="cafe"), replace(sight, kind="park", group="g"))
    model = compile_model(replace(problem, visits=visits, max_same_kind_per_day=2))
    names = [{model.token_names[token] for token in tokens} for tokens in model.tokens[0]]
    eaten = {("visit", "0"), ("meal", "0", "lunch"), ("stops", "0")}
    seen = {("visit", "1"), ("group", "g"), ("stops", "0"), ("kind", "0", "park")}
    rest = {("break", "0", "rest")}
    assert names[:4] == [eaten, eaten | rest, seen, seen | rest]
    assert [len(one & rest) for one in names[4:]] == [1, 1]
    assert dict(zip(model.token_names, model.capacity, strict=True))["kind", "0", "park"] == 2


def places(model: Model) -> list[int | None]:
    """Where each node is; None: nowhere."""
    size = model.problem.travel.size
    ends = [place for day in model.problem.days for place in (day.start_location, day.end_location)]
    return [None if node.place == size else node.place for node in model.table] + ends


@pytest.mark.parametrize("seed", range(40))
def test_matrices_are_what_single_legs_say(random_problem: Callable[[int], Problem], seed: int) -> None:
    problem = replace(random_problem(seed), previous=())
    model = compile_model(problem)
    at = places(model)
    homes = {k for k, node in enumerate(model.table) if node.home is not None}
    free = [k for k in range(len(at)) if k not in homes]
    for a, b in product(free, free):
        minutes, metres, mode = leg(problem, at[a], at[b])
        stay = model.table[a].minutes if a < model.nodes else 0.0
        expected = FAR if minutes == math.inf else math.ceil(minutes * model.scale - 1e-6)
        assert model.reach[a][b] == expected + math.ceil(stay * model.scale - 1e-6)
        walked = [float(metres), minutes] if mode == "walk" else [0.0, 0.0]
        wanted = [
            any(day.max_walk_metres is not None for day in problem.days),
            any(day.max_walk_minutes is not None for day in problem.days),
        ]
        assert [matrix[a][b] for matrix, _ in model.walks] == [
            far for far, is_wanted in zip(walked, wanted, strict=True) if is_wanted
        ]
        assert model.fares is None or model.fares[a][b] == fare(problem, at[a], at[b])
        toll = problem.travel_weight * model.minute * (0.0 if minutes == math.inf else minutes)
        assert (model.tolls[a][b] if model.tolls else 0.0) == pytest.approx(toll)
