"""One emulator for all tests of this directory, a queue and a target for each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from google.cloud.tasks_v2 import CloudTasksClient

from emulator.common.testing import Target, target
from emulator.tasks.testing import connected, running

LOCATION = "projects/demo-travvy/locations/us-central1"
QUICK = {"min_backoff": {"nanos": 10_000_000}, "max_backoff": {"nanos": 40_000_000}}


@pytest.fixture(scope="session")
def client() -> Iterator[CloudTasksClient]:
    """The real client, connected to an emulator of its own."""
    with running() as started, connected(started.address) as client:
        yield client


@pytest.fixture
def queue(client: CloudTasksClient) -> str:
    """The name of a new queue with tiny back-offs."""
    name = f"{LOCATION}/queues/q-{uuid.uuid4().hex}"
    client.create_queue(parent=LOCATION, queue={"name": name, "retry_config": QUICK})
    return name


@pytest.fixture
def worker() -> Iterator[Target]:
    """What the tasks are sent to."""
    with target() as server:
        yield server
