"""Connections, stays and meals for whoever has looked none up: rough figures from distances and the catalogue's prices.

They are for choosing a route, not for booking, and whatever uses them is marked as estimated:
- a meal out costs the median of what the catalogue's food places in the city cost; three meals make 2.2 of it a day;
- a double room in a hotel costs 5 meals a night, a bed in a hostel 1.8, a flat for four 7;
- a train costs 2 EUR and 0.13 EUR a kilometre as the crow flies, a bus 2 and 0.07, a flight 60 and 0.06 EUR.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from shared.itinerary.cities import Stay, Transfer
from shared.money import Rates, convert
from shared.places.intercity import intercity
from shared.places.models import Destination
from shared.places.provider import PlaceProvider
from shared.places.travel import Mode, leg
from shared.places.vocabulary import Kind

_MEALS_A_DAY: Final = 2.2
_USUAL_MEAL_CENTS: Final = 1500
_ROOMS: Final = (("hotel", 5.0, 2, 3.8), ("hostel", 1.8, 1, 3.2), ("flat", 7.0, 4, 3.6))
"""Type, meals a night, capacity, rating."""
_FARES: Final = {"train": (200, 13.0), "bus": (200, 7.0), "flight": (6000, 6.0)}
"""Euro cents to begin with, and a kilometre."""
_BY_ROAD: Final[tuple[Mode, ...]] = ("drive",)
_FOOD: Final[tuple[Kind, ...]] = ("food",)
_BUS_SLOWER: Final = 1.25
_LONGEST_BUS_MINUTES: Final = 600
_EARLIEST: Final = 480
_LATEST_ARRIVAL: Final = 1380


@dataclass(frozen=True)
class Estimates:
    """Estimates in minor units of `currency`, for a trip that begins on `first`."""

    provider: PlaceProvider
    rates: Rates
    currency: str
    first: date
    _meals: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def meals(self, city: Destination) -> int:
        """A day's meals for one person."""
        return round(self._meal(city) * _MEALS_A_DAY)

    def stays(self, city: Destination, people: int) -> Iterator[Stay]:
        """A hotel, a hostel and a flat with room enough."""
        for type_, meals, capacity, rating in _ROOMS:
            yield Stay(
                id=f"{city.id}/{type_}",
                city=city.id,
                name=type_,
                type=type_,
                price=round(self._meal(city) * meals),
                capacity=capacity,
                rooms=-(-people // capacity),
                rating=rating,
            )

    def transfers(self, a: Destination, b: Destination) -> Iterator[Transfer]:
        """The usual way, and a bus within one country if it takes at most ten hours."""
        usual = intercity(a, b)
        yield self._transfer(a, b, usual.mode, usual.minutes, usual.metres)
        drive = leg((a.lat, a.lng), (b.lat, b.lng), _BY_ROAD)
        minutes = round(drive.minutes * _BUS_SLOWER)
        if a.country == b.country and minutes <= _LONGEST_BUS_MINUTES:
            yield self._transfer(a, b, "bus", minutes, usual.metres)

    def clock_shift(self, a: Destination, b: Destination) -> int:
        """How many minutes later it is in b than in a."""
        return self._minutes_from_utc(b) - self._minutes_from_utc(a)

    def _minutes_from_utc(self, place: Destination) -> int:
        noon = datetime.combine(self.first, time(12), ZoneInfo(place.time_zone))
        return round((noon.utcoffset() or timedelta()).total_seconds() / 60)

    def _meal(self, city: Destination) -> int:
        if city.id not in self._meals:
            self._meals[city.id] = self._usual_meal(city)
        return self._meals[city.id]

    def _usual_meal(self, city: Destination) -> int:
        prices = [
            convert(place.price, place.currency, self.currency, self.rates)
            for place in self.provider.search(city.id, kinds=_FOOD, limit=100)
            if place.price > 0
        ]
        return round(median(prices)) if prices else convert(_USUAL_MEAL_CENTS, "EUR", self.currency, self.rates)

    def _transfer(self, a: Destination, b: Destination, mode: str, minutes: int, metres: int) -> Transfer:
        fixed, kilometre = _FARES[mode]
        shift = self.clock_shift(a, b)
        return Transfer(
            id=f"{a.id}/{b.id}/{mode}",
            origin=a.id,
            destination=b.id,
            mode=mode,
            minutes=minutes,
            price=convert(round(fixed + kilometre * metres / 1000), "EUR", self.currency, self.rates),
            overnight=_EARLIEST + minutes + shift > _LATEST_ARRIVAL,
            clock_shift=shift,
        )
