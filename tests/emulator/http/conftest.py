"""The emulator as HTTP clients see it: a real process, a project of its own for each test."""

import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from emulator.firestore.testing import Emulator, running

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with running(extra=("--log-level", "ERROR")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def http(emulator: Emulator) -> Iterator[httpx.Client]:
    """Requests of nobody in particular."""
    with httpx.Client(base_url=emulator.url, timeout=10) as client:
        yield client


@pytest.fixture
def project() -> str:
    return f"demo-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def database(project: str) -> str:
    """The full name of a database that nobody else uses."""
    return f"projects/{project}/databases/(default)"


@pytest.fixture
def documents(database: str) -> str:
    """The path of its documents in the REST API."""
    return f"/v1/{database}/documents"
