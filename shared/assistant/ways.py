"""Travel times between everything that may be on one trip: within each destination, never between two."""

import math
from dataclasses import dataclass
from datetime import datetime

from shared.assistant.constraints import TripConstraints
from shared.itinerary import Mode, Travel
from shared.places.travel import WALK_AT_MOST_MINUTES, Point
from shared.places.travel import Mode as TravelMode
from shared.travel.builtin import ESTIMATED, estimate
from shared.travel.times import TravelTimes

STEP = 5


@dataclass(frozen=True)
class Ways:
    """Travel times, rounded up to steps of five minutes, and the number of each named point in them."""

    travel: Travel
    location: dict[str, int]


def travel_modes(constraints: TripConstraints) -> tuple[TravelMode, ...]:
    """How the group gets about in town."""
    if constraints.transport == "car":
        return ("walk", "drive")
    return ("walk",) if constraints.transport == "walk" else ("walk", "transit")


def between(
    groups: list[dict[str, Point]],
    modes: tuple[TravelMode, ...],
    longest_walk: int | None = None,
    travel_times: TravelTimes = ESTIMATED,
    when: datetime | None = None,
) -> Ways:
    """The ways between the named points of each group; points of different groups are out of reach.

    Nobody walks further than `longest_walk` metres at once (None: any distance). `when` people leave matters where
    there are timetables. Where nothing is known to go, the last mode is taken to go all the same: people have put both
    places on one trip.
    """
    names = [name for group in groups for name in group]
    minutes = {mode: [[math.inf] * len(names) for _ in names] for mode in modes}
    metres = {mode: [[0.0] * len(names) for _ in names] for mode in modes}
    base = 0
    for group in groups:
        points = list(group.values())
        found = {mode: travel_times.matrix(points, mode, when).ways for mode in modes}
        for i, a in enumerate(points):
            for j, b in enumerate(points):
                ways = {mode: rows[i][j] for mode, rows in found.items() if rows[i][j].minutes < math.inf}
                for mode, way in (ways or {modes[-1]: estimate(a, b, modes[-1])}).items():
                    metres[mode][base + i][base + j] = way.metres
                    if mode != "walk" or longest_walk is None or way.metres <= longest_walk:
                        minutes[mode][base + i][base + j] = step_up(way.minutes)
        base += len(group)
    tables = tuple(Mode(mode, tuple(map(tuple, minutes[mode])), tuple(map(tuple, metres[mode]))) for mode in modes)
    return Ways(Travel(tables, walk_up_to=WALK_AT_MOST_MINUTES), {name: at for at, name in enumerate(names)})


def step_up(minutes: float) -> int:
    """Rounded up to a step: nobody plans to the minute."""
    return math.ceil(minutes / STEP) * STEP


def step_down(minutes: float) -> int:
    return math.floor(minutes / STEP) * STEP
