"""From what somebody asks for, and what the trip says, to a problem of the cities model."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from shared.itinerary import ProblemError
from shared.itinerary.cities import CitiesProblem, City, Preference, Stay, Transfer, Traveller, Weights, Wish
from shared.money import Rates, UnknownCurrencyError, convert
from shared.places.models import Destination
from shared.places.provider import PlaceProvider
from shared.places.travel import great_circle
from shared.routes.estimates import Estimates
from shared.routes.requests import MAX_NIGHTS, CityInput, Nights, Price, RouteWishes, StayInput, TransferInput
from shared.runtime.errors import InvalidArgument
from shared.trips.models import Trip
from shared.users.models import Home

_USUAL_NIGHTS: Final = 14
_LONGER: Final = 3
"""Nights that a trip may get longer, if that is what it takes to meet all other wishes."""
_DECAY: Final = 0.85
_WEIGHTS: Final = Weights(travel_hour=0.3, rating=0.2, extra_stay=1.0)
_HOME_METRES: Final = 60_000
"""How far from a town somebody may live who sets out from there."""
_THRIFT: Final = 0.25
"""At thrift 1, 40 euros for each person weigh as much as one point of a city's score."""


@dataclass(frozen=True)
class RouteProblem:
    """A problem, the destinations in it by id, the currency of its amounts, and the ids of what is estimated.

    `home`: where it begins and ends though nobody said so, because the caller lives there.
    """

    problem: CitiesProblem
    places: dict[str, Destination]
    currency: str
    estimated: frozenset[str]
    home: Destination | None = None


class ProblemMaker:
    """Makes problems of requests."""

    def __init__(self, provider: PlaceProvider, rates: Rates) -> None:
        self._provider = provider
        self._rates = rates

    def make(self, trip: Trip, wishes: RouteWishes, home: Home | None = None) -> RouteProblem:
        """The problem; `home` counts where the wishes leave it open.

        Raises InvalidArgument (DESTINATION_UNKNOWN, ROUTE_INVALID), which names the field.
        """
        try:
            return _Making(self._provider, self._rates, trip, wishes).problem(home if wishes.leaves_home_open else None)
        except ProblemError as error:
            raise _invalid(error.field, str(error)) from None
        except UnknownCurrencyError as error:
            raise _invalid("currency", str(error)) from None


class _Making:
    def __init__(self, provider: PlaceProvider, rates: Rates, trip: Trip, wishes: RouteWishes) -> None:
        told = wishes.first_date or trip.start_date
        if told is None:
            raise _invalid("firstDate", "is needed, as the trip has no first day")
        self._provider = provider
        self._rates = rates
        self._trip = trip
        self._wishes = wishes
        self._first = date.fromisoformat(told)
        self._currency = trip.currency
        self._places: dict[str, Destination] = {}
        self._estimates = Estimates(provider, rates, self._currency, self._first)
        self._people = wishes.people or len(trip.travellers)

    def problem(self, lives: Home | None) -> RouteProblem:
        wishes = self._wishes
        asked = [self._place(city.city, f"cities[{index}]") for index, city in enumerate(wishes.cities)]
        start, end = self._home(wishes.start, "start"), self._home(wishes.end, "end")
        if lived_in := self._town_of(lives, asked):
            start = end = lived_in.id
        stays, transfers = self._stays(asked), self._transfers()
        stops = [*asked, *(self._places[home] for home in dict.fromkeys((start, end)) if home)]
        span = self._span()
        problem = CitiesProblem(
            first_date=self._first.isoformat(),
            horizon=min(MAX_NIGHTS, (span.at_most or _USUAL_NIGHTS) + _LONGER),
            cities=tuple(self._city(place, city) for place, city in zip(asked, wishes.cities, strict=True)),
            transfers=(*transfers, *self._estimated_transfers(transfers, stops)),
            stays=(*stays, *self._estimated_stays(stays, asked)),
            start=start,
            end=end,
            people=self._people,
            members=tuple(Traveller(uid) for uid in self._trip.members),
            wishes=tuple(self._all_wishes(span)),
            preferences=tuple(
                Preference("stay_type" if liking.kind == "stayType" else liking.kind, _word(liking.name), liking.value)
                for liking in wishes.likings
            ),
            weights=self._weights(),
        )
        known = {*(stay.id for stay in stays), *(transfer.id for transfer in transfers)}
        every = {*(stay.id for stay in problem.stays), *(transfer.id for transfer in problem.transfers)}
        return RouteProblem(problem, self._places, self._currency, frozenset(every - known), lived_in)

    def _place(self, name: str, field: str) -> Destination:
        found = self._provider.destination(name)
        if found is None:
            raise InvalidArgument(
                f"{field}: no destination is known as {name!r}",
                reason="DESTINATION_UNKNOWN",
                metadata={"field": field, "name": name},
            )
        self._places[found.id] = found
        return found

    def _home(self, name: str | None, field: str) -> str | None:
        if name is None:
            return None
        found = self._place(name, field)
        if any(self._place(city.city, field).id == found.id for city in self._wishes.cities):
            raise _invalid(field, "is a home to travel from; to begin or end in one of the cities, use first or last")
        return found.id

    def _town_of(self, lives: Home | None, asked: list[Destination]) -> Destination | None:
        """The nearest town that somebody sets out from, by where they live: there is more than one Paris. None out of
        reach, or if it is among the cities."""
        if lives is None:
            return None
        apart = {
            town: great_circle((lives.lat, lives.lng), (town.lat, town.lng)) for town in self._provider.destinations()
        }
        found = min(apart, key=lambda town: apart[town])
        if apart[found] > _HOME_METRES or found in asked:
            return None
        self._places[found.id] = found
        return found

    def _span(self) -> Nights:
        """The nights wished for, or else those between the trip's dates."""
        wishes, trip = self._wishes, self._trip
        if wishes.nights is not None:
            most = wishes.nights.at_most or max(wishes.nights.at_least or 0, _USUAL_NIGHTS)
            return Nights(at_least=wishes.nights.at_least, at_most=min(most, MAX_NIGHTS))
        if trip.first_day is not None and trip.last_day is not None and trip.last_day > trip.first_day:
            nights = min((trip.last_day - trip.first_day).days, MAX_NIGHTS)
            return Nights(at_least=nights, at_most=nights)
        return Nights(at_least=None, at_most=_USUAL_NIGHTS)

    def _city(self, place: Destination, city: CityInput) -> City:
        scores = tuple(city.scores.get(uid, city.score) for uid in self._trip.members)
        meals = self._estimates.meals(place) if city.meals_a_day is None else self._amount(city.meals_a_day)
        return City(place.id, place.name, scores, _DECAY, meals, city.visits)

    def _stays(self, cities: list[Destination]) -> list[Stay]:
        there = {city.id for city in cities}
        found = []
        for index, offer in enumerate(self._wishes.stays):
            place = self._place(offer.city, f"stays[{index}].city")
            if place.id in there:
                found.append(self._stay(place, offer))
        return found

    def _stay(self, place: Destination, offer: StayInput) -> Stay:
        first, last = offer.available_from or "1900-01-01", offer.available_to or "2199-12-31"
        return Stay(
            id=offer.id,
            city=place.id,
            name=offer.name,
            type=_word(offer.type),
            price=self._amount(offer.price),
            capacity=offer.capacity,
            rooms=offer.rooms,
            min_nights=offer.min_nights,
            available=((first, last),) if offer.available_from or offer.available_to else None,
            allows=tuple(map(_word, offer.allows)),
            check_in_until=offer.check_in_until,
            rating=offer.rating,
        )

    def _estimated_stays(self, stays: list[Stay], cities: list[Destination]) -> Iterator[Stay]:
        known = {stay.city for stay in stays}
        for city in cities:
            if city.id not in known:
                yield from self._estimates.stays(city, self._people)

    def _transfers(self) -> list[Transfer]:
        found = []
        for index, offer in enumerate(self._wishes.transfers):
            a = self._place(offer.origin, f"transfers[{index}].origin")
            b = self._place(offer.destination, f"transfers[{index}].destination")
            found.append(self._transfer(a, b, offer))
        return found

    def _transfer(self, a: Destination, b: Destination, offer: TransferInput) -> Transfer:
        return Transfer(
            id=offer.id,
            origin=a.id,
            destination=b.id,
            mode=_word(offer.mode),
            minutes=offer.minutes,
            price=self._amount(offer.price),
            departures=tuple(offer.departures) if offer.departures else None,
            dates=tuple(offer.dates) if offer.dates else None,
            weekdays=tuple(offer.weekdays) if offer.weekdays else None,
            overnight=offer.overnight,
            clock_shift=self._estimates.clock_shift(a, b),
        )

    def _estimated_transfers(self, transfers: list[Transfer], stops: list[Destination]) -> Iterator[Transfer]:
        known = {(transfer.origin, transfer.destination) for transfer in transfers}
        for a in stops:
            for b in stops:
                if a.id != b.id and (a.id, b.id) not in known:
                    yield from self._estimates.transfers(a, b)

    def _all_wishes(self, span: Nights) -> Iterator[Wish]:
        wishes = self._wishes
        yield Wish("nights", "total_nights", at_least=span.at_least, at_most=span.at_most)
        budget = wishes.budget or self._trip.budget
        if budget is not None:
            yield Wish("budget", "budget", at_most=convert(budget.amount, budget.currency, self._currency, self._rates))
        for city in wishes.cities:
            place = self._place(city.city, "cities").id
            if city.must:
                yield Wish(f"visit:{place}", "visit", (place,), cost=2.0)
            if city.nights is not None:
                low, high = city.nights.at_least, city.nights.at_most
                yield Wish(f"nights:{place}", "nights", (place,), at_least=low, at_most=high)
        for index, on in enumerate(wishes.on):
            place = self._place(on.city, f"on[{index}].city").id
            kind = "night_of" if on.night else "on_date"
            yield Wish(f"on:{index}", kind, (place,), date=on.date, cost=3.0)
        for index, names in enumerate(wishes.order):
            places = tuple(self._place(name, f"order[{index}]").id for name in names)
            yield Wish(f"order:{index}", "order", places)
        for kind, name in (("first", wishes.first), ("last", wishes.last)):
            if name is not None:
                yield Wish(kind, kind, (self._place(name, kind).id,))
        yield from self._ways_wishes()

    def _ways_wishes(self) -> Iterator[Wish]:
        wishes = self._wishes
        if wishes.most_cities is not None:
            yield Wish("mostCities", "max_cities", at_most=wishes.most_cities)
        if wishes.longest_transfer is not None:
            yield Wish("longestTransfer", "transfer_minutes", at_most=wishes.longest_transfer)
        if wishes.no_overnight:
            yield Wish("noOvernight", "no_overnight")
        for name, kind, names in (
            ("avoidModes", "avoid_modes", wishes.avoid_modes),
            ("stayTypes", "stay_types", wishes.stay_types),
            ("stayRules", "stay_rules", wishes.stay_rules),
        ):
            if names:
                yield Wish(name, kind, names=tuple(map(_word, names)))
        if wishes.least_rating is not None:
            yield Wish("leastRating", "rating", at_least=wishes.least_rating)

    def _weights(self) -> Weights:
        ten_euros = convert(1000, "EUR", self._currency, self._rates)
        spending = self._wishes.thrift * _THRIFT * 1000 / ten_euros / self._people
        return replace(_WEIGHTS, spending=spending)

    def _amount(self, price: Price) -> int:
        return convert(price.amount, price.currency, self._currency, self._rates, round_up=True)


def _word(told: str) -> str:
    """A mode, a type of stay or a house rule as it is compared: one "Hotel" is as good as another "hotel"."""
    return told.casefold()


def _invalid(field: str, message: str) -> InvalidArgument:
    return InvalidArgument(f"{field}: {message}", reason="ROUTE_INVALID", metadata={"field": field})
