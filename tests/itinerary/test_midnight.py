"""Days that begin at midnight, the very first minute there is."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from shared.itinerary import Day, MaxIterations, Mode, Problem, Travel, Visit, solve

ALWAYS, NEVER = ((0.0, math.inf),), ()


def two_days(seed: int) -> Problem:
    """Half of the stops are closed on the second day, which begins wherever they are at midnight."""
    rng = random.Random(seed)
    points = [(rng.random() * 30, rng.random() * 30) for _ in range(12)]
    minutes = tuple(tuple(math.dist(a, b) for b in points) for a in points)
    visits = tuple(
        Visit(f"v{k}", k, rng.choice((20, 40)), 1 + rng.random(), (ALWAYS, NEVER if k % 2 else ALWAYS))
        for k in range(len(points))
    )
    day = Day(0, "2027-04-01", 0, 200)
    days = (day, replace(day, index=1, date="2027-04-02"))
    return Problem(days, visits, Travel((Mode("walk", minutes),)))


def test_nothing_is_visited_at_midnight_of_a_day_on_which_it_is_closed() -> None:
    for seed in range(10):
        plan = solve(two_days(seed), seed=seed, stop=MaxIterations(300))
        assert not [stop.visit for stop in plan.days[1].stops if int(stop.visit[1:]) % 2], seed
