"""Days are planned with the times that Google tells, and what is kept of it is our own."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from emulator.maps.testing import StandIn
from shared.assistant.ways import between
from shared.places.travel import Mode, Point
from shared.planning.reading import minutes
from shared.planning.requests import OneDay, Optimise, Place
from shared.travel.builtin import ESTIMATED
from shared.travel.google import GoogleTravelTimes
from shared.travel.times import NO_WAY, STAY, Table, Way
from tests.planning.worlds import after, facts, plan, shown, sight, solver, stop, world

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


def test_a_job_plans_with_googles_times_and_keeps_our_own(travel: GoogleTravelTimes, maps: StandIn) -> None:
    """Two sights, which Google says are further apart than our estimate."""
    a, b = sight("a", 0.0), sight("b", 1.5)
    known = world(a, b)
    doc = plan({"a": stop(a, "d1"), "b": stop(b, "d1")})
    order = Optimise(scope=OneDay(day="d1"), deliver="apply")
    ours = solver(known).plans(facts(doc, known), order)[0]
    theirs = replace(solver(known), travel=travel).plans(facts(doc, known), order)[0]
    assert maps.units() and theirs.report["legs"] == ours.report["legs"] != {}
    assert (ours.report["estimated"], ours.report["attributions"]) == (True, [])
    assert (theirs.report["estimated"], theirs.report["attributions"]) == (False, ["Google Maps"])
    far = replace(solver(known), travel=Cut("walk", "transit")).plans(facts(doc, known), order)[0]
    assert far.report["legs"] == ours.report["legs"]
    times = sorted(at for _, at in shown(after(doc, far), "d1"))
    assert minutes(times[1]) - minutes(times[0]) >= a.minutes + 65


@pytest.mark.parametrize(("travel", "estimated"), [(Cut("transit"), False), (Cut(), True)])
def test_what_no_mode_reaches_is_an_estimate(travel: Cut, estimated: bool) -> None:
    a, b = sight("a", 0.0), sight("b", 1.5)
    known = world(a, b)
    given = facts(plan({"a": stop(a, "d1"), "b": stop(b)}), known)
    for order in (Optimise(scope=OneDay(day="d1"), deliver="apply"), Place(stop_id="b")):
        made = replace(solver(known), travel=travel).plans(given, order)[0]
        assert made.report["estimated"] is estimated


def test_timetables_are_asked_for_the_day_of_the_plan() -> None:
    a, b = sight("a", 0.0), sight("b", 1.5)
    known = world(a, b)
    travel = Cut("walk", "transit")
    given = facts(plan({"a": stop(a, "d1"), "b": stop(b, "d1")}), known)
    replace(solver(known), travel=travel).plans(given, Optimise(scope=OneDay(day="d1"), deliver="apply"))
    day = given.days[0]
    assert {when.date() for when in travel.when if when} == {day.date}
    assert {(when.hour, str(when.tzinfo)) for when in travel.when if when} == {(11, day.zone)}
