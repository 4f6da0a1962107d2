"""Generations worked on in this process, by the cloud's own stand-in."""

from collections.abc import Callable, Iterator

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.gemini.testing import StandIn
from emulator.testing import LocalCloud
from tests.generation.trial import Trial
from tests.generation.worker import MortalGemini


@pytest.fixture
def gemini(cloud: LocalCloud) -> Iterator[StandIn]:
    standin = StandIn(cloud.address("gemini"))
    standin.reset()
    yield standin
    standin.reset()
    standin.http.close()


@pytest.fixture
def trial(person: Callable[..., Session], database: Client, gemini: StandIn) -> Iterator[Callable[[], Trial]]:
    ana, mortal = person(), MortalGemini(gemini.url)
    yield lambda: Trial(database, ana, mortal)
    mortal.client.close()
