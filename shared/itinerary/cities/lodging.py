"""Where the group can sleep: the ways to hold it in one or several stays of a city, the pointless ones left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import inf

from .problem import CitiesProblem, Stay
from .wishes import RATING, STAY_RULES, STAY_TYPES, Wish


@dataclass(frozen=True, slots=True)
class Lodging:
    """Rooms for everybody: `price` and `value` per night; `check_in_until` is inf if any arrival will do."""

    rooms: tuple[tuple[Stay, int], ...]
    price: int
    value: float
    check_in_until: float


class Lodgings:
    """The lodgings of a problem under some wishes."""

    def __init__(self, problem: CitiesProblem, wishes: Iterable[Wish]) -> None:
        self._problem = problem
        fitting = [stay for stay in problem.stays if all(_suits(stay, wish) for wish in wishes)]
        self._stays = {city.id: [stay for stay in fitting if stay.city == city.id] for city in problem.cities}
        self._ranges = {
            stay.id: [(problem.day_of(low), problem.day_of(high)) for low, high in stay.available]
            for stay in fitting
            if stay.available is not None
        }
        self._of = lru_cache(maxsize=None)(self._choose)

    def of(self, city: str, first: int, nights: int) -> list[Lodging]:
        """What a group can choose from that sleeps in the city for `nights` from night `first` on."""
        free = tuple(
            index
            for index, stay in enumerate(self._stays[city])
            if stay.min_nights <= nights and self._available(stay, first, nights)
        )
        return self._of(city, free)

    def _available(self, stay: Stay, first: int, nights: int) -> bool:
        """Whether each of the nights lies in one of the ranges, which may adjoin."""
        ranges = self._ranges.get(stay.id)
        return ranges is None or all(
            any(low <= night <= high for low, high in ranges) for night in range(first, first + nights)
        )

    def _choose(self, city: str, free: tuple[int, ...]) -> list[Lodging]:
        stays = [self._stays[city][index] for index in free]
        together = range(1, self._problem.max_stays + 1)
        found = [self._lodging(subset) for size in together for subset in combinations(stays, size)]
        return undominated([lodging for lodging in found if lodging is not None])

    def _lodging(self, stays: Sequence[Stay]) -> Lodging | None:
        """The cheapest rooms that hold everybody, at least one in each of the stays; None if they cannot."""
        problem = self._problem
        price, counts = cheapest_rooms(stays, problem.people)
        if price == inf:
            return None
        value = problem.weights.rating * min(stay.rating for stay in stays)
        value -= problem.weights.extra_stay * (len(stays) - 1)
        value += min(problem.liking("stay_type", stay.type) for stay in stays)
        until = min(inf if stay.check_in_until is None else stay.check_in_until for stay in stays)
        return Lodging(tuple(zip(stays, counts, strict=True)), int(price), value, until)


def cheapest_rooms(stays: Sequence[Stay], people: int) -> tuple[float, tuple[int, ...]]:
    """The least price per night of at least one room in each stay that together hold so many; inf if impossible."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {people: (0, ())}
    for stay in stays:
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for missing, (price, counts) in best.items():
            enough = max(1, -(-missing // stay.capacity))
            # The last stay takes whom the others have left.
            for count in range(enough if stay is stays[-1] else 1, min(stay.rooms, enough) + 1):
                left = max(0, missing - count * stay.capacity)
                offer = (price + count * stay.price, (*counts, count))
                if left not in following or offer < following[left]:
                    following[left] = offer
        best = following
    return best.get(0, (inf, ()))


def undominated(lodgings: list[Lodging]) -> list[Lodging]:
    """Those that no other beats or equals in price, value and latest check-in at once."""
    kept: list[Lodging] = []
    for one in sorted(lodgings, key=lambda each: (each.price, -each.value, -each.check_in_until)):
        if not any(other.value >= one.value and other.check_in_until >= one.check_in_until for other in kept):
            kept.append(one)
    return kept


def _suits(stay: Stay, wish: Wish) -> bool:
    if wish.kind == STAY_TYPES:
        return stay.type in wish.names
    if wish.kind == STAY_RULES:
        return set(wish.names) <= set(stay.allows)
    return wish.kind != RATING or stay.rating >= (wish.at_least or 0)
