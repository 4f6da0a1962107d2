"""Every possible trip of a small problem, one after the other: what the model's answers are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, combinations, product
from typing import Any

from shared.itinerary.cities import CitiesProblem, Stay, Transfer, Wish
from shared.itinerary.cities.check import holds
from shared.itinerary.cities.codec import problem_to_json

Document = dict[str, Any]


class Brute:
    """All trips of a problem, wishes aside, as far as the checker's `holds` needs to know them."""

    def __init__(self, problem: CitiesProblem) -> None:
        self._problem = problem
        self._document = problem_to_json(problem)
        self._rooms: dict[tuple[str, int, int], list[tuple[tuple[Stay, int], ...]]] = {}
        self.trips = [(self._finished(trip), trip) for trip in self._all()]

    def best(self, wishes: Sequence[Wish]) -> float | None:
        """The greatest value of a trip that meets the wishes, None if there is none."""
        documents = [wish for wish in self._document["wishes"] if wish["id"] in {each.id for each in wishes}]
        met = (value for value, trip in self.trips if all(holds(self._document, trip, wish) for wish in documents))
        return max(met, default=None)

    def spent(self, wishes: Sequence[Wish], budget: Wish) -> int:
        """The least that a trip with the wishes spends on what the budget is for."""
        documents = [wish for wish in self._document["wishes"] if wish["id"] in {each.id for each in wishes}]
        names = budget.names or ("transfers", "stays", "meals")
        return min(
            sum(trip["money"][name] for name in names)
            for _, trip in self.trips
            if all(holds(self._document, trip, wish) for wish in documents)
        )

    def possible(self) -> list[frozenset[str]]:
        """The sets of wishes that some trip meets together."""
        return list({self._met(trip) for _, trip in self.trips})

    def _met(self, trip: Document) -> frozenset[str]:
        return frozenset(wish["id"] for wish in self._document["wishes"] if holds(self._document, trip, wish))

    def _all(self) -> Iterator[Document]:
        problem = self._problem
        empty: Document = {"visits": [], "trips": []}
        if problem.start is None:
            for city in problem.cities:
                yield from self._sleep(empty, city.id, 0, -1)
        else:
            yield from self._leave(empty, problem.start, 0)

    def _leave(self, trip: Document, place: str, day: int) -> Iterator[Document]:
        problem = self._problem
        if trip["visits"] and problem.end is None:
            yield {**trip, "nights": day}
        for transfer in problem.transfers:
            if transfer.origin != place:
                continue
            for nights, departs in leaves(problem, transfer, day).items():
                yield from self._travel(trip, transfer, day, nights, departs)

    def _travel(self, trip: Document, transfer: Transfer, day: int, nights: int, departs: int) -> Iterator[Document]:
        problem = self._problem
        minute = departs + transfer.minutes + transfer.clock_shift - 1440 * nights
        then = day + nights
        used = {"transfer": transfer, "mode": transfer.mode, "minutes": transfer.minutes}
        dates = {"date": problem.date_of(day), "arrival_date": problem.date_of(then)}
        longer = {**trip, "trips": [*trip["trips"], {**used, **dates}]}
        if transfer.destination in {city.id for city in problem.cities}:
            yield from self._sleep(longer, transfer.destination, then, minute)
        elif trip["visits"] and transfer.destination == problem.end and then <= problem.horizon:
            yield {**longer, "nights": then}

    def _sleep(self, trip: Document, city: str, day: int, minute: int) -> Iterator[Document]:
        problem = self._problem
        visits = sum(visit["city"] == city for visit in trip["visits"])
        if visits >= problem.city(city).max_visits:
            return
        for nights in range(1, problem.horizon - day + 1):
            for rooms in self._choices(city, day, nights):
                if any(stay.check_in_until is not None and minute > stay.check_in_until for stay, _ in rooms):
                    continue
                visit = {
                    "city": city,
                    "arrive": problem.date_of(day),
                    "leave": problem.date_of(day + nights),
                    "nights": nights,
                    "bookings": [{"stay": stay.id} for stay, _ in rooms],
                    "rooms": rooms,
                }
                yield from self._leave({**trip, "visits": [*trip["visits"], visit]}, city, day + nights)

    def _choices(self, city: str, day: int, nights: int) -> list[tuple[tuple[Stay, int], ...]]:
        key = (city, day, nights)
        if key not in self._rooms:
            self._rooms[key] = list(self._rooms_of(city, day, nights))
        return self._rooms[key]

    def _rooms_of(self, city: str, day: int, nights: int) -> Iterator[tuple[tuple[Stay, int], ...]]:
        problem = self._problem
        dates = [problem.date_of(night) for night in range(day, day + nights)]
        stays = [
            stay
            for stay in problem.stays
            if stay.city == city
            and stay.min_nights <= nights
            and all(stay.available is None or any(a <= told <= b for a, b in stay.available) for told in dates)
        ]
        for some in chain.from_iterable(combinations(stays, size) for size in range(1, problem.max_stays + 1)):
            for counts in product(*(range(1, stay.rooms + 1) for stay in some)):
                if sum(stay.capacity * count for stay, count in zip(some, counts, strict=True)) >= problem.people:
                    yield tuple(zip(some, counts, strict=True))

    def _finished(self, trip: Document) -> float:
        """Adds what the trip costs; returns what it is worth."""
        problem, weights = self._problem, self._problem.weights
        value, nights = 0.0, dict.fromkeys((city.id for city in problem.cities), 0)
        money = {"transfers": 0, "stays": 0, "meals": 0}
        for visit in trip["visits"]:
            rooms = visit["rooms"]
            city = problem.city(visit["city"])
            for _ in range(visit["nights"]):
                value += problem.interest(city) * city.decay ** nights[city.id]
                nights[city.id] += 1
                value += weights.rating * min(stay.rating for stay, _ in rooms) - weights.extra_stay * (len(rooms) - 1)
                value += min(problem.liking("stay_type", stay.type) for stay, _ in rooms)
                money["stays"] += sum(stay.price * count for stay, count in rooms)
                money["meals"] += city.meals * problem.people
        money["meals"] += problem.city(trip["visits"][-1]["city"]).meals * problem.people
        for leg in trip["trips"]:
            value += problem.liking("mode", leg["mode"]) - weights.travel_hour * leg["minutes"] / 60
            money["transfers"] += leg["transfer"].price * problem.people
        trip["money"] = money
        return value - weights.spending * sum(money.values()) / 1000


def leaves(problem: CitiesProblem, transfer: Transfer, day: int) -> dict[int, int]:
    """By the nights that it takes, the first minute at which the transfer may leave on that day, found by trying."""
    told = problem.date_of(day)
    if transfer.dates is not None and told not in transfer.dates:
        return {}
    if transfer.weekdays is not None and date.fromisoformat(told).weekday() not in transfer.weekdays:
        return {}
    found: dict[int, int] = {}
    for first, last in transfer.departures or ((0, 1439),):
        for minute in range(max(problem.earliest_departure, first), last + 1):
            nights = (minute + transfer.minutes + transfer.clock_shift) // 1440
            if transfer.overnight in (None, nights) and nights >= 0:
                found[nights] = min(minute, found.get(nights, minute))
                break
    return found
