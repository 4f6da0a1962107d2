"""Whatever is sent, it is answered or cut off, nothing crashes, and others are served on. (What well-formed requests
may say is tried below HTTP, in the engine's own tests.)"""

import socket

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.firestore.testing import Emulator
from tests.emulator.http.tokens import OWNER

DOCUMENTS = "/v1/projects/demo-fuzz/databases/(default)/documents"
VERBS = ["batchGet", "batchWrite", "beginTransaction", "commit", "rollback", "listCollectionIds", "partitionQuery"]
VERBS += ["runQuery", "runAggregationQuery", "none"]
FIELDS = ["writes", "update", "verify", "fields", "structuredQuery", "from", "documents", "options", "x"]
STARTS = [b"", b"GET ", b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"]
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"

quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner),
    max_leaves=9,
)


@quick
@given(st.sampled_from(VERBS), any_json)
def test_any_json(http: httpx.Client, verb: str, body: object) -> None:
    assert http.post(f"{DOCUMENTS}:{verb}", json=body, headers=OWNER).status_code < 500


@quick
@given(st.sampled_from(["SID", "RID", "AID", "CI", "TO", "TYPE"]), st.text(max_size=5), st.binary(max_size=60))
def test_any_channel(http: httpx.Client, name: str, value: str, body: bytes) -> None:
    answer = http.post("/google.firestore.v1.Firestore/Listen/channel", params={name: value}, content=body)
    assert answer.status_code < 500


@quick
@given(st.sampled_from([*STARTS, PREFACE, PREFACE + SETTINGS]), st.binary(max_size=400))
def test_any_bytes(emulator: Emulator, http: httpx.Client, start: bytes, noise: bytes) -> None:
    host, port = emulator.address.split(":")
    with socket.create_connection((host, int(port)), timeout=60) as peer:
        try:
            peer.sendall(start + noise)
            peer.shutdown(socket.SHUT_WR)
            while peer.recv(65536):
                pass
        except (ConnectionResetError, BrokenPipeError):
            pass
    assert http.get("/").status_code == 200
