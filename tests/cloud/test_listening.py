"""Listening that ends when it is told to, also while Firestore is away."""

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from google.cloud.firestore import Client

from emulator.testing import LocalCloud, local_cloud
from shared.cloud.listening import listen
from tests.support.waiting import eventually


@pytest.fixture
def mortal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LocalCloud]:
    """A Firestore of its own, whose data outlive it."""
    with local_cloud(["firestore"], data=tmp_path) as running:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", running.address("firestore"))
        yield running


def test_it_ends_while_firestore_is_away_and_goes_on_when_it_is_back(mortal: LocalCloud) -> None:
    client = Client(mortal.project)
    document = client.document("notes/one")
    document.set({"n": 1})
    before = set(threading.enumerate())
    kept: Queue[Any] = Queue()
    ended: Queue[Any] = Queue()
    stop = listen(document, lambda found, *_: kept.put([one.to_dict() for one in found]))
    stops = [listen(document, lambda found, *_: ended.put(found)) for _ in range(3)]
    assert kept.get(timeout=60) == [{"n": 1}]
    for _ in stops:
        ended.get(timeout=60)

    mortal.kill("firestore")
    for each in stops:
        each()
    mortal.start("firestore")
    document.set({"n": 2})
    while kept.get(timeout=60) != [{"n": 2}]:
        pass
    assert ended.empty(), "a listener that was told to stop went on"

    mortal.kill("firestore")
    stop()
    eventually(lambda: not [one for one in threading.enumerate() if one not in before and one.is_alive()])
    client.close()
