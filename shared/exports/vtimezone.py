"""VTIMEZONE components (RFC 5545, 3.6.5) that are exact in the years in which something happens. Without I/O.

Each change of the clocks is told by itself, as the time zone database has it: a rule would have to be guessed from it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class _Clock:
    """How the clocks of a zone go at a moment."""

    offset: timedelta
    summer: bool
    name: str

    @classmethod
    def at(cls, moment: datetime, zone: ZoneInfo) -> "_Clock":
        local = moment.astimezone(zone)
        return cls(local.utcoffset() or timedelta(), bool(local.dst()), local.tzname() or "")


def vtimezone(zone: ZoneInfo, years: Collection[int]) -> Timezone:
    """The component for a zone; right for every moment of these years of its local time."""
    component = Timezone()
    component.add("tzid", zone.key)
    last: _Clock | None = None
    for year in sorted(set(years)):
        first = _midnight(year, zone)
        clock = _Clock.at(first, zone)
        if clock != last:
            component.add_component(_observance(first, clock, clock))
        last = clock
        for onset in _onsets(first, _midnight(year + 1, zone), zone):
            before, last = last, _Clock.at(onset, zone)
            component.add_component(_observance(onset, before, last))
    return component


def _midnight(year: int, zone: ZoneInfo) -> datetime:
    """When a year begins there, in UTC."""
    return datetime(year, 1, 1, tzinfo=zone).astimezone(UTC)


def _onsets(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The moments in [start, end) from which the clocks go otherwise than right before."""
    while start < end:
        until = min(start + _DAY, end)
        if _Clock.at(start, zone) != _Clock.at(until, zone) and (onset := _change(start, until, zone)) < end:
            yield onset
        start = until


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, to the second, at which the clocks go as they do at `high`."""
    wanted = _Clock.at(high, zone)
    while high - low > _SECOND:
        middle = low + timedelta(seconds=(high - low) // _SECOND // 2)
        if _Clock.at(middle, zone) == wanted:
            high = middle
        else:
            low = middle
    return high


def _observance(onset: datetime, before: _Clock, clock: _Clock) -> TimezoneDaylight | TimezoneStandard:
    part = TimezoneDaylight() if clock.summer else TimezoneStandard()
    # The onset is told in the time that the clocks showed until then.
    part.add("dtstart", (onset + before.offset).replace(tzinfo=None))
    part.add("tzoffsetfrom", before.offset)
    part.add("tzoffsetto", clock.offset)
    part.add("tzname", clock.name)
    return part
