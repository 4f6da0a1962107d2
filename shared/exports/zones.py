"""Which time zone a day or a stop of a trip is in. Without I/O."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.places.models import Destination
from shared.places.travel import Point, great_circle
from shared.trips.models import Leg


@dataclass(frozen=True)
class _Stay:
    """A destination whose zone is known; `place` is its middle, if the catalogue has it."""

    destination_id: str | None
    zone: ZoneInfo
    start: date | None
    end: date | None
    place: Point | None

    def covers(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


_SENSIBLE = range(1900, 2200)
"""The years that trips may have; what people write into a plan beyond them is in no zone."""


class Zones:
    """The zones of a trip's destinations. `known` finds a destination of the catalogue by its id."""

    def __init__(self, legs: Sequence[Leg], known: Callable[[str], Destination | None]) -> None:
        self._stays = [stay for leg in legs if (stay := _stay(leg, known))]

    def of(self, day: date | None, place_id: str | None = None, point: Point | None = None) -> ZoneInfo | None:
        """The zone of a place on a day; None if the trip knows no zone.

        The destination whose place it is; else, of those where the travellers are on that day, the nearest, or the
        first one if there is nothing to measure; between two stays, the one they left last.
        """
        if not self._stays or (day and day.year not in _SENSIBLE):
            return None
        near = self._by_place(place_id) or self._on(day)
        if point and len(near) > 1 and all(stay.place for stay in near):
            return min(near, key=lambda stay: great_circle(point, stay.place or point)).zone
        return near[0].zone

    def _by_place(self, place_id: str | None) -> list[_Stay]:
        destination, slash, _ = (place_id or "").partition("/")
        return [stay for stay in self._stays if slash and stay.destination_id == destination]

    def _on(self, day: date | None) -> list[_Stay]:
        if day is None:
            return self._stays
        there = [stay for stay in self._stays if stay.covers(day)]
        dated = [stay for stay in there if stay.start or stay.end]
        if there:
            return dated or there
        left = [stay for stay in self._stays if stay.end and stay.end < day]
        return [max(left, key=lambda stay: stay.end or day)] if left else self._stays[:1]


def wall_clock(day: date, at: str, zone: ZoneInfo | None) -> datetime:
    """The moment ("HH:MM") as clocks there show it: a time that daylight saving skips is the one that follows it."""
    told = datetime.combine(day, time.fromisoformat(at), zone)
    return told.astimezone(UTC).astimezone(zone) if zone else told


def _stay(leg: Leg, known: Callable[[str], Destination | None]) -> _Stay | None:
    zone = _zone(leg.time_zone) if leg.time_zone else None
    if zone is None:
        return None
    found = known(leg.destination_id) if leg.destination_id else None
    start, end = (date.fromisoformat(text) if text else None for text in (leg.start_date, leg.end_date))
    return _Stay(leg.destination_id, zone, start, end, (found.lat, found.lng) if found else None)


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Stored by a release that knew other zones: the times stay wall-clock times.
        return None
