"""Generations worked on in this process, by the cloud's own stand-in."""

from collections.abc import Callable, Iterator

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.gemini.testing import StandIn
from tests.generation.trial import Trial
from tests.generation.worker import MortalGemini
from tests.support.standins import gemini

__all__ = ["gemini"]


@pytest.fixture
def trial(person: Callable[..., Session], database: Client, gemini: StandIn) -> Iterator[Callable[[], Trial]]:
    ana, mortal = person(), MortalGemini(gemini.url)
    yield lambda: Trial(database, ana, mortal)
    mortal.client.close()
