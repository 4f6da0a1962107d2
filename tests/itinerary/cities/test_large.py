"""Questions that sweeps answer, as the mixed-integer model answers them, and clashes of long trips."""

from __future__ import annotations

import random

import pytest

from shared.itinerary.cities import plan
from shared.itinerary.cities.build import build
from shared.itinerary.cities.clash import smallest_clash
from shared.itinerary.cities.clock import UNLIMITED, Clock, OutOfTimeError
from shared.itinerary.cities.highs import possible, thriftiest
from shared.itinerary.cities.possible import Possibilities
from shared.itinerary.cities.solver import oracle
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
