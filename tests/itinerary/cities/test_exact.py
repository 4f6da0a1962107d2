"""The model against every possible trip of small problems: the best, the fewest wishes that clash, the closest plan."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations

import pytest

from shared.itinerary.cities import CitiesProblem, CitiesSolution, Wish, plan
from shared.itinerary.cities.check import faults
from shared.itinerary.cities.codec import problem_to_json, solution_to_json
from tests.itinerary.cities.brute import Brute
from tests.itinerary.cities.worlds import make_odd, make_problem

SEEDS = range(200)
ODD = range(80)
LOADED = 40


@pytest.mark.parametrize("first", SEEDS[::LOADED])
@pytest.mark.parametrize("steps", [(), (5, 20)])
def test_small_problems_are_solved_as_by_trying_everything(
    first: int, steps: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, and in the steps that large problems take; then without sweeps, as where there are too many states."""
    if steps:
        monkeypatch.setattr("shared.itinerary.cities.highs.DIRECT", 0)
        monkeypatch.setattr("shared.itinerary.cities.highs.FEW", steps)
        monkeypatch.setattr("shared.itinerary.cities.sweep.MOST_STATES", 0)
    for seed in SEEDS[first : first + LOADED]:
        check(make_problem(seed, wishes=5))


@pytest.mark.parametrize("first", ODD[::LOADED])
def test_odd_problems_are_solved_as_by_trying_everything(first: int) -> None:
    for seed in ODD[first : first + LOADED]:
        check(make_odd(seed, wishes=5))


@pytest.mark.parametrize("seed", ODD[::2])
def test_a_budget_holds_to_the_unit_however_small_the_unit_is(seed: int) -> None:
    """Amounts in the billions, and a budget that some trip exceeds by one."""
    rng = random.Random(seed)

    def much(amount: int) -> int:
        return amount and amount * 10**7 + rng.randrange(10**7)

    problem = make_problem(seed, wishes=0)
    problem = replace(
        problem,
        weights=replace(problem.weights, spending=problem.weights.spending / 10**7),
        cities=tuple(replace(city, meals=much(city.meals)) for city in problem.cities),
        transfers=tuple(replace(one, price=much(one.price)) for one in problem.transfers),
        stays=tuple(replace(stay, price=much(stay.price)) for stay in problem.stays),
    )
    sums = sorted({sum(trip["money"].values()) for _, trip in Brute(problem).trips} - {0})
    if sums:
        check(replace(problem, wishes=(Wish("money", "budget", at_most=rng.choice(sums) - 1),)))


def check(problem: CitiesProblem) -> None:
    """The answer is the best of all trips; without any, it says why."""
    solution, trips = plan(problem, seconds=60), Brute(problem)
    assert faults(problem_to_json(problem), solution_to_json(solution)) == []
    best = trips.best(problem.wishes)
    if best is not None:
        assert (solution.status, solution.gap) == ("optimal", 0.0)
        assert solution.value == pytest.approx(best, abs=1e-6)
    elif trips.trips:
        check_explanation(problem, solution, trips)
    else:
        assert solution.clash is not None
        assert (solution.status, solution.clash.wishes, solution.visits) == ("infeasible", (), ())


def check_explanation(problem: CitiesProblem, solution: CitiesSolution, trips: Brute) -> None:
    """The clash is a smallest one, and no other wishes are cheaper to give up."""
    possible = trips.possible()
    ids = [wish.id for wish in problem.wishes]
    costs = {wish.id: wish.cost for wish in problem.wishes}
    clashing = (set(some) for size in range(1, len(ids) + 1) for some in combinations(ids, size))
    smallest = next(some for some in clashing if not any(some <= met for met in possible))
    assert solution.status == "infeasible"
    assert solution.clash is not None
    assert (solution.clash.smallest, solution.clash.minimal, solution.cheapest) == (True, True, True)
    assert len(solution.clash.wishes) == len(smallest)
    assert not any(set(solution.clash.wishes) <= met for met in possible)
    given_up = {item.wish for item in solution.given_up}
    assert sum(costs[wish] for wish in given_up) == min(sum(costs[w] for w in ids if w not in met) for met in possible)
    assert solution.visits


def test_a_budget_that_is_given_up_says_what_it_would_have_to_be() -> None:
    seen = 0
    for seed in range(300, 420):
        problem = make_problem(seed)
        solution = plan(problem, seconds=60)
        budgets = [wish for wish in problem.wishes if wish.kind == "budget"]
        dropped = {item.wish: item.needed for item in solution.given_up}
        if len(dropped) == 1 and len(budgets) == 1 and budgets[0].id in dropped:
            kept = [wish for wish in problem.wishes if wish.id not in dropped]
            assert dropped[budgets[0].id] == Brute(problem).spent(kept, budgets[0]), seed
            seen += 1
    assert seen >= 2
