"""Questions that sweeps answer, as the mixed-integer model answers them, and clashes of long trips."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import count
from math import inf
from types import SimpleNamespace
from typing import Any

import pytest

from shared.itinerary.cities import CitiesProblem, CitiesSolution, plan
from shared.itinerary.cities.build import build
from shared.itinerary.cities.check import faults
from shared.itinerary.cities.clash import smallest_clash
from shared.itinerary.cities.clock import UNLIMITED, Clock, OutOfTimeError
from shared.itinerary.cities.codec import problem_to_json, solution_to_json
from shared.itinerary.cities.highs import IMPOSSIBLE, maximise, possible, thriftiest
from shared.itinerary.cities.possible import Possibilities
from shared.itinerary.cities.pricing import priced
from shared.itinerary.cities.program import Program
from shared.itinerary.cities.solver import oracle
from shared.itinerary.cities.wishes import BUDGET, Wish
from tests.itinerary.cities.worlds import make_large


@pytest.mark.parametrize("seed", range(12))
def test_a_sweep_tells_what_the_model_tells(seed: int) -> None:
    problem = make_large(seed, cities=4, nights=12)
    known, rng = Possibilities(problem), random.Random(seed)
    for share in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        some = tuple(wish for wish in problem.wishes if rng.random() < share)
        assert known.ask(some, UNLIMITED) is possible(build(problem, some), UNLIMITED)
        budget = next(wish for wish in problem.wishes if wish.kind == "budget")
        others = tuple(wish for wish in some if wish is not budget)
        model = build(problem, others)
        chosen = thriftiest(model, UNLIMITED, ()).chosen
        assert known.needed(others, budget, UNLIMITED) == (None if chosen is None else model.spent(chosen, ()))


@pytest.mark.parametrize("seed", range(10))
def test_prices_lead_to_plans_and_tell_how_good_any_can_be(seed: int) -> None:
    """As HiGHS finds them at once, whatever of the budgets and wishes holds."""
    problem = make_large(seed, cities=4, nights=10)
    rng = random.Random(seed)
    for share in (0.2, 0.4, 0.6):
        some = [wish for wish in problem.wishes if wish.kind != BUDGET and rng.random() < share]
        free = maximise(build(problem, tuple(some)), UNLIMITED)
        spent = build(problem, tuple(some)).spent(free.chosen or (), ())
        some += [
            Wish(f"b{names}", BUDGET, at_most=round(spent * rng.uniform(*of)), names=names)
            for names, of in (((), (0.4, 1.0)), (("stays",), (0.2, 0.6)), (("transfers", "meals"), (0.2, 0.6)))
            if rng.random() < 0.6
        ]
        model = build(problem, tuple(some))
        best, found = maximise(model, UNLIMITED), priced(model, model.values, UNLIMITED)
        assert found.bound >= best.value - 1e-6
        assert (found.bound == -inf) <= (best.state == IMPOSSIBLE)
        if found.chosen is not None:
            assert found.value == pytest.approx(sum(model.values[column] for column in found.chosen))
            assert Program(model, model.values).holds(model.completed(found.chosen))
        budgets = sum(wish.kind == BUDGET for wish in some)
        assert budgets or found.value == pytest.approx(best.value) == pytest.approx(found.bound)
        if budgets == 1:
            assert (found.chosen is None) == (best.state == IMPOSSIBLE), "the thriftiest plan is one"


class Days(Clock):
    """Has time for so many days of sweeps."""

    def __init__(self, days: int) -> None:
        super().__init__(inf)
        self.days = days

    def check(self) -> None:
        self.days -= 1
        if self.days < 0:
            raise OutOfTimeError


def test_two_sweeps_lead_to_a_plan_of_a_long_trip() -> None:
    """However tight its one budget is, and the first of them tells what no plan is worth more than."""
    problem = make_large(0, cities=9, nights=40)
    wishes = tuple(wish for wish in problem.wishes if wish.kind in ("visit", "total_nights", "order"))
    known = Possibilities(problem)
    budget = Wish("money", BUDGET)
    least = known.needed(wishes, budget, UNLIMITED)
    assert least
    model = build(problem, (*wishes, replace(budget, at_most=least + least // 10)))
    sweep = problem.horizon + 4
    assert priced(model, model.values, Days(0)).bound == inf
    assert priced(model, model.values, Days(sweep)).bound < inf
    found = priced(model, model.values, Days(2 * sweep))
    assert found.chosen is not None and -inf < found.value <= found.bound
    assert least <= model.spent(found.chosen, ()) <= least + least // 10


def test_the_closest_plan_of_a_long_trip_needs_nothing_but_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be had is given up and the rest is planned, also if HiGHS is never given time."""
    solve = Program.solve

    def without_time(self: Program, keep: Any, _seconds: float, **more: Any) -> Any:
        return solve(self, keep, 0.0, **more)

    monkeypatch.setattr(Program, "solve", without_time)
    closest(make_large(3, cities=9, nights=40), seconds=1000)


@pytest.mark.parametrize("seed", [0, 2])
def test_whoever_has_time_for_the_clash_has_it_for_the_closest_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock that goes on by a second whenever somebody looks: the smallest clash, and a plan without what is given
    up, take half as long again as the clash alone."""
    looks = count()
    monkeypatch.setattr("shared.itinerary.cities.clock.time", SimpleNamespace(perf_counter=lambda: next(looks)))
    problem = make_large(seed, cities=9, nights=40)
    asked = oracle(Possibilities(problem), problem, Clock(10**9))
    begun = next(looks)
    smallest, *_ = smallest_clash(asked, [wish.id for wish in problem.wishes])
    found = closest(problem, seconds=1.5 * (next(looks) - begun))
    assert found.clash and found.clash.smallest and len(found.clash.wishes) == len(smallest)


def closest(problem: CitiesProblem, seconds: float) -> CitiesSolution:
    """The plan beside a clash, held to the checker."""
    found = plan(problem, seconds=seconds)
    assert found.status == "infeasible" and found.clash and found.given_up
    assert found.visits and found.gap is not None
    assert faults(problem_to_json(problem), solution_to_json(found)) == []
    return found


@pytest.mark.parametrize("seed", [0, 2])
def test_the_clash_of_a_long_trip_is_the_smallest(seed: int) -> None:
    """Nine cities, 40 nights, some fifteen wishes: none of those that clash can be spared."""
    problem = make_large(seed, cities=9, nights=40)
    known = Possibilities(problem)
    found, minimal, smallest = smallest_clash(oracle(known, problem, UNLIMITED), [one.id for one in problem.wishes])
    clash = [wish for wish in problem.wishes if wish.id in found]
    assert minimal and smallest and clash
    assert known.ask(clash, UNLIMITED) is False
    for wish in clash:
        assert known.ask([other for other in clash if other is not wish], UNLIMITED)


def test_building_asks_the_clock() -> None:
    problem = make_large(0)
    with pytest.raises(OutOfTimeError):
        build(problem, problem.wishes, Clock(0))
    assert Possibilities(problem).ask(problem.wishes, Clock(0)) is None
    assert plan(problem, seconds=0).status == "unknown"
