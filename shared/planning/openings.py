"""When a stop may be visited on a day, and when a time apart may begin there. Pure."""

from math import inf

from shared.assistant.ways import step_down, step_up
from shared.places.hours import windows
from shared.places.models import Place
from shared.places.provider import PlaceProvider
from shared.planning.apart import Parts
from shared.planning.brief import Brief
from shared.planning.facts import PlanDay, PlanStop

Span = tuple[float, float]


def openings(day: PlanDay, stop: PlanStop, place: Place | None, brief: Brief) -> tuple[Span, ...]:
    """When the stop may be visited on a day: opening hours, within the hours of the day and what is left of it."""
    since = brief.since.get(day.id)
    return _open(day, stop, place, brief, max(day.start, since.earliest if since else 0))


def shifts(day: PlanDay, parts: Parts, brief: Brief, provider: PlaceProvider) -> tuple[Span, ...]:
    """When a time apart may take place as a whole, each stop of it as much later or earlier as the others.

    Empty: it stays when it is, because something in it is booked, or it does not fit the hours as it is, which somebody
    will have wanted, or it fits at no time.
    """
    if any(stop.reserved for stop in parts):
        return ()
    begin = parts[0].at or 0
    starts: list[Span] = [(-inf, inf)]
    for stop in parts:
        offset = (stop.at or 0) - begin
        spans = _open(day, stop, provider.get(stop.place_id or ""), brief, day.start)
        own = [(low - offset, high - stop.minutes - offset) for low, high in spans]
        starts = [(max(a, low), min(b, high)) for a, b in starts for low, high in own if max(a, low) <= min(b, high)]
    if not any(low <= begin <= high for low, high in starts):
        return ()
    since = brief.since.get(day.id)
    earliest = since.earliest if since else 0
    length = max((stop.at or 0) + stop.minutes for stop in parts) - begin
    return tuple((max(low, earliest), high + length) for low, high in starts if max(low, earliest) <= high)


def _open(day: PlanDay, stop: PlanStop, place: Place | None, brief: Brief, opens: int) -> tuple[Span, ...]:
    if day.id in brief.avoid.get(stop.id, ()):
        return ()
    if place is None or day.date is None:
        spans: list[Span] = [(opens, day.end)]
    else:
        hours = windows(place, day.date)
        spans = [(max(step_up(low), opens), min(step_down(high), day.end)) for low, high in hours]
    return tuple((low, high) for low, high in spans if low <= high)
