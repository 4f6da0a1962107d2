"""When the breaks of a day are: in the time that its stops leave. Without I/O.

The plan says only between which times a break is to begin; whoever holds it in their hands wants to know when it is.
The rules are those of planning: nobody rests while others visit or travel, ways are estimates, and notes take no time.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from math import inf
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from shared.exports.models import Pause, Visit
from shared.exports.zones import wall_clock
from shared.places.travel import Point, leg
from shared.plan.rests import Gap, placed
from shared.runtime.text import tidy

_MIDNIGHT: Final = 24 * 60
_CHECK_IN: Final = 30
"""Minutes that a stay takes whose own are those of a night."""


class _Wanted(NamedTuple):
    """A break; its times are minutes after midnight."""

    id: str
    minutes: int
    opens: int
    closes: int


_Timed = tuple[int, Visit]
"""A stop that takes time, with the minute at which it begins."""


def pauses(
    day_id: str, day: dict[str, Any], told: date | None, zone: ZoneInfo | None, visits: Sequence[Visit]
) -> tuple[Pause, ...]:
    """The breaks of a day of the plan in the order of time, those without a time last: as many have one as the stops
    leave room for."""
    wanted = [_wanted(break_id, one) for break_id, one in sorted(day.get("breaks", {}).items())]
    if told is None or not wanted:
        return tuple(_pause(day_id, day, one, None, zone, len(visits)) for one in wanted)
    timed = [(_begin(one.begins, told, zone), one) for one in visits if one.begins and one.kind != "note"]
    places = placed(wanted, _gaps(day, timed))
    begins = {one.id: int(place.begin) for one, place in zip(wanted, places, strict=True) if place}
    found = []
    for one in sorted(wanted, key=lambda one: begins.get(one.id, inf)):
        at = begins.get(one.id)
        begin = wall_clock(told, f"{at // 60:02}:{at % 60:02}", zone) if at is not None else None
        behind = _behind(visits, timed, at) if at is not None else len(visits)
        found.append(_pause(day_id, day, one, begin, zone, behind))
    return tuple(found)


def _wanted(break_id: str, told: dict[str, Any]) -> _Wanted:
    opens = _minute(told["from"])
    return _Wanted(break_id, told["minutes"], opens, max(opens, _minute(told["to"])))


def _pause(
    day_id: str, day: dict[str, Any], one: _Wanted, begins: datetime | None, zone: ZoneInfo | None, behind: int
) -> Pause:
    told = day["breaks"][one.id]
    return Pause(
        id=f"{day_id}.{one.id}",
        name=tidy(told.get("name", ""), one_line=True),
        minutes=one.minutes,
        earliest=told["from"],
        latest=told["to"],
        begins=begins,
        zone=zone,
        behind=behind,
    )


def _gaps(day: dict[str, Any], timed: Sequence[_Timed]) -> list[Gap]:
    base = day.get("base")
    home = (float(base["lat"]), float(base["lng"])) if base else None
    start = _minute(day.get("start", "09:00"))
    free, here = start, home
    gaps: list[Gap] = []
    for begin, one in sorted(timed, key=lambda visit: visit[0]):
        gaps.append((free, begin - _way(here, one.point)))
        free, here = max(free, begin + _taken(one, begin)), one.point or here
    return [*gaps, (free, max(start, _minute(day.get("end", "21:00"))) - _way(here, home))]


def _taken(one: Visit, begin: int) -> int:
    over_night = one.kind == "stay" and begin + one.minutes >= _MIDNIGHT
    return min(one.minutes, _CHECK_IN) if over_night else one.minutes


def _behind(visits: Sequence[Visit], timed: Sequence[_Timed], at: int) -> int:
    """How many stops of the day's order are told before a break: those up to the last that begins before it."""
    places = {one.id: place for place, one in enumerate(visits)}
    before = [places[one.id] + 1 for begin, one in timed if begin < at]
    return max(before, default=min((places[one.id] for _, one in timed), default=len(visits)))


def _begin(begins: datetime, told: date, zone: ZoneInfo | None) -> int:
    """The minutes from midnight of a date to a moment, as clocks of the day's zone show it."""
    there = begins.astimezone(zone) if zone and begins.tzinfo else begins
    return (there.replace(tzinfo=None) - datetime.combine(told, time())) // timedelta(minutes=1)


def _minute(at: str) -> int:
    hours, minutes = at.split(":")
    return 60 * int(hours) + int(minutes)


def _way(start: Point | None, end: Point | None) -> int:
    return leg(start, end).minutes if start and end else 0
