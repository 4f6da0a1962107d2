"""One stand-in for Cloud Vision for the tests of this directory."""

from collections.abc import Iterator

import pytest

from emulator.vision.testing import StandIn, standin


@pytest.fixture(scope="session")
def running() -> Iterator[StandIn]:
    with standin() as one:
        yield one


@pytest.fixture
def vision(running: StandIn) -> StandIn:
    running.reset()
    return running
