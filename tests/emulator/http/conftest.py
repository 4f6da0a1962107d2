"""The emulator as HTTP clients see it: a real process, a project of its own for each test."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from emulator.firestore.testing import Emulator, running
from tests.emulator.firestore.support import without_indexes
from tests.emulator.http.channel import Channel, follow
from tests.emulator.http.tokens import OWNER


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    indexes = without_indexes(tmp_path_factory.mktemp("indexes"), "c")
    with running(indexes=indexes, index_check=False, extra=("--log-level", "ERROR")) as emulator:
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


@pytest.fixture
def listening(http: httpx.Client, database: str) -> Iterator[Callable[..., Channel]]:
    """Opens a Listen channel whose first message follows the collection `c`."""
    channels: list[Channel] = []

    def start(**options: Any) -> Channel:
        channels.append(Channel(http, "Listen", messages=[follow(database)], **options))
        return channels[-1]

    yield start
    for channel in channels:
        channel.terminate()


@pytest.fixture
def put(http: httpx.Client, documents: str) -> Callable[..., None]:
    """Creates or replaces a document, as an administrator."""

    def write(path: str, value: str = "") -> None:
        body = {"fields": {"v": {"stringValue": value}}}
        assert http.patch(f"{documents}/{path}", json=body, headers=OWNER).status_code == 200

    return write
