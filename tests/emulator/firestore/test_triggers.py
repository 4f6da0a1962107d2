"""Document triggers: which events reach which function, with what in them."""

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, NamedTuple

import pytest
from google.cloud import firestore
from google.cloud.firestore import Client
from google.cloud.firestore_v1.types import common, document

from emulator.firestore.testing import Emulator, running
from emulator.firestore.triggers import compile_pattern
from tests.emulator.firestore.support import client_of

PREFIX = "google.cloud.firestore.document.v1."


class Event(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Function(BaseHTTPRequestHandler):
    """A function that fails as often as it is told to, and keeps what it got."""

    events: ClassVar[queue.Queue[Event]] = queue.Queue()
    failures: ClassVar[list[int]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.failures.pop() if self.failures else 204
        if status == 204:
            self.events.put(Event(self.path, {key.lower(): value for key, value in self.headers.items()}, body))
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the tests read the events."""


@pytest.fixture(scope="module")
def functions() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Function)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def triggered(functions: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    triggers = [
        {"type": PREFIX + kind, "document": "trips/{trip}", "url": f"{functions}/{kind}"}
        for kind in ("created", "updated", "deleted")
    ]
    triggers.append({"type": PREFIX + "written", "document": "trips/{trip}/{rest=**}", "url": f"{functions}/below"})
    path = tmp_path_factory.mktemp("triggers") / "triggers.json"
    path.write_text(json.dumps(triggers))
    with running(extra=("--triggers", str(path))) as emulator:
        yield emulator


@pytest.fixture
def client(triggered: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    yield from client_of(triggered, monkeypatch)


def next_event() -> Event:
    return Function.events.get(timeout=60)


def split(body: bytes) -> dict[int, bytes]:
    """The length-delimited fields of a message, by number."""
    fields, at = {}, 0
    while at < len(body):
        number, at = body[at] >> 3, at + 1
        size = shift = 0
        while True:
            byte, at = body[at], at + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        fields[number], at = body[at : at + size], at + size
    return fields


def value_of(event: Event, number: int) -> document.Document:
    return document.Document.deserialize(split(event.body)[number])


def test_created_updated_deleted(client: Client) -> None:
    trip = client.document("trips/kyoto")
    trip.set({"n": 1, "m": {"a": 1, "b": 1}, "long": "x" * 300})
    created = next_event()
    assert created.path == "/created"
    assert value_of(created, 1).fields["n"].integer_value == 1
    assert set(split(created.body)) == {1}
    trip.update({"n": 2, "m.a": 2, "long": firestore.DELETE_FIELD})
    updated = next_event()
    assert updated.path == "/updated"
    assert value_of(updated, 1).fields["n"].integer_value == 2
    assert value_of(updated, 2).fields["n"].integer_value == 1
    assert list(common.DocumentMask.deserialize(split(updated.body)[3]).field_paths) == ["long", "m.a", "n"]
    trip.delete()
    deleted = next_event()
    assert deleted.path == "/deleted"
    assert set(split(deleted.body)) == {2}


def test_attributes(client: Client) -> None:
    client.document("trips/kyoto").set({})
    headers = next_event().headers
    assert headers["ce-type"] == PREFIX + "created"
    assert headers["ce-source"] == f"//firestore.googleapis.com/projects/{client.project}/databases/(default)"
    assert headers["ce-subject"] == "documents/trips/kyoto"
    assert headers["ce-specversion"] == "1.0"
    assert headers["content-type"] == "application/protobuf"
    assert (headers["ce-document"], headers["ce-project"], headers["ce-database"]) == (
        "trips/kyoto",
        client.project,
        "(default)",
    )
    assert headers["ce-time"].endswith("Z")
    assert headers["ce-id"]


def test_a_set_that_changes_nothing_is_no_event(client: Client) -> None:
    trip = client.document("trips/kyoto")
    trip.set({"n": 1})
    trip.set({"n": 1})
    trip.update({"n": 2})
    assert [next_event().path for _ in range(2)] == ["/created", "/updated"]


def test_a_failed_delivery_is_repeated(client: Client) -> None:
    Function.failures.extend([500, 503])
    client.document("trips/kyoto").set({})
    assert next_event().path == "/created"
    assert not Function.failures


def test_below_a_document(client: Client) -> None:
    client.document("trips/kyoto/days/1/stops/2").set({})
    event = next_event()
    assert event.path == "/below"
    assert event.headers["ce-type"] == PREFIX + "written"


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("users/{id}", "users/a", True),
        ("users/{id}", "users/a/b/c", False),
        ("users/a.b", "users/axb", False),
        ("users/{id}/{rest=**}", "users/a/b/c", True),
        ("users/{id}/{rest=**}", "users/a", False),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    assert bool(compile_pattern(pattern).match(path)) == matches
