"""What becomes of a plan's days and of the stays when the dates of a trip change. Without I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.documents import compact
from shared.plan.limits import MAX_COMPONENTS, MAX_OP_BYTES
from shared.plan.models import Op
from shared.trips.models import Leg, Trip


@dataclass(frozen=True)
class Span:
    """The dates of a trip; None is an open end."""

    start: date | None
    end: date | None

    @classmethod
    def of(cls, trip: Trip) -> "Span":
        return cls(trip.first_day, trip.last_day)

    def holds(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def moved_plan(doc: dict[str, Any], before: Span, after: Span) -> dict[str, Any]:
    """The plan with its days shifted as the trip's first day is; stops of days that fall out of it become ideas.

    A day that lay outside of the trip already, such as one to travel on, stays a day. Open dates leave days without a
    date; days without one get theirs, in order, when an open trip is given a first day.
    """
    days = {}
    for index, (day_id, day) in enumerate(_in_order(doc["days"])):
        told = date.fromisoformat(day["date"]) if day.get("date") else None
        new = _moved_day(told, index, before, after)
        dropped = new is not None and not after.holds(new) and (told is None or before.holds(told))
        if not dropped:
            days[day_id] = day if new == told else {**day, "date": new.isoformat() if new else None}
    gone = doc["days"].keys() - days.keys()
    stops = {key: {**stop, "dayId": None} if stop["dayId"] in gone else stop for key, stop in doc["stops"].items()}
    return {**doc, "days": days, "stops": stops}


def moved_legs(legs: Iterable[Leg], before: Span, after: Span) -> tuple[Leg, ...]:
    """The stays, shifted like the days and cut to the trip; a stay that falls out of it has open dates."""
    return tuple(_moved_leg(leg, before, after) for leg in legs)


def pieces(op: Op) -> list[Op]:
    """An operation as consecutive ones that each are within the limits of one; almost always a single one."""
    parts: list[Op] = []
    size = MAX_OP_BYTES
    for component in op:
        weight = len(compact(component).encode()) + 1
        if size + weight > MAX_OP_BYTES - 2 or len(parts[-1]) == MAX_COMPONENTS:
            parts.append([])
            size = 0
        parts[-1].append(component)
        size += weight
    return parts


def _in_order(days: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(days.items(), key=lambda entry: (entry[1]["order"], entry[0]))


def _moved_day(told: date | None, index: int, before: Span, after: Span) -> date | None:
    if after.start is None:
        return None
    if told is None:
        return _plus(after.start, index) if before.start is None else None
    return told if before.start is None else _plus(told, (after.start - before.start).days)


def _moved_leg(leg: Leg, before: Span, after: Span) -> Leg:
    told = [date.fromisoformat(text) if text else None for text in (leg.start_date, leg.end_date)]
    start, end = (_moved_day(day, 0, before, after) if day else None for day in told)
    outside = (start and after.end and start > after.end) or (end and after.start and end < after.start)
    if outside:
        start = end = None
    if start and after.start:
        start = max(start, after.start)
    if end and after.end:
        end = min(end, after.end)
    return leg.model_copy(
        update={"start_date": start.isoformat() if start else None, "end_date": end.isoformat() if end else None}
    )


def _plus(day: date, days: int) -> date | None:
    """A day so many days later; None beyond the calendar, which people may have written into their plan."""
    try:
        return date.fromordinal(day.toordinal() + days)
    except (ValueError, OverflowError):
        return None
