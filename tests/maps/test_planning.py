"""Days are planned with the times that Google tells, and what is kept of it is our own."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from emulator.maps.testing import StandIn
from shared.assistant.ways import between
from shared.places.travel import Mode, Point
from shared.travel.builtin import ESTIMATED
from shared.travel.google import GoogleTravelTimes
from shared.travel.times import NO_WAY, STAY, Table, Way

ROME: dict[str, Point] = {"a": (41.89, 12.49), "b": (41.90, 12.5), "c": (41.92, 12.44)}


class Cut:
    """Travel times on islands: no way anywhere, or only by one mode."""

    def __init__(self, *open_: Mode) -> None:
        self.open = open_
        self.when: list[datetime | None] = []

    def matrix(self, points: Sequence[Point], mode: Mode, when: datetime | None = None) -> Table:
        self.when.append(when)
        way = Way(61.0, 900.0) if mode in self.open else NO_WAY
        return Table(mode, tuple(tuple(STAY if a == b else way for b in points) for a in points))


def tables(travel: Any, modes: tuple[Mode, ...] = ("walk", "transit"), longest: int | None = None) -> dict[str, Any]:
    return {mode.name: mode for mode in between([ROME], modes, longest, travel).travel.modes}


def test_the_times_of_google_are_those_of_the_problem(travel: GoogleTravelTimes, maps: StandIn) -> None:
    told, guessed = tables(travel), tables(ESTIMATED)
    assert told["transit"].metres != guessed["transit"].metres
    assert all(minutes % 5 == 0 for row in told["walk"].minutes for minutes in row)
    assert maps.units() == [9, 9]


def test_a_mode_that_goes_nowhere_is_left_out() -> None:
    found = tables(Cut("transit"))
    assert found["walk"].minutes[0][1] == float("inf") and found["transit"].minutes[0][1] == 65
    assert json.dumps(found["walk"].metres) == json.dumps([[0.0] * 3] * 3)


def test_where_nothing_goes_the_last_mode_is_estimated() -> None:
    found = tables(Cut())
    assert found["transit"].minutes == tables(ESTIMATED)["transit"].minutes
    assert found["walk"].minutes[0][1] == float("inf")


def test_nobody_walks_further_than_they_can() -> None:
    assert tables(Cut("walk", "transit"), longest=800)["walk"].minutes[0][1] == float("inf")
    assert tables(Cut("walk", "transit"), longest=900)["walk"].minutes[0][1] == 65
