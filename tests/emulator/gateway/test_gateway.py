"""The gateway alone: addresses, the list, streams, many at once, its end."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

import functions
from emulator.layout import ROOT
from emulator.testing import LocalCloud, local_cloud
from shared.runtime.registry import FUNCTIONS


@pytest.fixture(scope="module")
def cloud() -> Iterator[LocalCloud]:
    with local_cloud({"gateway"}) as running:
        yield running


def test_every_function_is_listed_and_answers(cloud):
    functions.load_all()
    listed = httpx.get(f"http://{cloud.address('gateway')}/").json()["functions"]
    names = [entry["name"] for entry in listed]
    assert names == sorted(name for name, spec in FUNCTIONS.items() if spec.module.startswith("functions."))
    assert "health" in names
    with httpx.Client() as client:
        for entry in listed:
            assert entry["url"] == cloud.url(entry["name"])
            answer = client.post(entry["url"], content=b"")
            assert answer.status_code not in (200, 404, 500), entry["name"]
            assert answer.json()["error"]["status"] in ("INVALID_ARGUMENT", "UNAUTHENTICATED")


@pytest.mark.parametrize(
    "path",
    ["/demo-travvy/us-central1/nothing", "/other/us-central1/health", "/demo-travvy/europe-west1/health", "/x", "//"],
)
def test_unknown_address_is_a_canonical_error_that_a_page_may_read(cloud, path):
    answer = httpx.post(f"http://{cloud.address('gateway')}{path}", json={"data": None})
    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json()["error"]["status"] == "NOT_FOUND"


def test_many_at_once(cloud):
    with httpx.Client(limits=httpx.Limits(max_connections=64)) as client, ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: client.get(cloud.url("health")).status_code, range(256)))
    assert set(answers) == {200}


def test_a_test_cloud_can_lose_its_gateway_and_get_it_back(cloud):
    assert httpx.get(cloud.url("health")).status_code == 200
    cloud.kill("gateway")
    with pytest.raises(httpx.ConnectError):
        httpx.get(cloud.url("health"))
    cloud.start("gateway")
    assert httpx.get(cloud.url("health")).status_code == 200
    assert cloud.environment()["TRAVVY_FUNCTIONS_URL"] in cloud.url("health")
    assert any("health OK" in line for line in cloud.lines("gateway"))


@contextmanager
def gateway(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "emulator.gateway", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_runs_alone_and_ends_at_once_even_with_a_connection_open():
    with gateway("--port", "0") as process:
        word, part, address = process.stdout.readline().split()
        assert (word, part) == ("READY", "gateway")
        host, port = address.split(":")
        with socket.create_connection((host, int(port))) as idle:
            idle.sendall(
                b"POST /demo-travvy/us-central1/trips-create HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
            )
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


def test_taken_port():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with gateway("--port", str(port)) as process:
            _, complaint = process.communicate(timeout=90)
    assert process.returncode == 3
    assert len(complaint.splitlines()) == 1
    assert str(port) in complaint
