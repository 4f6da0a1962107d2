"""Problems to test the optimiser with."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest

from shared.itinerary import (
    Break,
    Day,
    Disruption,
    Fixed,
    Meal,
    Member,
    Mode,
    Previous,
    Problem,
    Rate,
    Travel,
    Visit,
)


def _travel(rng: random.Random, size: int) -> Travel:
    points = [(rng.random() * 6000, rng.random() * 6000) for _ in range(size)]
    metres = tuple(tuple(round(math.dist(a, b) * 1.3) for b in points) for a in points)
    walk = tuple(tuple(round(far / 75, 1) for far in row) for row in metres)
    if rng.random() < 0.3:
        noisy = tuple(tuple(value * rng.choice((0.5, 1.0, 3.0)) for value in row) for row in walk)
        return Travel((Mode("walk", noisy, metres),))
    transit = tuple(tuple(8 + round(far / 250) if rng.random() < 0.9 else math.inf for far in row) for row in metres)
    fares = tuple(tuple(rng.choice((0, 200, 350)) for _ in row) for row in metres) if rng.random() < 0.4 else None
    currency = rng.choice((None, "USD")) if fares else None
    modes = (Mode("walk", walk, metres), Mode("transit", transit, prices=fares, currency=currency))
    return Travel(modes, walk_up_to=rng.choice((0.0, 15.0)))


def _day(rng: random.Random, index: int, size: int) -> Day:
    start = rng.choice((480, 540, 660))
    end = start + rng.choice((300, 600, 720))
    meals = (
        Meal("lunch", 690, 840, required=rng.random() < 0.5),
        Meal("dinner", 1080, 1260, required=rng.random() < 0.2),
    )
    pauses = (Break("rest", rng.choice((20, 45)), 780, rng.choice((840, 960))), Break("tea", 15, 900, 1000))
    past = rng.random() < 0.2
    return Day(
        index,
        f"2027-04-{index + 2:02d}",
        start,
        end,
        start_location=rng.choice((None, 0, rng.randrange(size))),
        end_location=rng.choice((None, 0, rng.randrange(size))),
        max_stops=rng.choice((None, None, 0, 3, 6)),
        max_walk_metres=rng.choice((None, None, 3000.0, 8000.0)),
        max_walk_minutes=rng.choice((None, None, None, 60.0)),
        meals=rng.choice(((), meals, meals[:1])),
        breaks=rng.choice(((), (), pauses[:1], pauses)),
        locked=past and rng.random() < 0.3,
        frozen_before=rng.choice((600.0, 780.0, 2000.0)) if past else None,
    )


def _visit(rng: random.Random, index: int, days: int, size: int, members: int) -> Visit:
    food = rng.random() < 0.25
    windows: list[tuple[tuple[float, float], ...]] = []
    for _ in range(days):
        opens = rng.choice((480, 540, 600))
        closes = opens + rng.choice((20, 240, 480))
        windows.append(rng.choice(((), ((opens, closes),), ((opens, opens + 150), (closes + 60, closes + 300)))))
    scores = tuple(float(rng.randrange(-1, 6)) for _ in range(max(members, 1)))
    return Visit(
        f"v{index}",
        rng.randrange(size),
        rng.choice((0, 30, 45, 90, 120.5)),
        score=rng.choice((round(rng.random() * 10, 2), scores)),
        windows=rng.choice((None, tuple(windows), tuple(windows))),
        cost=rng.choice((0, 0, 500, 1200, 3000)),
        kind=rng.choice(("", "museum", "temple")),
        must=rng.random() < 0.08,
        fixed=Fixed(rng.randrange(days), rng.choice((540, 700, 900))) if rng.random() < 0.08 else None,
        group=rng.choice((None, None, None, "a", "b")),
        meals=rng.choice((("lunch",), ("lunch", "dinner"))) if food else (),
        close_is_latest_start=rng.random() < 0.1,
        days=rng.choice((None, None, None, (0,), tuple(range(days)), ())),
        currency=rng.choice((None, None, "USD")),
    )


def _previous(rng: random.Random, days: tuple[Day, ...], visits: tuple[Visit, ...]) -> tuple[Previous, ...]:
    """An older plan, which may hold what cannot be true: people do as they like."""
    found = []
    for visit in visits:
        if rng.random() < 0.4:
            day = rng.choice(days)
            start = 540.0 + rng.randrange(500)
            found.append(Previous(visit.id, day.index, start if day.locked else rng.choice((None, start))))
    return tuple(found)


def make_problem(seed: int) -> Problem:
    rng = random.Random(seed)
    days, count, size = rng.randint(1, 4), rng.randint(0, 22), rng.randint(1, 14)
    members = rng.choice((0, 1, 3))
    all_days = tuple(_day(rng, index, size) for index in range(days))
    visits = tuple(_visit(rng, index, days, size, members) for index in range(count))
    return Problem(
        days=all_days,
        visits=visits,
        travel=_travel(rng, size),
        members=tuple(
            Member(f"m{index}", float(rng.randint(1, 3)), frozenset({"v1"} if rng.random() < 0.2 else ()))
            for index in range(members)
        ),
        budget=rng.choice((None, 0, 4000, 9000)),
        fairness=rng.choice((0.0, 0.5)),
        max_same_kind_per_day=rng.choice((None, None, 1, 2)),
        travel_weight=rng.choice((0.0, 0.25, 2.0)),
        previous=_previous(rng, all_days, visits) if rng.random() < 0.3 else (),
        disruption=Disruption(within=rng.choice((0.0, 30.0))),
        currency="EUR",
        rates=(Rate("USD", 108, 100),),
    )


@pytest.fixture
def random_problem() -> Callable[[int], Problem]:
    """A small problem with every feature somewhere in it, by seed."""
    return make_problem


@pytest.fixture
def flat_travel() -> Callable[[int], Travel]:
    """Ten minutes and 700 metres on foot between any two of so many places."""

    def make(size: int) -> Travel:
        minutes = tuple(tuple(0.0 if a == b else 10.0 for b in range(size)) for a in range(size))
        metres = tuple(tuple(0.0 if a == b else 700.0 for b in range(size)) for a in range(size))
        return Travel((Mode("walk", minutes, metres),))

    return make
