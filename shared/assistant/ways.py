"""Travel times between everything that may be on one trip: within each destination, never between two."""

import math
from dataclasses import dataclass

from shared.assistant.constraints import TripConstraints
from shared.itinerary import Mode, Travel
from shared.places.travel import WALK_AT_MOST_MINUTES, Point, matrix
from shared.places.travel import Mode as TravelMode

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


def between(groups: list[dict[str, Point]], modes: tuple[TravelMode, ...], longest_walk: int | None = None) -> Ways:
    """The ways between the named points of each group; points of different groups are out of reach.

    Nobody walks further than `longest_walk` metres at once (None: any distance).
    """
    names = [name for group in groups for name in group]
    tables = []
    for mode in modes:
        minutes = [[math.inf] * len(names) for _ in names]
        metres = [[0.0] * len(names) for _ in names]
        base = 0
        for group in groups:
            found = matrix(list(group.values()), mode)
            for row, (some_minutes, some_metres) in enumerate(zip(found.minutes, found.metres, strict=True), base):
                limit = longest_walk if mode == "walk" and longest_walk is not None else math.inf
                minutes[row][base : base + len(group)] = [
                    step_up(value) if far <= limit else math.inf
                    for value, far in zip(some_minutes, some_metres, strict=True)
                ]
                metres[row][base : base + len(group)] = list(some_metres)
            base += len(group)
        tables.append(Mode(mode, tuple(map(tuple, minutes)), tuple(map(tuple, metres))))
    return Ways(Travel(tuple(tables), walk_up_to=WALK_AT_MOST_MINUTES), {name: at for at, name in enumerate(names)})


def step_up(minutes: float) -> int:
    """Rounded up to a step: nobody plans to the minute."""
    return math.ceil(minutes / STEP) * STEP


def step_down(minutes: float) -> int:
    return math.floor(minutes / STEP) * STEP
