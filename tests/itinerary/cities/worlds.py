"""Small problems with every feature of the cities model somewhere in them, by seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from shared.itinerary.cities import CitiesProblem, City, Preference, Stay, Transfer, Traveller, Weights, Wish

FIRST = date(2027, 4, 2)
MODES = ("train", "bus", "flight")
TYPES = ("hotel", "hostel", "flat")
HOUSE_RULES = ("pets", "smoking")


def told(day: int) -> str:
    return (FIRST + timedelta(days=day)).isoformat()


def make_problem(seed: int, *, wishes: int = 3) -> CitiesProblem:
    """Two or three cities, two to four nights, at most so many wishes."""
    rng = random.Random(seed)
    horizon, members, count = rng.randint(2, 4), rng.choice((0, 2)), rng.choice((2, 3, 3))
    ids = [f"c{index}" for index in range(count)]
    start, end = rng.choice((("home", "home"), ("home", None), (None, None), (None, "far")))
    places = [*ids, *sorted({home for home in (start, end) if home})]
    transfers = [
        _transfer(rng, f"{a}-{b}-{number}", a, b, horizon)
        for a in places
        for b in places
        if a != b and rng.random() < 0.85
        for number in range(rng.choice((1, 1, 2)))
    ]
    stays = [_stay(rng, city, number, horizon) for city in ids for number in range(rng.choice((1, 2, 2)))]
    cities = tuple(_city(rng, city, members) for city in ids)
    return CitiesProblem(
        first_date=told(0),
        horizon=horizon,
        cities=cities,
        transfers=tuple(transfers),
        stays=tuple(stays),
        start=start,
        end=end,
        people=rng.choice((1, 2, 3)),
        members=tuple(Traveller(f"m{index}", rng.choice((1.0, 2.0))) for index in range(members)),
        wishes=tuple(_wish(rng, f"w{index}", cities, horizon) for index in range(rng.randint(0, wishes))),
        preferences=rng.choice(((), (Preference("mode", "train", 0.5), Preference("stay_type", "hostel", -0.4)))),
        weights=rng.choice((Weights(), Weights(0.3, 0.2, 0.1, 0.5), Weights(0, 0, 0, 0))),
        max_stays=rng.choice((1, 2, 2)),
    )


def _city(rng: random.Random, name: str, members: int) -> City:
    return City(
        name,
        name.upper(),
        score=tuple(float(rng.randrange(6)) for _ in range(members)) if members else float(rng.randrange(6)),
        decay=rng.choice((0.5, 0.8, 1.0)),
        meals=rng.choice((0, 300, 700)),
        max_visits=rng.choice((1, 1, 1, 2)),
    )


def _transfer(rng: random.Random, name: str, a: str, b: str, horizon: int) -> Transfer:
    return Transfer(
        name,
        a,
        b,
        rng.choice(MODES),
        rng.choice((60, 200, 500, 900)),
        price=rng.choice((0, 500, 1500)),
        departures=rng.choice((None, None, ((300, 400), (700, 800)), ((1260, 1320),))),
        dates=rng.choice((None, None, None, tuple(told(rng.randint(0, horizon)) for _ in range(2)))),
        weekdays=rng.choice((None, None, None, (0, 1, 4, 5))),
        overnight=rng.random() < 0.2,
        clock_shift=rng.choice((0, 0, -60, 120)),
    )


def _stay(rng: random.Random, city: str, number: int, horizon: int) -> Stay:
    first = rng.randint(0, horizon)
    ranges = ((told(0), told(first)), (told(first + 1), told(horizon)))
    return Stay(
        f"{city}/{number}",
        city,
        f"{city} {number}",
        rng.choice(TYPES),
        rng.choice((0, 900, 2500)),
        rng.choice((1, 2, 4)),
        rooms=rng.choice((1, 2)),
        min_nights=rng.choice((1, 1, 2)),
        available=rng.choice((None, None, ranges, ranges[:1])),
        allows=tuple(rule for rule in HOUSE_RULES if rng.random() < 0.6),
        check_in_until=rng.choice((None, None, 780, 1200)),
        rating=rng.choice((0.0, 3.0, 4.5)),
    )


def _wish(rng: random.Random, name: str, cities: tuple[City, ...], horizon: int) -> Wish:
    city = rng.choice(cities).id
    once = [city.id for city in cities if city.max_visits == 1]
    low = rng.randint(1, horizon)
    kinds: list[dict[str, Any]] = [
        {"kind": "visit", "cities": (city,)},
        {"kind": "nights", "cities": (city,), "at_least": low, "at_most": rng.choice((None, low, low + 1))},
        {"kind": "on_date", "cities": (city,), "date": told(rng.randint(0, horizon))},
        {"kind": "night_of", "cities": (city,), "date": told(rng.randint(0, horizon - 1))},
        {"kind": "first", "cities": (city,)},
        {"kind": "last", "cities": (city,)},
        {"kind": "total_nights", "at_least": low, "at_most": rng.choice((None, low + 1))},
        {"kind": "max_cities", "at_most": rng.randint(1, 2)},
        {"kind": "budget", "at_most": rng.choice((1000, 4000, 9000))},
        {"kind": "budget", "at_most": rng.choice((0, 3000)), "names": (rng.choice(("transfers", "stays", "meals")),)},
        {"kind": "transfer_minutes", "at_most": rng.choice((100, 300, 600))},
        {"kind": "no_overnight", "names": rng.choice(((), ("train",)))},
        {"kind": "avoid_modes", "names": (rng.choice(MODES),)},
        {"kind": "stay_types", "names": tuple(rng.sample(TYPES, 2))},
        {"kind": "stay_rules", "names": (rng.choice(HOUSE_RULES),)},
        {"kind": "rating", "at_least": 3.0},
    ]
    if len(once) > 1:
        kinds.append({"kind": "order", "cities": tuple(rng.sample(once, 2))})
    return Wish(name, **rng.choice(kinds), cost=rng.choice((1.0, 2.0, 5.0)))


def make_odd(seed: int, *, wishes: int = 3) -> CitiesProblem:
    """The same with what seldom happens: days and nights under way, many single rooms, nights that do not suffice,
    cities visited twice."""
    rng = random.Random(-1 - seed)
    problem = make_problem(seed, wishes=wishes)
    ordered = {city for wish in problem.wishes if wish.kind == "order" for city in wish.cities}
    return replace(
        problem,
        people=rng.choice((1, 2, 4)),
        cities=tuple(
            city if city.id in ordered else replace(city, max_visits=rng.choice((1, 2))) for city in problem.cities
        ),
        transfers=tuple(
            replace(
                one,
                minutes=rng.choice((one.minutes, 0, 1900, 2500)),
                clock_shift=rng.choice((one.clock_shift, -1200, 780)),
                overnight=rng.choice((one.overnight, None, None)),
            )
            for one in problem.transfers
        ),
        stays=tuple(
            replace(
                stay,
                capacity=rng.choice((stay.capacity, 1)),
                rooms=rng.choice((stay.rooms, 4)),
                min_nights=rng.choice((stay.min_nights, 1, 1, 9)),
            )
            for stay in problem.stays
        ),
    )


def make_large(seed: int, *, cities: int = 12, nights: int = 59) -> CitiesProblem:
    """From home and back with three transfers between any two places and wishes as people have them, of which some
    clash more often than not."""
    rng = random.Random(f"large/{seed}")
    ids = [f"c{index}" for index in range(cities)]
    places = ["home", *ids]
    apart = {(a, b): rng.randrange(50, 1000) for a in places for b in places}
    ways = (("train", 30, 0.5, 8), ("bus", 30, 0.9, 3), ("flight", 180, 0.1, 10))
    return CitiesProblem(
        first_date=told(0),
        horizon=nights + 1,
        cities=tuple(City(name, name, rng.randrange(50) / 10, 0.85, rng.randrange(1500, 5000)) for name in ids),
        transfers=tuple(
            Transfer(f"{a}-{b}-{mode}", a, b, mode, round(start + far * each), round(1000 + far * fare))
            for (a, b), far in apart.items()
            for mode, start, each, fare in ways
            if a != b
        ),
        stays=tuple(
            replace(_stay(rng, city, number, nights), price=rng.randrange(3000, 15000), available=None)
            for city in ids
            for number in range(3)
        ),
        start="home",
        end="home",
        people=4,
        wishes=tuple(_wishes_for_a_long_trip(rng, ids, nights)),
    )


def _wishes_for_a_long_trip(rng: random.Random, cities: list[str], nights: int) -> Iterator[Wish]:
    yield Wish("nights", "total_nights", at_least=nights - rng.choice((0, 3, 10)), at_most=nights)
    yield Wish("budget", "budget", at_most=nights * rng.randrange(5_000, 60_000))
    for city in cities:
        if rng.random() < 0.6:
            yield Wish(f"visit:{city}", "visit", (city,), cost=2.0)
        if rng.random() < 0.5:
            low = rng.randint(1, 8)
            yield Wish(f"nights:{city}", "nights", (city,), at_least=low, at_most=low + rng.choice((0, 2, 6)))
    for number in range(rng.randint(0, 4)):
        kind, city = rng.choice(("on_date", "night_of")), rng.choice(cities)
        yield Wish(f"on:{number}", kind, (city,), date=told(rng.randrange(nights)), cost=3.0)
    yield Wish("order", "order", tuple(rng.sample(cities, 3)))
    some: list[dict[str, Any]] = [
        {"kind": "first", "cities": (rng.choice(cities),)},
        {"kind": "last", "cities": (rng.choice(cities),)},
        {"kind": "max_cities", "at_most": rng.randint(3, 9)},
        {"kind": "transfer_minutes", "at_most": rng.choice((200, 300, 400))},
        {"kind": "avoid_modes", "names": (rng.choice(("flight", "train")),)},
        {"kind": "stay_types", "names": ("hotel", "flat")},
        {"kind": "rating", "at_least": 3.0},
    ]
    for one in rng.sample(some, 3):
        yield Wish(one["kind"], **one)
