"""Travel times estimated from the distance as the crow flies (`shared/places/travel.py` says how)."""

from collections.abc import Sequence
from datetime import datetime

from shared.places.travel import Mode, Point, leg
from shared.travel.times import STAY, Table, Way


class EstimatedTravelTimes:
    """`TravelTimes` without asking anybody."""

    def matrix(self, points: Sequence[Point], mode: Mode, when: datetime | None = None) -> Table:
        return Table(mode, tuple(tuple(estimate(a, b, mode) for b in points) for a in points))


def estimate(a: Point, b: Point, mode: Mode) -> Way:
    """The way between two points."""
    if a == b:
        return STAY
    found = leg(a, b, (mode,))
    return Way(found.minutes, found.metres, estimated=True)
