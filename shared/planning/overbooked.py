"""Bookings of a day that cannot all be had keep their times all the same, so nothing else is planned there. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from shared.itinerary import Day, Travel, Visit
from shared.planning.openings import Span


def way_minutes(travel: Travel, a: int | None, b: int | None) -> float:
    """The way from one location to another; no time where there is no place."""
    return 0.0 if a is None or b is None or a == b else travel.choose(a, b).minutes[a][b]


def overbooked(travel: Travel, day: Day, booked: Sequence[Visit]) -> list[Span]:
    """The times of bookings of the day that overlap, or are too far apart, or cannot be reached in time."""
    found: dict[str, Span] = {}
    free, here, before = day.start, day.start_location, None
    for start, visit in sorted(((visit.fixed.start, visit) for visit in booked if visit.fixed), key=lambda one: one[0]):
        span = (start, start + visit.minutes)
        if free + way_minutes(travel, here, visit.location) > start:
            found[visit.id] = span
            if before is not None:
                found[before[0]] = before[1]
        free, here, before = max(free, span[1]), visit.location, (visit.id, span)
    return list(found.values())


def beside(visit: Visit, kept: Sequence[Sequence[Span]]) -> Visit:
    """The visit, open only outside of the times that are `kept` by day."""
    if visit.fixed is not None or visit.windows is None or not any(kept):
        return visit
    windows = tuple(_without(list(spans), busy) for spans, busy in zip(visit.windows, kept, strict=True))
    return replace(visit, windows=windows)


def _without(spans: list[Span], busy: Sequence[Span]) -> tuple[Span, ...]:
    for begin, end in busy:
        parts = [part for low, high in spans for part in ((low, min(high, begin)), (max(low, end), high))]
        spans = [(low, high) for low, high in parts if low < high]
    return tuple(spans)
