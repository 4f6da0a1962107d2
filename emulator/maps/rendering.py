"""A place as the service writes it: google.maps.places.v1.Place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from google.maps import places_v1

from emulator.maps.directory import google_id
from shared.money import exponent
from shared.places.hours import windows
from shared.places.models import Place

MESSAGE: Final = places_v1.Place.pb()
_OPERATIONAL: Final = 1
_DAY: Final = 1440
_USUAL_WEEK: Final = date(2026, 2, 2)
"""A Monday in a week without a holiday."""
_ALWAYS: Final = [(0, 2 * _DAY)]
TYPES: Final[Mapping[str, Sequence[str]]] = {
    "sight": ("tourist_attraction", "historical_landmark"),
    "food": ("restaurant", "food"),
    "activity": ("tourist_attraction", "amusement_center"),
    "viewpoint": ("observation_deck", "tourist_attraction"),
    "market": ("market",),
    "museum": ("museum", "tourist_attraction"),
    "park": ("park",),
    "shopping": ("shopping_mall", "store"),
    "nightlife": ("night_club", "bar"),
}
_TAG_TYPES: Final[Mapping[str, str]] = {
    "ramen": "ramen_restaurant",
    "sushi": "sushi_restaurant",
    "pizza": "pizza_restaurant",
    "seafood": "seafood_restaurant",
    "coffee": "cafe",
    "sweets": "bakery",
    "church": "church",
    "mosque": "mosque",
    "art": "art_gallery",
    "gardens": "garden",
    "beach": "beach",
    "castle": "castle",
    "animals": "zoo",
}


def types_of(place: Place) -> list[str]:
    """The primary type first."""
    special = [_TAG_TYPES[tag] for tag in place.tags if tag in _TAG_TYPES]
    return list(dict.fromkeys((*special, *TYPES[place.kind], "point_of_interest", "establishment")))


def render(place: Place, today: date | None = None) -> Any:
    """The whole message; `today` is the first of the seven days of its current hours (default: the real one)."""
    id_ = google_id(place.id)
    zone = ZoneInfo(place.time_zone)
    now = datetime.now(zone)
    message = MESSAGE(name=f"places/{id_}", id=id_, business_status=_OPERATIONAL, primary_type=types_of(place)[0])
    message.types.extend(types_of(place))
    message.display_name.text = place.name
    message.display_name.language_code = "en"
    message.location.latitude, message.location.longitude = place.lat, place.lng
    message.google_maps_uri = f"https://maps.google.com/?cid={int(id_[4:19], 16)}"
    message.time_zone.id = place.time_zone
    message.utc_offset_minutes = round((now.utcoffset() or timedelta()).total_seconds() / 60)
    message.rating = round(3.0 + 2.0 * place.weight, 1)
    message.user_rating_count = round(10 ** (1 + 4 * place.weight))
    for tag in ("breakfast", "lunch", "dinner"):
        if tag in place.tags:
            setattr(message, f"serves_{tag}", True)
    if "children" in place.tags:
        message.good_for_children = True
    if "vegetarian" in place.tags:
        message.serves_vegetarian_food = True
    _price(message, place)
    _usual_hours(message.regular_opening_hours, place)
    _current_hours(message.current_opening_hours, place, today or now.date())
    return message


def _price(message: Any, place: Place) -> None:
    if place.kind != "food":
        return
    message.price_level = places_v1.PriceLevel.PRICE_LEVEL_MODERATE
    if place.price:
        unit = 10 ** exponent(place.currency)
        for money, amount in (
            (message.price_range.start_price, place.price // 2 // unit),
            (message.price_range.end_price, math.ceil(place.price * 1.5 / unit)),
        ):
            money.currency_code, money.units = place.currency, amount


def _usual_hours(hours: Any, place: Place) -> None:
    week = [_USUAL_WEEK + timedelta(days=number) for number in range(7)]
    if all(windows(place, day) == _ALWAYS for day in week):
        period = hours.periods.add()
        period.open_.day = period.open_.hour = period.open_.minute = 0
        return
    for day in week:
        for opens, closes in _begun(place, day):
            _period(hours.periods.add(), day, opens, closes, dated=False)
    if not hours.periods:
        hours.weekday_descriptions.extend(f"{day:%A}: Closed" for day in week)


def _current_hours(hours: Any, place: Place, today: date) -> None:
    for number in range(7):
        day = today + timedelta(days=number)
        usual = _USUAL_WEEK + timedelta(days=day.weekday())
        if windows(place, day) != windows(place, usual):
            special = hours.special_days.add().date
            special.year, special.month, special.day = day.year, day.month, day.day
        for opens, closes in _begun(place, day):
            _period(hours.periods.add(), day, opens, closes, dated=True)


def _begun(place: Place, day: date) -> list[tuple[int, int]]:
    """The windows that begin on a day: what is left of the night before belongs to that."""
    late = [closes - _DAY for _, closes in windows(place, day - timedelta(days=1)) if closes > _DAY]
    return [(opens, closes) for opens, closes in windows(place, day) if not (opens == 0 and closes in late)]


def _period(period: Any, day: date, opens: int, closes: int, *, dated: bool) -> None:
    for point, minute in ((period.open_, opens), (period.close, closes)):
        on = day + timedelta(days=minute // _DAY)
        point.day, point.hour, point.minute = on.isoweekday() % 7, minute % _DAY // 60, minute % 60
        if dated:
            point.date.year, point.date.month, point.date.day = on.year, on.month, on.day
