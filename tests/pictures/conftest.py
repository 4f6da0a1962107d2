"""Our pictures: what is logged names the project; a stand-in for Cloud Vision of their own."""

from collections.abc import Callable, Iterator

import pytest

from clients.python.session import Session
from emulator.testing import LocalCloud
from emulator.vision.testing import StandIn, at, standin
from tests.pictures.workers import Worker
from tests.support.people import make_trip
from tests.support.standins import local

__all__ = ["local"]


@pytest.fixture(scope="session")
def running_vision() -> Iterator[StandIn]:
    with standin() as one:
        yield one


@pytest.fixture
def vision(running_vision: StandIn) -> StandIn:
    running_vision.reset()
    return running_vision


@pytest.fixture
def worker(cloud: LocalCloud, person: Callable[..., Session]) -> Worker:
    """Ana, who plans a trip to Kyoto."""
    ana = person()
    trip_id = make_trip(ana, destinations=["Kyoto"], startDate="2027-04-02", endDate="2027-04-05")
    return Worker(cloud.project, ana, trip_id)


@pytest.fixture
def eye(cloud: LocalCloud) -> Iterator[StandIn]:
    """The stand-in that the local cloud's functions ask."""
    with at(cloud.address("vision")) as one:
        one.reset()
        yield one
        one.reset()
