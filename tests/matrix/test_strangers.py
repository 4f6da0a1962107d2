"""A stranger learns nothing of a trip: a foreign one, a deleted one and one that never was answer alike, to the byte
and after the same calls of the database."""

import sys
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


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_no_trip_tells_a_stranger_that_it_is_there(
    world: World, counting: CountingClient, monkeypatch: pytest.MonkeyPatch, spec: FunctionSpec
) -> None:
    served = {spec.name: Function(spec, getattr(sys.modules[spec.module], spec.entry_point))}
    transport = httpx.WSGITransport(app=Gateway(world.backend.project, "us-central1", served))
    token = world.cast.token(Who.STRANGER)
    with httpx.Client(transport=transport) as http:
        monkeypatch.setattr(world, "http", http)
        answers: dict[str, Any] = {}
        for trip_id in (world.foreign, world.deleted, NEVER):
            scene = Scene(world.cast, world.template, world.database, Who.STRANGER, trip_id)
            with counting.counted() as calls:
                response = ask(world, spec, usual(spec, scene) or {}, token)
            answers[trip_id] = (*seen(response, trip_id), sorted(calls.methods))
    assert answers[world.foreign] == answers[world.deleted] == answers[NEVER]
    status, _, _, methods = answers[NEVER]
    assert status == 404
    assert methods, "the trip was not looked for"
    assert "Commit" not in methods, "a stranger's call writes"


def seen(response: httpx.Response, trip_id: str) -> tuple[int, dict[str, str], bytes]:
    """All that tells of the trip; the request's own trace, and how long the id is, do not."""
    trace = response.headers["X-Trace-Id"].encode()
    headers = {name: value for name, value in response.headers.items() if name not in ("x-trace-id", "content-length")}
    return response.status_code, headers, response.content.replace(trip_id.encode(), b"T").replace(trace, b"")
