"""The engine's tests: the real Python client against a real process, a project of its own for each test."""

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

from emulator.firestore.testing import Emulator, running

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with running() as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    yield from client_of(emulator, monkeypatch)


def client_of(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client in a project that nobody else uses."""
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
    client = Client(f"demo-{uuid.uuid4().hex[:12]}", credentials=AnonymousCredentials())
    yield client
    client.close()
