"""The engine's tests: the real Python client against a real process, a project of its own for each test."""

from collections.abc import Iterator

import pytest
from google.cloud.firestore import Client

from emulator.firestore.testing import Emulator, running
from tests.emulator.firestore.support import client_of, without_indexes


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    indexes = without_indexes(tmp_path_factory.mktemp("indexes"), "large", "huge", "packed")
    with running(indexes=indexes, index_check=False) as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    yield from client_of(emulator, monkeypatch)
