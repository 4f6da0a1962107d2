"""Alternatives are clearly different, by a measure of the test's own, good, and valid for the independent checker."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from itertools import combinations
from typing import Any, cast

import pytest

from shared.itinerary import Day, Fixed, MaxIterations, Mode, Problem, Solution, Travel, Visit, alternatives, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json


def judged(problem: Problem, solution: Solution) -> list[str]:
    def read(document: object) -> dict[str, Any]:
        return cast(dict[str, Any], json.loads(json.dumps(document)))

    return faults(read(problem_to_json(problem)), read(solution_to_json(solution)))


def orders(solution: Solution) -> list[list[str]]:
    return [[stop.visit for stop in day.stops] for day in solution.days]


def ways_to_differ(problem: Problem, one: Solution, other: Solution) -> set[str]:
    """In what two plans are clearly different: counted anew, from what is visited when."""
    a, b = orders(one), orders(other)
    names, others = {name for day in a for name in day}, {name for day in b for name in day}
    free = {visit.id for visit in problem.visits if not visit.must and not visit.fixed}
    found = set()
    common, smaller = names & others, min(len(names), len(others))
    optional = min(len(names & free), len(others & free))
    if optional and len(common & free) / optional <= 0.7 and len(common) <= 0.85 * smaller:
        found.add("visits")
    movable = {visit.id for visit in problem.visits if not visit.fixed}
    before = [tuple(pair) for day in a for pair in combinations([name for name in day if name in movable], 2)]
    after = [tuple(pair) for day in b for pair in combinations([name for name in day if name in movable], 2)]
    both = [pair for pair in before if pair in after or pair[::-1] in after]
    if len(a) > 1 and before and after and len(both) / min(len(before), len(after)) <= 0.5:
        found.add("grouping")
    kept = [name for day, later in zip(a, b, strict=True) for name in day if name in later and name in movable]
    if len(a) > 1 and common & movable and len(kept) / len(common & movable) <= 0.3:
        found.add("days")
    meals = {visit.id for visit in problem.visits if visit.meals}
    both = [pair for pair in both if not meals.intersection(pair)]
    if both and sum(pair in after for pair in both) / len(both) <= 0.5:
        found.add("order")
    return found


def worth(solution: Solution) -> float:
    return solution.terms.average + solution.terms.fairness - solution.terms.travel


def city(seed: int, days: int, count: int, *, must: bool = True) -> Problem:
    """Days with room for all of the visits, which lie about a town of four kilometres across."""
    rng = random.Random(f"city/{seed}")
    points = [(rng.random() * 4000, rng.random() * 4000) for _ in range(count)]
    minutes = tuple(tuple(float(5 * math.ceil(math.dist(a, b) / 375)) for b in points) for a in points)
    visits = tuple(
        Visit(f"v{index}", index, rng.choice((45, 60)), rng.choice((0.5, 0.7, 1.2)), must=must and rng.random() < 0.8)
        for index in range(count)
    )
    plan = tuple(Day(index, f"2027-05-{index + 3:02d}", 540, 1140) for index in range(days))
    return Problem(plan, visits, Travel((Mode("walk", minutes),)))


def quick() -> MaxIterations:
    return MaxIterations(60)


@pytest.mark.parametrize("must", [True, False], ids=["musts", "ideas"])
@pytest.mark.parametrize(("days", "count"), [(1, 5), (2, 8), (3, 12), (5, 20)])
@pytest.mark.parametrize("seed", range(3))
def test_where_everything_fits_two_are_given_all_the_same(seed: int, days: int, count: int, must: bool) -> None:
    problem = city(seed, days, count, must=must)
    first = solve(problem, seed=seed, stop=MaxIterations(150))
    plans = (first, *alternatives(problem, first, count=2, stop=quick))
    # On one day or two with few stops there are not always three plans, any two of which are clearly different.
    assert len(plans) == 3 or (len(plans) == 2 and days <= 2)
    for one, other in combinations(plans, 2):
        assert ways_to_differ(problem, one, other)
    for plan in plans:
        assert not judged(problem, plan)
        assert worth(plan) >= 0.75 * worth(first) and len(plan.unmet) <= len(first.unmet)


def test_most_trips_of_two_days_have_two_alternatives() -> None:
    found = []
    for seed in range(12):
        problem = city(seed, 2, 8, must=False)
        first = solve(problem, seed=seed, stop=MaxIterations(150))
        found.append(len(alternatives(problem, first, count=2, stop=quick)))
    assert found.count(2) >= 9


def test_alternatives_of_any_problem_are_different_good_and_valid(
    random_problem: Callable[[int], Problem],
) -> None:
    given = 0
    for seed in range(7000, 7060):
        problem = random_problem(seed)
        first = solve(problem, seed=seed, stop=MaxIterations(40))
        others = alternatives(problem, first, seed=seed, stop=quick)
        given += len(others)
        for plan in others:
            assert not judged(problem, plan), seed
            assert worth(plan) >= 0.75 * worth(first) - 1e-9 and len(plan.unmet) <= len(first.unmet), seed
        for one, other in combinations((first, *others), 2):
            assert ways_to_differ(problem, one, other), seed
    assert given > 20


def test_a_day_of_bookings_has_no_alternative(flat_travel: Callable[[int], Travel]) -> None:
    visits = tuple(Visit(f"v{at}", at, 60, fixed=Fixed(0, 540 + 90 * at)) for at in range(4))
    problem = Problem((Day(0, "2027-05-03", 540, 1140),), visits, flat_travel(4))
    assert alternatives(problem, solve(problem, stop=MaxIterations(20)), stop=quick) == ()


def test_towns_that_bind_their_visits_to_days_differ_in_order(flat_travel: Callable[[int], Travel]) -> None:
    visits = tuple(Visit(f"v{at}", at, 60, 0.7, must=True, days=(at // 4,)) for at in range(8))
    days = tuple(Day(index, f"2027-05-{index + 3:02d}", 540, 1140) for index in range(2))
    problem = Problem(days, visits, flat_travel(8))
    first = solve(problem, stop=MaxIterations(40))
    (other,) = alternatives(problem, first, count=1, stop=quick)
    assert ways_to_differ(problem, first, other) == {"order"}
    assert {name for day in orders(other) for name in day} == {visit.id for visit in visits}


def test_the_same_question_has_the_same_answer() -> None:
    problem = city(0, 3, 12)
    first = solve(problem, stop=MaxIterations(60))
    assert alternatives(problem, first, seed=3, stop=quick) == alternatives(problem, first, seed=3, stop=quick)
