"""When a place is open on a date, from its OpenStreetMap `opening_hours` expression."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # its stubs lack the errors
    OpeningHours,
    ParserError,
    State,
    UnknownCountryError,
)

from shared.places.models import Place

_DAY: Final = 24 * 60
_TRIPS: Final = (date(1900, 1, 1), date(2199, 12, 31))
"""Dates that trips can have: close to the years 1 and 9999 there are no two days ahead, and no time zones."""
_SUN: Final = ("sunrise", "sunset", "dawn", "dusk")


def windows(place: Place, on: date) -> list[tuple[int, int]]:
    """The spans in which a place is surely open on a date, as (open, close) in minutes after its local midnight.

    A closing after midnight exceeds 1440 and is cut at 2880; what is left of the night before starts at 0. Public
    holidays follow the country where the library knows them; hours that the expression calls unknown count as closed.
    On a date that no trip can have, before 1900 or after 2199, everything is open. Raises ValueError for a malformed
    expression.
    """
    if not _TRIPS[0] <= on <= _TRIPS[1]:
        return [(0, _DAY)]
    located = any(event in place.opening_hours for event in _SUN)
    position = (place.lat, place.lng, place.time_zone) if located else None
    return list(_windows(place.opening_hours, place.country, position, on))


def is_open(place: Place, on: date, start: int, end: int) -> bool:
    """Whether one window of that date holds the whole visit from `start` to `end`, minutes after midnight."""
    return any(opens <= start and end <= closes for opens, closes in windows(place, on))


@lru_cache(maxsize=8192)
def _windows(
    expression: str, country: str, position: tuple[float, float, str] | None, on: date
) -> tuple[tuple[int, int], ...]:
    midnight = datetime.combine(on, time())
    day_after_next = midnight + timedelta(days=2)
    zone = ZoneInfo(position[2]) if position else None
    spans = _parsed(expression, country, position).intervals(
        midnight.replace(tzinfo=zone), day_after_next.replace(tzinfo=zone)
    )
    found: list[tuple[int, int]] = []
    for starts, ends, state, _comment in spans:
        if state != State.OPEN:
            continue
        opens = _minutes(starts, midnight)
        closes = min(_minutes(ends, midnight) if ends else 2 * _DAY, 2 * _DAY)
        if opens >= _DAY:
            break
        if found and found[-1][1] == opens:
            opens = found.pop()[0]
        found.append((opens, closes))
    return tuple(found)


def _minutes(moment: datetime, midnight: datetime) -> int:
    """Minutes on the wall clock, so that a change to summer time does not shift the closing hour."""
    return int((moment.replace(tzinfo=None) - midnight).total_seconds()) // 60


@lru_cache(maxsize=2048)
def _parsed(expression: str, country: str, position: tuple[float, float, str] | None) -> OpeningHours:
    zone = ZoneInfo(position[2]) if position else None
    coords = position[:2] if position else None

    def parse(country: str | None) -> OpeningHours:
        return OpeningHours(expression, timezone=zone, coords=coords, country=country, auto_country=False)

    try:
        return parse(country)
    except UnknownCountryError:
        return parse(None)
    except ParserError as error:
        raise ValueError(f"not an opening_hours expression: {expression!r}") from error
