"""Problems as large as the app allows: 250 candidates, 60 days, 20 members, everything limited at once."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from shared.itinerary import Break, Day, Meal, Member, Mode, Problem, Travel, Visit

DAY = Day(
    0,
    "",
    540,
    1260,
    0,
    1,
    max_stops=8,
    max_walk_metres=9000.0,
    meals=(Meal("lunch", 690, 840, required=True), Meal("dinner", 1080, 1200, required=True)),
    breaks=(Break("rest", 30, 840, 960),),
)


def make_largest(candidates: int = 250, days: int = 60, members: int = 20, budget: int | None = 100_000) -> Problem:
    """Three modes, two windows a day that are no day's twice, times that are no whole minutes."""
    rng = random.Random(1)
    points = [(rng.random() * 8000, rng.random() * 8000) for _ in range(candidates + 2)]
    metres = tuple(tuple(round(math.dist(a, b) * 1.3) for b in points) for a in points)
    fares = tuple(tuple(250 if far else 0 for far in row) for row in metres)
    modes = (
        Mode("walk", tuple(tuple(far / 75 for far in row) for row in metres), metres),
        Mode("transit", tuple(tuple(9 + far / 300 for far in row) for row in metres), metres, fares),
        Mode("drive", tuple(tuple(6 + far / 400 for far in row) for row in metres), metres, fares),
    )
    return Problem(
        days=tuple(replace(DAY, index=index, date=f"d{index}") for index in range(days)),
        visits=tuple(_visit(rng, index, days, members) for index in range(candidates)),
        travel=Travel(modes, walk_up_to=15.0),
        members=tuple(Member(f"m{index}") for index in range(members)),
        budget=budget,
        max_same_kind_per_day=3,
    )


def _visit(rng: random.Random, index: int, days: int, members: int) -> Visit:
    return Visit(
        f"v{index}",
        index + 2,
        rng.choice((30, 45, 60, 90, 120)),
        tuple(rng.random() * 5 for _ in range(members)),
        tuple(_windows(rng) if rng.random() < 0.9 else () for _ in range(days)),
        cost=rng.choice((0, 500, 1500)),
        kind=rng.choice(("museum", "park", "sight")),
        meals=("lunch", "dinner") if index % 5 == 0 else (),
        must=index % 40 == 7,
    )


def _windows(rng: random.Random) -> tuple[tuple[float, float], ...]:
    opens = [540 + 300 * half + rng.randrange(120) for half in range(2)]
    return tuple((at, at + rng.randrange(150, 180)) for at in opens)
