"""The local cloud that tests run against: one for each test process, in memory, on free ports."""

import os

# The parts are started by fork; gRPC's handlers for that disturb the children of a process that already uses it.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

from pathlib import Path

# Nothing here speaks TLS, but each HTTP client reads whom to trust: one authority instead of 150 spares it 30 ms.
os.environ["SSL_CERT_FILE"] = str(Path(__file__).parent / "support" / "nobody.pem")

import gc
import threading
from collections.abc import Callable, Generator, Iterator

import pytest
from google.cloud.firestore import Client
from httpx._config import DEFAULT_TIMEOUT_CONFIG

from clients.python.backend import Backend
from clients.python.session import Session
from emulator.layout import PARTS
from emulator.testing import LocalCloud, local_cloud
from shared.cloud import firestore
from tests.support.clients import forget_clients
from tests.support.described import every_answer_described
from tests.support.people import sign_in
from tests.support.waiting import eventually

# What httpx waits for unless it is told otherwise: a busy machine may take longer than its five seconds.
for _kind in ("connect", "read", "write", "pool"):
    setattr(DEFAULT_TIMEOUT_CONFIG, _kind, 60.0)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported and collected stays until the end: the garbage collector need not go through it ever again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """At the exit of the process everything must go in the usual order."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def described() -> Iterator[None]:
    """Whatever a function answers in any test must fit the API description."""
    with every_answer_described():
        yield


@pytest.fixture(autouse=True)
def nobody_left_listening() -> Iterator[None]:
    """A listener that outlives its Firestore costs every test after it the processor."""
    before = _listeners()
    yield
    if left := _listeners() - before:
        eventually(lambda: not any(thread.is_alive() for thread in left))


def _listeners() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "Thread-ConsumeBidirectionalStream"}


@pytest.fixture(scope="session")
def running_cloud() -> Iterator[LocalCloud]:
    """What `make run` starts, but no schedule fires by itself."""
    with local_cloud([part for part in PARTS if part != "scheduler"]) as running:
        yield running


@pytest.fixture
def cloud(running_cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCloud]:
    """The local cloud, with this process's own settings and clients led to it for the length of the test."""
    for name, value in running_cloud.environment().items():
        monkeypatch.setenv(name, value)
    forget_clients()
    yield running_cloud
    forget_clients()


@pytest.fixture
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
