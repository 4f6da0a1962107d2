"""Opening hours of Google's Places API as an OpenStreetMap expression, so that `hours.windows` reads them like ours."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

UNKNOWN: Final = "24/7"
"""Where nobody says hours: mostly squares, parks and views. As with ideas of people, any hour will do."""
_DAYS: Final = ("Su", "Mo", "Tu", "We", "Th", "Fr", "Sa")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY: Final = 24 * 60
_WEEK: Final = 7 * _DAY

_Spans = Mapping[Any, list[tuple[int, int]]]


def expression(regular: Any, current: Any) -> str:
    """Of two google.maps.places.v1.Place.OpeningHours: the usual week, and what differs on special days of the next
    seven."""
    if not regular.periods:
        return "off" if regular.weekday_descriptions else UNKNOWN
    if any(not period.HasField("close") for period in regular.periods):
        usual = "24/7"
    else:
        week = _weekly(regular.periods)
        # Added rules: one that replaced another would cut off the night before.
        usual = ", ".join(f"{_DAYS[day]} {_times(week[day])}" for day in sorted(week))
    special = _dated(current.periods)
    days = [date(one.date.year, one.date.month, one.date.day) for one in current.special_days]
    return "; ".join((usual, *(f"{_date(day)} {_times(special.get(day, []))}" for day in days)))


def _weekly(periods: Iterable[Any]) -> _Spans:
    found: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    for period in periods:
        opens, closes = _minute(period.open_), _minute(period.close)
        length = (closes - opens) % _WEEK or _WEEK
        for start, end in _pieces(opens, length):
            found[start // _DAY % 7].append((start % _DAY, start % _DAY + end - start))
    return found


def _dated(periods: Iterable[Any]) -> _Spans:
    found: dict[Any, list[tuple[int, int]]] = defaultdict(list)
    for period in periods:
        if not period.HasField("close") or not period.open_.date.year or not period.close.date.year:
            continue
        on, until = (date(point.date.year, point.date.month, point.date.day) for point in (period.open_, period.close))
        opens = period.open_.hour * 60 + period.open_.minute
        closes = (until - on).days * _DAY + period.close.hour * 60 + period.close.minute
        for start, end in _pieces(opens, closes - opens):
            day = date.fromordinal(on.toordinal() + start // _DAY)
            found[day].append((start % _DAY, start % _DAY + end - start))
    return found


def _pieces(opens: int, length: int) -> Iterable[tuple[int, int]]:
    """A night stays whole; what lasts longer than a day is cut at its midnights."""
    end = opens + length
    if length <= _DAY:
        yield opens, end
        return
    while opens < end:
        cut = min((opens // _DAY + 1) * _DAY, end)
        yield opens, cut
        opens = cut


def _minute(point: Any) -> int:
    """Minutes since Sunday's first."""
    return int(point.day * _DAY + point.hour * 60 + point.minute)


def _times(spans: Iterable[tuple[int, int]]) -> str:
    return ",".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in sorted(spans)) or "off"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _date(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1]} {day.day:02}"
