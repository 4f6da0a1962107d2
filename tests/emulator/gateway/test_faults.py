"""A header of a request to a function orders faults of the model that the function asks."""

from collections.abc import Iterator

import httpx
import pytest

from emulator.gemini.testing import StandIn
from emulator.testing import LocalCloud, local_cloud


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with local_cloud({"gateway", "gemini"}) as running:
        yield running


def test_a_header_orders_faults_for_what_the_function_asks(cloud: LocalCloud) -> None:
    model = StandIn(cloud.address("gemini"))
    assert httpx.get(cloud.url("health"), headers={"x-travvy-fault": "503@2"}).status_code == 200
    body = {"contents": [{"parts": [{"text": "Rome"}]}]}
    path, key = "/v1beta/models/gemini-2.5-flash:generateContent", {"x-goog-api-key": "local"}
    statuses = [model.http.post(path, json=body, headers=key).status_code for _ in range(3)]
    model.http.close()
    assert statuses == [200, 503, 200]


def test_an_unknown_fault_is_refused_before_the_function_runs(cloud: LocalCloud) -> None:
    answer = httpx.get(cloud.url("health"), headers={"x-travvy-fault": "gremlin"})
    assert answer.status_code == 400 and "Unknown fault" in answer.json()["error"]["message"]
