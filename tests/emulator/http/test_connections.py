"""HTTP/1.1 itself, over bare sockets: keep-alive, limits, and what a broken peer can do to others (nothing)."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client

from emulator.firestore.testing import Emulator

Connect = Callable[[], socket.socket]
GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@pytest.fixture
def connect(emulator: Emulator) -> Iterator[Connect]:
    host, port = emulator.address.split(":")
    with ExitStack() as stack:
        yield lambda: stack.enter_context(socket.create_connection((host, int(port)), timeout=60))


def everything(peer: socket.socket) -> bytes:
    """What the peer sends until it closes the connection."""
    received = b""
    try:
        while data := peer.recv(65536):
            received += data
    except ConnectionResetError:
        pass
    return received


def until(peer: socket.socket, end: bytes) -> bytes:
    received = b""
    while not received.endswith(end):
        data = peer.recv(65536)
        assert data, received
        received += data
    return received


def test_one_connection_serves_many_requests_in_order(connect: Connect) -> None:
    peer = connect()
    peer.sendall(GET * 2 + b"GET /nowhere HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    statuses = [line for line in everything(peer).split(b"\r\n") if line.startswith(b"HTTP/1.1") or b"HTTP/1.1" in line]
    assert [status.rpartition(b"HTTP/1.1 ")[2][:3] for status in statuses] == [b"200", b"200", b"404"]


def test_a_request_may_come_byte_by_byte(connect: Connect) -> None:
    peer = connect()
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in GET:
        peer.sendall(bytes([byte]))
    assert until(peer, b"Ok\n").startswith(b"HTTP/1.1 200 OK\r\n")


def test_http_1_0_is_answered_and_closed(connect: Connect) -> None:
    peer = connect()
    peer.sendall(b"GET / HTTP/1.0\r\n\r\n")
    assert everything(peer).endswith(b"Ok\n")


def test_a_client_may_wait_for_permission_to_send(connect: Connect) -> None:
    peer = connect()
    peer.sendall(b"POST /reset-not HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert until(peer, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    peer.sendall(b"{}")
    assert until(peer, b"Not Found\n").startswith(b"HTTP/1.1 404")


def test_a_body_in_chunks(http: httpx.Client, documents: str) -> None:
    answer = http.post(f"{documents}/c?documentId=a", content=iter([b'{"fields": {"n": ', b'{"integerValue": 1}}}']))
    assert answer.json()["fields"] == {"n": {"integerValue": "1"}}


def test_a_head_without_its_body(http: httpx.Client) -> None:
    answer = http.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


def test_too_large_a_body_is_refused_and_the_connection_goes_on(connect: Connect) -> None:
    peer = connect()
    size = 12 * 1024 * 1024
    peer.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % size)
    peer.sendall(b"x" * size)
    assert until(peer, b"bytes.\n").startswith(b"HTTP/1.1 413")
    peer.sendall(GET)
    assert until(peer, b"Ok\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"\x00\x01\x02\r\n\r\n", b"400", id="bytes"),
        pytest.param(b"PRX / HTTP/1.1\r\n\x00\r\n\r\n", b"400", id="nearly a preface"),
        pytest.param(b"GET / HTTP/1.1\r\nno colon here\r\n\r\n", b"400", id="header"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", b"400", id="no host"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", b"400", id="length"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400", id="chunk"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 100_000, b"431", id="endless header"),
        pytest.param(PREFACE + b"\xff" * 64, b"", id="HTTP/2 frame"),
        pytest.param(b"PRI * HTTP/9.9\r\n\r\nXX\r\n\r\n" + b"\x00" * 64, b"", id="HTTP/2 preface"),
        pytest.param(PREFACE + b"\x00\x00\x04\x09\x00\x00\x00\x00\x01\x00\x00\x00\x00", b"", id="HTTP/2 continuation"),
    ],
)
def test_a_malformed_frame_ends_that_connection_and_no_other(
    connect: Connect,
    emulator: Emulator,
    documents: str,
    monkeypatch: pytest.MonkeyPatch,
    project: str,
    sent: bytes,
    status: bytes,
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
    client = Client(project, credentials=AnonymousCredentials())
    document = client.document("c/a")
    document.set({"n": 1})
    bystander, half, broken = connect(), connect(), connect()
    bystander.sendall(GET)
    until(bystander, b"Ok\n")
    half.sendall(GET[:10])

    broken.sendall(sent)
    received = everything(broken)

    if status:
        assert received.startswith(b"HTTP/1.1 " + status)
    bystander.sendall(GET)
    assert until(bystander, b"Ok\n")
    half.sendall(GET[10:])
    assert until(half, b"Ok\n")
    assert document.get().to_dict() == {"n": 1}
    client.close()


def test_many_connections_at_once(http: httpx.Client, connect: Connect) -> None:
    peers = [connect() for _ in range(100)]
    for peer in peers:
        peer.sendall(GET)
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda peer: until(peer, b"Ok\n"), peers))


def test_pages_of_any_origin_may_ask(http: httpx.Client, documents: str) -> None:
    origin = {"Origin": "http://localhost:3000"}
    asked = {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,x-goog-api-client",
    }
    for path in (f"{documents}:commit", "/google.firestore.v1.Firestore/Listen/channel", "/any/where"):
        preflight = http.options(path, headers=origin | asked)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert preflight.headers["access-control-allow-credentials"] == "true"
        assert preflight.headers["access-control-allow-methods"] == "DELETE, GET, HEAD, PATCH, POST, PUT"
        assert preflight.headers["access-control-allow-headers"] == "authorization,x-goog-api-client"
        assert int(preflight.headers["access-control-max-age"]) > 0
    for answer in (http.get("/", headers=origin), http.get(f"{documents}/no/one", headers=origin)):
        assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"
        assert answer.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-origin" not in http.get("/").headers
