"""One stand-in for Google Maps Platform for the tests of this directory, and what our code asks it with."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from emulator.maps.testing import StandIn, metadata, standin
from shared.cloud.breaker import Breaker
from shared.maps.asking import PATIENCE, Asking
from shared.maps.pace import Pace
from shared.travel.google import GoogleTravelTimes
from tests.support.moving_time import MovingTime
from tests.support.standins import local

__all__ = ["local"]


@pytest.fixture(scope="session")
def running() -> Iterator[StandIn]:
    with standin() as one:
        yield one


@pytest.fixture
def maps(running: StandIn) -> StandIn:
    running.reset()
    return running


@pytest.fixture
def time() -> MovingTime:
    return MovingTime()


@pytest.fixture
def asking(time: MovingTime) -> Asking:
    return make_asking(time)


@pytest.fixture
def travel(maps: StandIn, asking: Asking, time: MovingTime) -> GoogleTravelTimes:
    return GoogleTravelTimes(maps.routes, metadata, asking, time, time)


@pytest.fixture
def travel_with(maps: StandIn, time: MovingTime) -> Callable[..., GoogleTravelTimes]:
    """Travel times asked with another key or other patience."""

    def make(key: str = "local", *, per_minute: int = 1_000_000, **patience: float) -> GoogleTravelTimes:
        asking = make_asking(time, per_minute=per_minute, **patience)
        return GoogleTravelTimes(maps.routes, lambda mask: metadata(mask, key), asking, time, time)

    return make


def make_asking(time: MovingTime, per_minute: int = 1_000_000, **patience: float) -> Asking:
    breaker = Breaker("routes", monotonic=time)
    return Asking("routes", breaker, replace(PATIENCE, **patience), time.pause, time, pace=Pace(per_minute, time))
