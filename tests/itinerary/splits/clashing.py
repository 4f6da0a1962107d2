"""Groups of two tastes in a town: what one part loves leaves the other cold."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from shared.itinerary import Break, Day, Meal, Member, Mode, Problem, Travel, Visit

LUNCH, DINNER = Meal("lunch", 720, 840, required=True), Meal("dinner", 1110, 1230, required=True)
KINDS = ("museum", "hike")


def make_clashing(seed: int, *, rich: bool = False) -> Problem:
    """Two days, two to five members, 18 to 26 candidates; `rich` adds limits, prices, groups, vetoes and breaks."""
    rng = random.Random(seed)
    heads, count = rng.randint(2, 5), rng.randint(18, 26)
    tastes = [index % 2 for index in range(heads)]
    points = [(3000.0, 3000.0), *((rng.random() * 6000, rng.random() * 6000) for _ in range(count + 6))]
    metres = tuple(tuple(round(math.dist(a, b) * 1.3) for b in points) for a in points)
    walk = Mode("walk", tuple(tuple(round(far / 75, 1) for far in row) for row in metres), metres)
    fares = tuple(tuple(200 if a != b else 0 for b in range(len(points))) for a in range(len(points)))
    transit = Mode("transit", tuple(tuple(8.0 + round(far / 300) for far in row) for row in metres), metres, fares)
    visits = [_sight(rng, index, tastes, rich=rich) for index in range(count)]
    for number in range(6):
        meal = ("lunch", "dinner")[number % 2]
        score = tuple(rng.choice((1.0, 2.0)) for _ in tastes)
        visits.append(Visit(f"food{number}", count + 1 + number, 60, score=score, cost=1500, meals=(meal,)))
    members = [Member(f"m{index}", float(rng.randint(1, 2))) for index in range(heads)]
    if rich:
        members[0] = replace(members[0], vetoes=frozenset({"v1", "v3"}))
    return Problem(
        days=tuple(_day(rng, index, rich=rich) for index in range(2)),
        visits=tuple(visits),
        travel=Travel((walk, transit), walk_up_to=20.0),
        members=tuple(members),
        budget=rng.choice((None, 9000, 20000)) if rich else None,
        max_same_kind_per_day=rng.choice((None, 2, 4)) if rich else None,
        max_splits=2,
    )


def _day(rng: random.Random, index: int, *, rich: bool) -> Day:
    day = Day(index, f"2027-04-{2 + index:02d}", 540, 1290, start_location=0, end_location=0, meals=(LUNCH, DINNER))
    if not rich:
        return day
    return replace(
        day,
        meals=rng.choice(((), (LUNCH,), (LUNCH, DINNER))),
        start_location=rng.choice((None, 0, 0)),
        end_location=rng.choice((None, 0, 0)),
        max_stops=rng.choice((None, 6, 8)),
        max_walk_metres=rng.choice((None, 6000.0)),
        max_walk_minutes=rng.choice((None, 120.0)),
        breaks=rng.choice(((), (), (Break("rest", 30, 840, 960),))),
    )


def _sight(rng: random.Random, index: int, tastes: list[int], *, rich: bool) -> Visit:
    kind = index % 2
    opens = rng.choice((480, 540, 600))
    windows = ((opens, opens + rng.choice((240, 600))),)
    return Visit(
        f"v{index}",
        index + 1,
        rng.choice((60.0, 90.0, 120.0)),
        score=tuple(rng.uniform(6, 10) if taste == kind else rng.uniform(0, 1) for taste in tastes),
        windows=(windows, windows) if rng.random() < 0.5 else None,
        cost=rng.choice((0, 700, 1301)) if rich else 0,
        kind=KINDS[kind],
        group=rng.choice((None, None, "a")) if rich else None,
        must=rich and rng.random() < 0.05,
    )
