"""Fixtures that several directories share: their `conftest.py` imports what it wants."""

from collections.abc import Iterator

import pytest

from emulator.gemini.testing import StandIn as Gemini
from emulator.gemini.testing import standin as gemini_standin
from emulator.speech.testing import StandIn as Speech
from emulator.speech.testing import at as speech_at
from emulator.testing import LocalCloud
from shared.runtime.settings import settings


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is logged names the project."""
    monkeypatch.setenv("TRAVVY_EMULATOR", "local")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def gemini(cloud: LocalCloud) -> Iterator[Gemini]:
    """The cloud's own stand-in, fresh."""
    standin = Gemini(cloud.address("gemini"))
    standin.reset()
    yield standin
    standin.reset()
    standin.http.close()


@pytest.fixture(scope="session")
def running_gemini() -> Iterator[Gemini]:
    """One that belongs to no cloud, for each test process."""
    with gemini_standin() as one:
        yield one


@pytest.fixture
def own_gemini(running_gemini: Gemini) -> Gemini:
    """The same, fresh."""
    running_gemini.reset()
    return running_gemini


@pytest.fixture
def speech(cloud: LocalCloud) -> Iterator[Speech]:
    """The cloud's own stand-in, fresh."""
    with speech_at(cloud.address("speech")) as standin:
        standin.reset()
        yield standin
        standin.reset()
