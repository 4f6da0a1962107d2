"""One stand-in for Cloud Speech-to-Text for the tests of this directory."""

from collections.abc import Iterator

import pytest

from emulator.speech.testing import StandIn, standin


@pytest.fixture(scope="session")
def running() -> Iterator[StandIn]:
    with standin() as one:
        yield one


@pytest.fixture
def speech(running: StandIn) -> StandIn:
    running.reset()
    return running
