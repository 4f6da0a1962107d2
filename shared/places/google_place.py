"""A place of Google's Places API as one of ours. Pure."""

import math
from statistics import median
from typing import Any, Final

from google.maps.places_v1 import PriceLevel
from google.maps.places_v1.types import Place as GooglePlace

from shared.money import UnknownCurrencyError, exponent
from shared.places import google_hours
from shared.places.google_types import MINUTES, kind_of, tags_of
from shared.places.models import Destination, Place
from shared.places.provider import PlaceProvider
from shared.places.vocabulary import Kind

PREFIX: Final = "google/"
"""Before Google's id, in ours."""
ATTRIBUTION: Final = "Google Maps"
_OPERATIONAL, _CLOSED_FOR_NOW, _CLOSED_FOR_GOOD = 1, 2, 3
_CLOSED: Final = "off"
_FOOD: Final[tuple[Kind, ...]] = ("food",)
# What a meal costs, next to the median of the town; the levels say no more than their names do.
_MEALS: Final = {
    PriceLevel.PRICE_LEVEL_INEXPENSIVE: 0.6,
    PriceLevel.PRICE_LEVEL_MODERATE: 1.0,
    PriceLevel.PRICE_LEVEL_EXPENSIVE: 2.0,
    PriceLevel.PRICE_LEVEL_VERY_EXPENSIVE: 4.0,
}
_RATINGS_OF_A_FAMOUS_PLACE: Final = 5.0
"""As a power of ten."""


def place_of(found: Any, town: Destination | None, catalogue: PlaceProvider) -> Place | None:
    """A google.maps.places.v1.Place (raw protobuf) in a town, None for one that has closed for good or that nobody
    visits on a trip. Prices of meals without a range are guessed from the catalogue's."""
    kind = kind_of(found.primary_type, found.types)
    if kind is None or found.business_status == _CLOSED_FOR_GOOD:
        return None
    currency = town.currency if town else found.price_range.start_price.currency_code
    return Place(
        id=f"{PREFIX}{found.id}",
        destination=town.id if town else "",
        name=found.display_name.text,
        local_name=None,
        aliases=(),
        lat=found.location.latitude,
        lng=found.location.longitude,
        kind=kind,
        tags=tags_of(kind, (found.primary_type, *found.types)),
        opening_hours=_hours(found),
        minutes=MINUTES[kind],
        price=_price(found, kind, town, catalogue),
        currency=currency or "EUR",
        weight=_weight(found.rating, found.user_rating_count),
        country=town.country if town else "",
        time_zone=found.time_zone.id or (town.time_zone if town else "UTC"),
        attributions=(ATTRIBUTION, *(one.provider for one in found.attributions)),
    )


def raw(place: GooglePlace) -> Any:
    """The message itself: the library's wrapper is slow to read."""
    return GooglePlace.pb(place)


def _hours(found: Any) -> str:
    if found.business_status == _CLOSED_FOR_NOW:
        return _CLOSED
    return google_hours.expression(found.regular_opening_hours, found.current_opening_hours)


def _price(found: Any, kind: Kind, town: Destination | None, catalogue: PlaceProvider) -> int:
    """Minor units: the middle of the range that visitors tell, if it is in the currency of the town."""
    low, high = found.price_range.start_price, found.price_range.end_price
    currency = low.currency_code
    if currency and (town is None or currency == town.currency):
        try:
            unit = 10 ** exponent(currency)
        except UnknownCurrencyError:
            return 0
        most = high.units if high.currency_code else low.units
        return int((low.units + most) * unit // 2)
    if kind != "food" or town is None or found.price_level not in _MEALS:
        return 0
    meals = [place.price for place in catalogue.search(town.id, kinds=_FOOD, limit=1000) if place.price]
    return round(median(meals) * _MEALS[found.price_level]) if meals else 0


def _weight(rating: float, count: int) -> float:
    """0 to 1: the stars from 3 up, and how many gave some, on a logarithmic scale."""
    if not count:
        return 0.1
    stars = min(max((rating - 3) / 2, 0.0), 1.0)
    fame = min(math.log10(1 + count) / _RATINGS_OF_A_FAMOUS_PLACE, 1.0)
    return round(0.1 + 0.9 * stars * fame, 3)
