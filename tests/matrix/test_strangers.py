"""A stranger learns nothing of a trip: a foreign one, also if it has all that is asked for, a deleted one and one that
never was answer alike, whole or as a stream, to the byte and after the same calls of the database."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Timer
from typing import Any

import httpx
import pytest

from deploy import roles
from deploy.openapi import pages
from deploy.roles import Who
from emulator.gateway.routing import Function, Gateway
from emulator.testing import LocalCloud
from shared.cloud import firestore
from shared.runtime.registry import FunctionSpec
from tests.matrix.asking import ask
from tests.matrix.conftest import World
from tests.matrix.recipes import Scene, usual
from tests.support.rpcs import CountingClient

SPECS = [spec for spec in roles.clients_functions() if pages.least_role(spec)]
NEVER = "never-was-there"


@pytest.fixture
def counting(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> CountingClient:
    """The client of the functions in this process."""
    client = CountingClient(cloud.project, cloud.address("firestore"))
    monkeypatch.setattr(firestore, "client", lambda: client)
    return client


@pytest.mark.parametrize("accepted", ["*/*", "text/event-stream"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_no_trip_tells_a_stranger_that_it_is_there(
    world: World, counting: CountingClient, monkeypatch: pytest.MonkeyPatch, spec: FunctionSpec, accepted: str
) -> None:
    served = {spec.name: Function(spec, getattr(sys.modules[spec.module], spec.entry_point))}
    transport = httpx.WSGITransport(app=Gateway(world.backend.project, "us-central1", served))
    token = world.cast.token(Who.STRANGER)
    with httpx.Client(transport=transport, headers={"Accept": accepted}) as http:
        monkeypatch.setattr(world, "http", http)

        def answered(trip_id: str) -> Any:
            scene = Scene(world.cast, world.template, world.database, Who.STRANGER, trip_id)
            with counting.counted() as calls:
                response = ask(world, spec, usual(spec, scene) or {}, token)
            return (*seen(response, trip_id), sorted(calls.methods))

        trips = (world.foreign, world.template.trip_id, world.deleted, NEVER)
        answers = {trip_id: answered(trip_id) for trip_id in trips}
    assert [trip_id for trip_id, answer in answers.items() if answer != answers[NEVER]] == []
    status, headers, body, methods = answers[NEVER]
    streamed = headers["content-type"].startswith("text/event-stream")
    assert streamed == (accepted != "*/*" and spec.kind == "callable")
    assert (status, b"TRIP_NOT_FOUND" in body) == (200 if streamed else 404, True)
    assert methods, "the trip was not looked for"
    assert "Commit" not in methods, "a stranger's call writes"


def test_what_is_read_beside_something_that_fails_counts_however_late_it_begins(counting: CountingClient) -> None:
    late = Event()

    def read() -> None:
        late.wait()
        counting.document("trips", NEVER).get()

    with ThreadPoolExecutor(1) as pool, counting.counted() as calls:
        pool.submit(pool.submit, read)
        Timer(0.1, late.set).start()
    assert calls.methods == ["BatchGetDocuments"]


def seen(response: httpx.Response, trip_id: str) -> tuple[int, dict[str, str], bytes]:
    """All that tells of the trip; the request's own trace, and how long the id is, do not."""
    trace = response.headers["X-Trace-Id"].encode()
    headers = {name: value for name, value in response.headers.items() if name not in ("x-trace-id", "content-length")}
    return response.status_code, headers, response.content.replace(trip_id.encode(), b"T").replace(trace, b"")
