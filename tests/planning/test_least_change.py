"""Re-planning moves as little as possible: small trips, against every other way to re-plan them."""

import random
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import permutations, product
from math import ceil
from typing import Any

import pytest

from shared.places.models import Place
from shared.places.travel import WALK_AT_MOST_MINUTES
from shared.planning.reading import minutes
from shared.planning.requests import Change, Closed, DayRainedOut, Late, Replan
from shared.travel.builtin import estimate
from tests.planning.worlds import after, facts, plan, sight, solver, stop, world

OPENS, CLOSES = 9 * 60, 18 * 60
DAYS = ("d1", "d2")
HOURS = ("09:00-18:00", "09:00-13:00", "12:00-18:00", "10:00-15:00")


def way(one: Place, other: Place) -> int:
    """Minutes from one place to another, up to steps of five: on foot if that is short, else whatever is faster."""
    a, b = (one.lat, one.lng), (other.lat, other.lng)
    walk, ride = (ceil(estimate(a, b, mode).minutes / 5) * 5 for mode in ("walk", "transit"))
    return walk if walk <= WALK_AT_MOST_MINUTES else min(walk, ride)


def window(place: Place) -> tuple[int, int]:
    low, high = place.opening_hours.split("-")
    return minutes(low), minutes(high)


def times(order: tuple[Place, ...], begin: int = OPENS, here: Place | None = None) -> list[int] | None:
    """When the stops of a day begin, each as early as it can; None if they do not fit."""
    free, found = begin, list[int]()
    for place in order:
        low, high = window(place)
        start = max(free + (way(here, place) if here else 0), low)
        if start + place.minutes > min(high, CLOSES):
            return None
        found.append(start)
        free, here = start + place.minutes, place
    return found


class Case:
    """Two days that work, and what happens to them."""

    def __init__(self, seed: int) -> None:
        choose = random.Random(f"least/{seed}")
        self.places = {
            f"p{number}": sight(
                f"p{number}", choose.uniform(-2, 2), kind=choose.choice(("park", "sight")),
                opening_hours=choose.choice(HOURS), minutes=choose.choice((45, 60, 90, 120, 150)),
            )
            for number in range(choose.randint(3, 6))
        }  # fmt: skip
        self.plan: dict[str, dict[str, Any]] = {}
        for key, place in self.places.items():
            self._put(key, place, choose.sample(DAYS, 2))
        self.change = self._change(choose)

    def _put(self, key: str, place: Place, days: list[str]) -> None:
        """Behind what there is on the first of the days that takes it."""
        for day in days:
            own = [self.places[one] for one in self.plan if self.plan[one]["dayId"] == day]
            if found := times((*own, place)):
                self.plan[key] = stop(place, day, f"{found[-1] // 60:02d}:{found[-1] % 60:02d}")
                return

    def _change(self, choose: random.Random) -> Change:
        first = [key for key, one in self.plan.items() if one["dayId"] == "d1"]
        shut = choose.choice(first or list(self.plan))
        on = "2027-05-03" if first else "2027-05-04"
        at = choose.choice(("09:00", "11:00", "13:30"))
        return choose.choice(
            (
                Late(kind="late", day_id="d1", minutes=choose.choice((60, 120, 240)), at=at),
                Closed(kind="closed", place_id=f"mila/{shut}", first=on, last=on),
                DayRainedOut(kind="dayRainedOut", day_id="d1"),
            )
        )

    def on(self, day: str) -> list[str]:
        return sorted(
            (key for key, one in self.plan.items() if one["dayId"] == day), key=lambda key: self.plan[key]["at"]
        )

    def done(self) -> list[str]:
        if not isinstance(self.change, Late):
            return []
        return [key for key in self.on("d1") if self.plan[key]["at"] < self.change.at]

    def may(self, key: str, day: str) -> bool:
        match self.change:
            case Closed(place_id=place_id, first=first):
                return place_id != f"mila/{key}" or day != ("d1" if first == "2027-05-03" else "d2")
            case DayRainedOut():
                return self.places[key].kind != "park" or day != "d1"
            case _:
                return True

    def fits(self, day: str, keys: frozenset[str]) -> bool:
        """Whether some order of the stops works on a day after what happened."""
        done = self.done() if day == "d1" else []
        begin, here = OPENS, None
        if isinstance(self.change, Late) and day == "d1":
            begin = minutes(self.change.at) + self.change.minutes
        if done:
            here = self.places[done[-1]]
            begin = max(begin, minutes(self.plan[done[-1]]["at"]) + here.minutes)
        return any(
            times(tuple(self.places[key] for key in order), begin, here) is not None for order in permutations(keys)
        )

    def ways(self) -> Iterator[tuple[int, int]]:
        """Every way to spread the stops: how many are dropped, and how many are on another day."""
        fits = cache(self.fits)
        left = [key for key in self.plan if key not in self.done()]
        for chosen in product((*DAYS, None), repeat=len(left)):
            where = dict(zip(left, chosen, strict=True))
            if any(day and not self.may(key, day) for key, day in where.items()):
                continue
            if all(fits(day, frozenset(key for key in left if where[key] == day)) for day in DAYS):
                yield self.count(where)

    def count(self, where: Mapping[str, str | None]) -> tuple[int, int]:
        moved = [key for key, day in where.items() if day and day != self.plan[key]["dayId"]]
        return sum(day is None for day in where.values()), len(moved)


@pytest.mark.parametrize("seed", range(60))
def test_no_stop_more_than_necessary_is_dropped_or_moved(seed: int) -> None:
    case = Case(seed)
    doc, known = plan(case.plan), world(*case.places.values())
    made = solver(known).plans(facts(doc, known), Replan(change=case.change))[0]
    changed = after(doc, made)["stops"]
    where = {key: changed[key]["dayId"] for key in case.plan if key not in case.done()}
    assert case.count(where) == min(case.ways())
