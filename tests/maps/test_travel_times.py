"""Matrices of Google: what is asked, what comes back, what is remembered."""

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest

from emulator.maps.testing import StandIn
from shared.places.travel import Mode, Point, leg
from shared.travel.builtin import EstimatedTravelTimes
from shared.travel.google import ATTRIBUTION, MOST_PER_MATRIX, GoogleTravelTimes
from shared.travel.times import UNREACHABLE, Fare
from tests.support.moving_time import MovingTime

ROME = (41.89, 12.49)


def around(count: int, centre: Point = ROME) -> list[Point]:
    return [(centre[0] + number * 0.001, centre[1] + number % 7 * 0.002) for number in range(count)]


def test_minutes_and_metres_of_every_pair(travel: GoogleTravelTimes) -> None:
    points = around(3)
    table = travel.matrix(points, "walk")
    assert [table.ways[i][i].minutes for i in range(3)] == [0, 0, 0]
    assert table.metres[0][1] == pytest.approx(111 + 166, abs=3)
    assert table.minutes[0][1] == 4
    assert not table.estimated and table.attributions == (ATTRIBUTION,) and not list(table.unreachable())


def test_a_way_may_take_longer_than_back(travel: GoogleTravelTimes) -> None:
    table = travel.matrix(around(2), "drive")
    assert table.minutes[1][0] > table.minutes[0][1]


@pytest.mark.parametrize(
    ("count", "mode", "units"),
    [
        (25, "walk", [625]),
        (26, "walk", [24 * 26, 2 * 26]),
        (26, "drive", [24 * 26, 2 * 26]),
        (10, "transit", [100]),
        (11, "transit", [9 * 11, 2 * 11]),
        (2, "walk", [4]),
        (1, "walk", []),
        (0, "walk", []),
    ],
)
def test_requests_stay_below_the_limits(
    travel: GoogleTravelTimes, maps: StandIn, count: int, mode: Mode, units: list[int]
) -> None:
    table = travel.matrix(around(count), mode)
    assert maps.units() == units
    assert not table.estimated and len(table.ways) == count


def test_only_what_is_read_is_paid_for(travel: GoogleTravelTimes, maps: StandIn) -> None:
    travel.matrix(around(2), "walk")
    travel.matrix(around(2), "transit")
    fields = "originIndex,destinationIndex,status,condition,distanceMeters,duration"
    assert [one["mask"] for one in maps.requests()] == [fields, f"{fields},travelAdvisory.transitFare"]


def test_public_transport_tells_its_fare(travel: GoogleTravelTimes) -> None:
    ways = travel.matrix(around(2), "transit").ways
    assert ways[0][1].fare == Fare(200, "EUR") and ways[0][0].fare is None


def test_pairs_without_a_way_are_named(travel: GoogleTravelTimes) -> None:
    table = travel.matrix([ROME, (ROME[0], ROME[1] + 0.01), (48.85, 2.35)], "walk")
    assert list(table.unreachable()) == [(0, 2), (1, 2), (2, 0), (2, 1)]
    assert table.minutes[0][2] == UNREACHABLE and not table.estimated


def test_the_same_point_twice_is_asked_once(travel: GoogleTravelTimes, maps: StandIn) -> None:
    a, b = around(2)
    table = travel.matrix([a, b, a, b, a], "walk")
    assert maps.units() == [4]
    assert table.minutes[0][2] == 0 and table.minutes[0][1] == table.minutes[2][3] > 0


def test_what_is_known_is_not_asked_again(travel: GoogleTravelTimes, maps: StandIn) -> None:
    points = around(6)
    whole = travel.matrix(points, "walk")
    part = travel.matrix(points[2:5], "walk")
    assert maps.units() == [36]
    assert part.minutes == tuple(row[2:5] for row in whole.minutes[2:5])
    assert part.attributions == (ATTRIBUTION,)


def test_of_a_new_point_only_its_own_ways_are_asked(travel: GoogleTravelTimes, maps: StandIn) -> None:
    points = around(8)
    travel.matrix(points[:7], "walk")
    travel.matrix(points, "walk")
    assert maps.units() == [49, 7, 7]


def test_nothing_is_remembered_for_longer_than_it_may_be(
    travel: GoogleTravelTimes, maps: StandIn, time: MovingTime
) -> None:
    travel.matrix(around(3), "walk")
    time.seconds += 599
    travel.matrix(around(3), "walk")
    assert maps.units() == [9]
    time.seconds += 2
    travel.matrix(around(3), "walk")
    assert maps.units() == [9, 9]


def test_equal_questions_at_the_same_time_are_one(travel: GoogleTravelTimes, maps: StandIn) -> None:
    maps.order("slow:0.3")
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(travel.matrix(around(5), "drive"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert maps.units() == [25]
    assert len(answers) == 6 and all(answer == answers[0] for answer in answers)


def test_what_would_cost_too_much_is_estimated(travel: GoogleTravelTimes, maps: StandIn) -> None:
    points = around(MOST_PER_MATRIX // 40 + 1)
    table = travel.matrix(points, "walk")
    assert maps.units() == [] and table.estimated and table.attributions == ()
    assert table == EstimatedTravelTimes().matrix([(round(a, 5), round(b, 5)) for a, b in points], "walk")


@pytest.mark.parametrize("away", [timedelta(days=-400), timedelta(hours=1), timedelta(days=99), timedelta(days=900)])
def test_timetables_are_asked_within_their_days(travel: GoogleTravelTimes, time: MovingTime, away: timedelta) -> None:
    """The stand-in refuses other days, as the service does."""
    when = time.now() + away
    assert not travel.matrix(around(2), "transit", when).estimated


def test_the_hour_and_the_weekday_of_a_far_day_count(travel: GoogleTravelTimes, time: MovingTime) -> None:
    night = time.now().replace(hour=3) + timedelta(days=364)
    assert list(travel.matrix(around(2), "transit", night).unreachable()) == [(0, 1), (1, 0)]
    assert not list(travel.matrix(around(2), "transit", night.replace(hour=9)).unreachable())


def test_estimates_are_symmetric_and_say_what_they_are() -> None:
    points: Sequence[Point] = around(4)
    table = EstimatedTravelTimes().matrix(points, "transit")
    assert table.estimated and table.attributions == ()
    found = leg(points[0], points[3], ("transit",))
    assert (table.minutes[0][3], table.metres[3][0]) == (found.minutes, found.metres)


def test_traffic_is_not_asked_for(travel: GoogleTravelTimes, maps: StandIn) -> None:
    """It is billed higher, and says nothing of a day weeks ahead; walkers and passengers must not name a preference."""
    travel.matrix(around(2), "drive")
    travel.matrix(around(2), "walk")
    travel.matrix(around(2), "transit")
    asked = [one["request"] for one in maps.requests()]
    assert "routing_preference: TRAFFIC_UNAWARE" in asked[0]
    assert ["routing_preference" in one for one in asked] == [True, False, False]
    assert ["departure_time" in one for one in asked] == [False, False, True]
