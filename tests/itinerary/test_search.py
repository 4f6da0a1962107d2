"""The parts of the search that work on whole plans: exchanges between days, and days recombined."""

from __future__ import annotations

from dataclasses import replace

from shared.itinerary import Day, Mode, Problem, Travel, Visit
from shared.itinerary.descent import Descent
from shared.itinerary.engine import Routes, Search
from shared.itinerary.model import compile_model
from shared.itinerary.objective import Objective
from shared.itinerary.problem import Matrix
from shared.itinerary.recombine import RoutePool

PLACES = ((0, 0), (40, 0), (41, 1), (42, 0), (-40, 0), (-41, 1), (-42, 0))
"""The hotel in the middle, three places in the east and three in the west."""


def matrix() -> Matrix:
    return tuple(tuple(float(abs(a[0] - b[0]) + abs(a[1] - b[1])) for b in PLACES) for a in PLACES)


def two_days(budget: int | None = None, costs: tuple[int, ...] = (0,) * 6) -> Problem:
    """Nodes 0 to 2 are the visits in the east, 3 to 5 those in the west; either fill a day."""
    visits = tuple(Visit(f"v{k}", k, 60, 10.0, cost=cost) for k, cost in enumerate(costs, start=1))
    days = tuple(Day(index, f"2027-04-0{index + 1}", 540, 820, 0, 0) for index in range(2))
    return Problem(days, visits, Travel((Mode("walk", matrix()),)), budget=budget)


def search_of(problem: Problem, plan: Routes) -> tuple[Search, Objective, float]:
    search = Search(compile_model(problem))
    search.load(plan)
    objective = Objective(search.model, [])
    return search, objective, objective(search)


def sides(plan: Routes) -> list[list[int]]:
    return sorted(sorted(route) for route in plan)


def test_visits_on_the_wrong_day_change_places() -> None:
    search, objective, before = search_of(two_days(), [[0, 3], [1, 4]])
    assert Descent(search, objective).run(lambda: False)
    assert sides(search.plan()) == [[0, 1, 2], [3, 4, 5]]
    assert objective(search) > before
    assert all(search.feasible(day) for day in range(2))


def test_a_descent_keeps_the_budget() -> None:
    search, objective, _ = search_of(two_days(budget=5, costs=(1, 1, 3, 1, 1, 3)), [[0, 1], [3, 4]])
    Descent(search, objective).run(lambda: False)
    assert search.money >= 0
    assert sum(len(route) for route in search.plan()) == 4


def test_a_descent_that_is_stopped_leaves_the_plan_as_it_was() -> None:
    search, objective, _ = search_of(two_days(), [[0, 3], [1, 4]])
    assert not Descent(search, objective).run(lambda: True)
    assert search.plan() == [[0, 3], [1, 4]]


def test_the_best_days_of_different_plans_make_a_plan() -> None:
    model = compile_model(two_days())
    objective = Objective(model, [])
    pool, search = RoutePool(model, objective), Search(model)
    plans: list[Routes] = [[[0, 1, 2], [3]], [[0], [3, 4, 5]], [[3, 4], [0, 1]]]
    values = []
    for plan in plans:
        search.load(plan)
        pool.add(search)
        values.append(objective(search))
    better = pool.better_than(max(values), plans[0], lambda: False)
    assert better is not None and sides(better) == [[0, 1, 2], [3, 4, 5]]
    search.load(better)
    assert pool.better_than(objective(search), better, lambda: False) is None


def test_days_that_are_too_dear_together_are_not_joined() -> None:
    problem = two_days(budget=4, costs=(1, 1, 1, 1, 1, 1))
    for budget, joined in ((4, False), (6, True)):
        model = compile_model(replace(problem, budget=budget))
        objective = Objective(model, [])
        pool, search = RoutePool(model, objective), Search(model)
        for plan in ([[0, 1, 2], [3]], [[0], [3, 4, 5]]):
            search.load(plan)
            pool.add(search)
        better = pool.better_than(objective(search), search.plan(), lambda: False)
        assert (better is not None) == joined
