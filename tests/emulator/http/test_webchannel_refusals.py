"""WebChannel: who may listen, and what happens to requests that make no sense."""

import json
from collections.abc import Callable

import httpx
import pytest

from tests.emulator.http.channel import Channel
from tests.emulator.http.tokens import bearer

Open = Callable[..., Channel]


def test_unknown_and_terminated_sessions(listening: Open) -> None:
    channel = listening()
    answer = channel.terminate()
    assert (answer.status_code, answer.content) == (200, b"")
    assert channel.terminate().status_code == 200
    for after in (channel.send(), channel.get(RID="rpc")):
        assert after.status_code == 400
        assert "Unknown SID" in after.text


@pytest.mark.parametrize("way", ["form", "url", "header"])
def test_who_listens(http: httpx.Client, listening: Open, project: str, database: str, way: str) -> None:
    rules = "match /databases/{d}/documents/c/{id} { allow read: if request.auth.uid == 'alice'; }"
    content = f"rules_version = '2'; service cloud.firestore {{ {rules} }}"
    body = {"rules": {"files": [{"content": content}]}}
    http.put(f"/emulator/v1/projects/{project}:securityRules", json=body).raise_for_status()

    def cause(headers: dict[str, str]) -> int:
        lines = "".join(f"{name}:{value}\r\n" for name, value in {"X-Goog-Api-Client": "gl-js/", **headers}.items())
        if way == "header":
            http.headers.update(headers)
        channel = listening(
            form={"headers": lines} if way == "form" else {}, query={"$httpHeaders": lines} if way == "url" else {}
        )
        for name in headers:
            http.headers.pop(name, None)
        return int(channel.poll()[-1][1][0].get("targetChange", {}).get("cause", {}).get("code", 0))

    assert cause(bearer("alice")) == 0
    assert cause(bearer("bob")) == 7
    assert cause({}) == 7


def test_a_bad_token_opens_no_session(http: httpx.Client) -> None:
    path = "/google.firestore.v1.Firestore/Listen/channel?VER=8&RID=1"
    assert http.post(path, content="headers=Authorization:Bearer%20x&count=0").status_code == 400


@pytest.mark.parametrize("message", ["{", "[]", '{"unknown": 1}', '{"database": "nowhere", "removeTarget": 1}'])
def test_a_malformed_message_ends_the_stream_with_an_error(http: httpx.Client, message: str) -> None:
    channel = Channel(http, "Listen", messages=[message])
    ((_, (ending,)),) = channel.poll()
    assert (ending["error"]["code"], ending["error"]["status"]) == (400, "INVALID_ARGUMENT")
    channel.terminate()


def test_a_refused_write_ends_the_stream_with_its_error(http: httpx.Client, database: str) -> None:
    channel = Channel(http, "Write", messages=[{"database": database}])
    acknowledged = channel.poll()[-1][0]
    missing = {"delete": f"{database}/documents/c/none", "currentDocument": {"exists": True}}
    channel.send({"writes": [missing]})
    ((_, (ending,)),) = channel.poll(acknowledged)
    assert (ending["error"]["code"], ending["error"]["status"]) == (404, "NOT_FOUND")
    channel.terminate()


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("RID=1", "count=1&ofs=0"),
        ("RID=1", "count=x"),
        ("RID=1", "count=-1"),
        ("RID=1", b"\xff\xfe"),
        ("RID=1", "&".join(f"a{number}=" for number in range(6000))),
        ("RID=1", "count=1&ofs=5&req0___data__={}"),
    ],
)
def test_malformed_forms(http: httpx.Client, query: str, body: str | bytes) -> None:
    answer = http.post(f"/google.firestore.v1.Firestore/Listen/channel?VER=8&{query}", content=body)
    assert answer.status_code == 400
    assert json.loads(answer.text)["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize("number", ["x", "-1", "9" * 400, "9" * 5000])
def test_malformed_numbers(listening: Open, number: str) -> None:
    channel = listening()
    for name in ("AID", "TO"):
        answer = channel.get(**{name: number})
        assert (answer.status_code, answer.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_other_paths(http: httpx.Client) -> None:
    assert http.get("/google.firestore.v1.Firestore/Listen/channel?VER=8&RID=1").status_code == 400
    assert http.post("/google.firestore.v1.Firestore/Get/channel").status_code == 404
