"""The local cloud that tests run against: one for each test process, in memory, on free ports."""

import os

# The parts are started by fork; gRPC's handlers for that disturb the children of a process that already uses it.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

from collections.abc import Callable, Iterator

import pytest
from google.cloud.firestore import Client

from clients.python.backend import Backend
from clients.python.session import Session
from emulator.layout import PARTS
from emulator.testing import LocalCloud, local_cloud
from shared.cloud import firestore
from shared.runtime.settings import settings
from tests.support.people import sign_in


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    """What `make run` starts, but no schedule fires by itself. This process's own clients are led to it too."""
    with local_cloud([part for part in PARTS if part != "scheduler"]) as running:
        before = dict(os.environ)
        os.environ.update(running.environment())
        settings.cache_clear()
        firestore.client.forget()
        yield running
        os.environ.clear()
        os.environ.update(before)
        settings.cache_clear()
        firestore.client.forget()


@pytest.fixture(scope="session")
def backend(cloud: LocalCloud) -> Backend:
    return Backend.local(cloud.environment())


@pytest.fixture
def person(backend: Backend) -> Iterator[Callable[..., Session]]:
    """Makes signed-in people."""
    sessions: list[Session] = []

    def make(name: str = "Ana") -> Session:
        sessions.append(sign_in(backend, name))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def database(cloud: LocalCloud) -> Client:
    """Firestore with administrator rights, to look behind the functions."""
    return firestore.client()
