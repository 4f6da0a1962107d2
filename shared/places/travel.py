"""How long it takes to get from place to place within a destination, estimated from the distance as the crow flies.

Assumptions, and where they come from:
- Earth radius 6,371,008.8 m (mean radius, IUGG); great circle by the haversine formula.
- Streets make the way 1.3 times as long on foot and 1.4 times by vehicle: Giacomin and Levinson, "Road network
  circuity in metropolitan areas" (2015), and Boeing, "The morphology and circuity of walkable and drivable street
  networks" (2019), report averages of about 1.1 to 1.4, higher for short trips and old towns.
- Walking 4.5 km/h: just above the 1.2 m/s with which crossings are designed (US Highway Capacity Manual).
- Public transport: 9 minutes to reach the stop, wait and leave, then 20 km/h, a usual speed of city buses and trams
  mixed with metro; 50 km/h on what goes beyond 10 km, which is mostly rail.
- By car: 6 minutes to be picked up or to park, then 22 km/h in town, 60 km/h beyond 10 km.
Real routes differ: these figures are for planning a day, not for catching a train.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Mode = Literal["walk", "transit", "drive"]
Point = tuple[float, float]

EARTH_RADIUS_METRES: Final = 6_371_008.8
WALK_AT_MOST_MINUTES: Final = 25


@dataclass(frozen=True, slots=True)
class _Pace:
    detour: float
    overhead_minutes: float
    kmh: float
    far_kmh: float

    def metres(self, crow: float) -> float:
        return crow * self.detour

    def minutes(self, crow: float) -> float:
        way = self.metres(crow)
        near, far = min(way, _FAR_METRES), max(way - _FAR_METRES, 0.0)
        return self.overhead_minutes + (near / self.kmh + far / self.far_kmh) * 60 / 1000


_FAR_METRES: Final = 10_000.0
_SAME_PLACE_METRES: Final = 20.0
_PACES: Final[dict[Mode, _Pace]] = {
    "walk": _Pace(detour=1.3, overhead_minutes=0, kmh=4.5, far_kmh=4.5),
    "transit": _Pace(detour=1.4, overhead_minutes=9, kmh=20, far_kmh=50),
    "drive": _Pace(detour=1.4, overhead_minutes=6, kmh=22, far_kmh=60),
}


@dataclass(frozen=True, slots=True)
class Leg:
    """One way: whole minutes (rounded up), metres along the way, and how."""

    minutes: int
    metres: int
    mode: Mode


@dataclass(frozen=True, slots=True)
class Matrix:
    """Ways between all points; `minutes[i][j]`, `metres[i][j]` and `modes[i][j]` lead from point i to point j."""

    minutes: tuple[tuple[int, ...], ...]
    metres: tuple[tuple[int, ...], ...]
    modes: tuple[tuple[Mode, ...], ...]


def great_circle(a: Point, b: Point) -> float:
    """Metres between two (latitude, longitude) points in degrees."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half_lat, half_lng = (lat_b - lat_a) / 2, math.radians(b[1] - a[1]) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_METRES * math.asin(math.sqrt(min(h, 1.0)))


def leg(a: Point, b: Point, modes: Collection[Mode] = ("walk", "transit")) -> Leg:
    """The way from a to b by one of `modes`: on foot when allowed and under 25 minutes, else by the fastest."""
    crow = great_circle(a, b)
    if crow < _SAME_PLACE_METRES:
        return Leg(0, round(crow), "walk" if "walk" in modes else min(modes))
    walk = _PACES["walk"].minutes(crow)
    mode: Mode = (
        "walk"
        if "walk" in modes and walk < WALK_AT_MOST_MINUTES
        else min(sorted(modes), key=lambda m: _PACES[m].minutes(crow))
    )
    pace = _PACES[mode]
    return Leg(math.ceil(pace.minutes(crow)), round(pace.metres(crow)), mode)


def matrix(points: Sequence[Point], modes: Mode | Collection[Mode] = ("walk", "transit")) -> Matrix:
    """The ways between all `points` (latitude, longitude in degrees), by one mode or the best of several, as `leg`."""
    allowed: Collection[Mode] = (modes,) if isinstance(modes, str) else modes
    stay = Leg(0, 0, "walk" if "walk" in allowed else min(allowed))
    rows = [[stay] * len(points) for _ in points]
    for i, a in enumerate(points):
        for j in range(i):
            rows[i][j] = rows[j][i] = leg(a, points[j], allowed)
    return Matrix(
        minutes=tuple(tuple(one.minutes for one in row) for row in rows),
        metres=tuple(tuple(one.metres for one in row) for row in rows),
        modes=tuple(tuple(one.mode for one in row) for row in rows),
    )
