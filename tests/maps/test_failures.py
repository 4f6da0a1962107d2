"""When Google does not answer, or not well: what is tried again, when it is left in peace, what is estimated."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from emulator.maps.testing import StandIn
from shared.cloud.breaker import State
from shared.maps.asking import Asking
from shared.places.travel import Point
from shared.travel.builtin import EstimatedTravelTimes
from shared.travel.google import ATTRIBUTION, GoogleTravelTimes
from shared.travel.times import Table
from tests.support.moving_time import MovingTime

POINTS: list[Point] = [(41.89, 12.49), (41.9, 12.5), (41.91, 12.48)]
Travel = Callable[..., GoogleTravelTimes]


def estimated() -> Table:
    return EstimatedTravelTimes().matrix(POINTS, "walk")


@pytest.mark.parametrize("fault", ["unavailable", "internal", "unknown", "exhausted", "cut:4"])
def test_what_passes_is_tried_again(
    travel: GoogleTravelTimes, maps: StandIn, asking: Asking, time: MovingTime, fault: str
) -> None:
    maps.order(fault)
    assert not travel.matrix(POINTS, "walk").estimated
    assert asking.asked == 2 and maps.units() == [9, 9]
    assert len(time.pauses) == 1 and 0.1 <= time.pauses[0] <= 0.25


def test_the_pause_is_the_one_the_service_asks_for(travel: GoogleTravelTimes, maps: StandIn, time: MovingTime) -> None:
    maps.order("exhausted:2.5")
    assert not travel.matrix(POINTS, "walk").estimated
    assert time.pauses == [2.5]


def test_a_pause_that_is_too_long_is_not_waited_for(
    travel: GoogleTravelTimes, asking: Asking, maps: StandIn, time: MovingTime
) -> None:
    maps.order("exhausted:40")
    assert travel.matrix(POINTS, "walk") == estimated()
    assert time.pauses == [] and asking.asked == 1


def test_attempts_end(travel: GoogleTravelTimes, asking: Asking, maps: StandIn, time: MovingTime) -> None:
    maps.order("unavailable", times=50)
    table = travel.matrix(POINTS, "walk")
    assert table == estimated() and table.estimated and table.attributions == ()
    assert asking.asked == 4 and len(time.pauses) == 3
    assert all(later > earlier / 2 for earlier, later in pairwise(time.pauses))


def test_a_slow_answer_is_given_up(travel_with: Travel, maps: StandIn) -> None:
    maps.order("slow:20", times=50)
    assert travel_with(attempt=0.2, attempts=2).matrix(POINTS, "walk") == estimated()
    assert len(maps.units()) == 2


@pytest.mark.parametrize("key", ["invalid", "restricted", ""])
def test_a_key_that_opens_nothing_is_not_tried_again(travel_with: Travel, maps: StandIn, key: str) -> None:
    travel = travel_with(key)
    assert travel.matrix(POINTS, "walk") == estimated()
    assert maps.units() == []


def test_estimates_are_not_remembered(travel: GoogleTravelTimes, maps: StandIn) -> None:
    maps.order("unavailable", times=4)
    assert travel.matrix(POINTS, "walk").estimated
    assert not travel.matrix(POINTS, "walk").estimated


@pytest.mark.parametrize("fault", ["element:3", "short:3"])
def test_pairs_that_failed_are_estimated_alone(travel: GoogleTravelTimes, maps: StandIn, fault: str) -> None:
    maps.order(fault)
    table = travel.matrix(POINTS, "walk")
    guessed = [(i, j) for i in range(3) for j in range(3) if table.ways[i][j].estimated]
    assert guessed == [(0, 1), (0, 2)], "the first three elements, of which one is no way"
    assert table.estimated and table.attributions == (ATTRIBUTION,)
    assert table.ways[0][1] == estimated().ways[0][1]
    assert not travel.matrix(POINTS, "walk").estimated, "what failed is asked again"
    assert maps.units() == [9, 2]


def test_of_several_requests_the_good_ones_count(travel: GoogleTravelTimes, maps: StandIn) -> None:
    points = [(41.8 + number * 0.002, 12.5) for number in range(26)]
    maps.order("unavailable", skip=1, times=50)
    table = travel.matrix(points, "walk")
    assert not any(way.estimated for way in table.ways[0])
    assert table.ways[25][0].estimated
    assert maps.units() == [24 * 26] + [2 * 26] * 4


def test_a_service_that_is_down_is_left_in_peace(
    travel: GoogleTravelTimes, asking: Asking, maps: StandIn, time: MovingTime
) -> None:
    maps.order("unavailable", times=50)
    travel.matrix(POINTS, "walk")
    assert asking.breaker.state is State.CLOSED
    travel.matrix(POINTS, "walk")
    assert asking.breaker.state is State.OPEN and asking.asked == 5
    for _ in range(10):
        assert travel.matrix(POINTS, "walk").estimated
    assert asking.asked == 5
    maps.reset()
    time.seconds += 5
    assert not travel.matrix(POINTS, "walk").estimated
    assert asking.breaker.state is State.CLOSED


def test_a_quota_that_is_used_up_does_not_open_the_breaker(
    travel: GoogleTravelTimes, asking: Asking, maps: StandIn
) -> None:
    maps.reset(per_minute=4)
    for _ in range(3):
        assert travel.matrix(POINTS, "walk").estimated
    assert asking.asked == 12 and asking.breaker.state is State.CLOSED


def test_we_keep_below_the_quota_ourselves(travel_with: Travel, maps: StandIn, time: MovingTime) -> None:
    travel = travel_with(per_minute=60)
    maps.reset(per_minute=60)
    first = [(41.8 + number * 0.002, 12.5) for number in range(8)]
    assert not travel.matrix(first[:7], "walk").estimated
    assert not travel.matrix(POINTS, "walk").estimated and time.pauses == []
    assert travel.matrix(first, "walk").estimated, "13 elements left, and 7 and 7 would be asked"
    assert maps.units() == [49, 9], "the service was not bothered"
    time.seconds += 60
    maps.reset(per_minute=60)
    assert not travel.matrix(first, "walk").estimated
