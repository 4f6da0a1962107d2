"""Our pictures: what is logged names the project; a stand-in for Cloud Vision of their own."""

from collections.abc import Iterator

import pytest

from emulator.vision.testing import StandIn, standin
from shared.runtime.settings import settings


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TRAVVY_EMULATOR", "local")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(scope="session")
def running_vision() -> Iterator[StandIn]:
    with standin() as one:
        yield one


@pytest.fixture
def vision(running_vision: StandIn) -> StandIn:
    running_vision.reset()
    return running_vision
