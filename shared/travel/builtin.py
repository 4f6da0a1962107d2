"""Travel times estimated from the distance as the crow flies (`shared/places/travel.py` says how)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.places.travel import Mode, Point, leg
from shared.travel.times import STAY, Table, Way


class EstimatedTravelTimes:
    """`TravelTimes` without asking anybody. Ways are as long back as there."""

    def matrix(self, points: Sequence[Point], mode: Mode, when: datetime | None = None) -> Table:
        rows = [[STAY] * len(points) for _ in points]
        for i, a in enumerate(points):
            for j in range(i):
                rows[i][j] = rows[j][i] = estimate(a, points[j], mode)
        return Table(mode, tuple(map(tuple, rows)))


ESTIMATED: Final = EstimatedTravelTimes()


def estimate(a: Point, b: Point, mode: Mode) -> Way:
    """The way between two points."""
    if a == b:
        return STAY
    found = leg(a, b, (mode,))
    return Way(found.minutes, found.metres, estimated=True)
