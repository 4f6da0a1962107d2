"""One stand-in process for each test process; every test finds it without faults."""

from collections.abc import Iterator

import pytest

from emulator.gemini.testing import StandIn, standin


@pytest.fixture(scope="session")
def running_gemini() -> Iterator[StandIn]:
    with standin() as one:
        yield one


@pytest.fixture
def gemini(running_gemini: StandIn) -> StandIn:
    running_gemini.reset()
    return running_gemini
