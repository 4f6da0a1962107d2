"""WebChannel over real sockets: handshake, both directions, what happens when connections break."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from channel import Array, Channel, frames
from tokens import OWNER, bearer

Open = Callable[..., Channel]


@pytest.fixture
def listening(http: httpx.Client, database: str) -> Iterator[Open]:
    """Opens a Listen channel whose first message follows the collection `c`."""
    channels: list[Channel] = []

    def start(**options: Any) -> Channel:
        channels.append(Channel(http, "Listen", messages=[follow(database)], **options))
        return channels[-1]

    yield start
    for channel in channels:
        channel.terminate()


@pytest.fixture
def put(http: httpx.Client, documents: str) -> Callable[..., None]:
    def write(path: str, value: str = "") -> None:
        body = {"fields": {"v": {"stringValue": value}}}
        assert http.patch(f"{documents}/{path}", json=body, headers=OWNER).status_code == 200

    return write


def follow(database: str, target: int = 2) -> dict[str, Any]:
    query = {"structuredQuery": {"from": [{"collectionId": "c"}]}, "parent": f"{database}/documents"}
    return {"database": database, "addTarget": {"query": query, "targetId": target}}


def changed(found: Iterator[Array], name: str) -> Array:
    """The first array that shows this document."""
    return next(each for each in found if shown(each) == name)


def shown(array: Array) -> str | None:
    change = array[1][0].get("documentChange") if isinstance(array[1][0], dict) else None
    return change and change["document"]["name"].rpartition("/documents/")[2]


def test_handshake(listening: Open) -> None:
    channel = listening()
    assert frames(channel.handshake.text) == [[[0, ["c", channel.id, "", 8, 12, 30000]]]]
    assert channel.handshake.headers["content-type"].startswith("text/plain")


def test_a_stream_of_changes(listening: Open, put: Callable[..., None]) -> None:
    put("c/a", "naïve 日本語 😀")
    with listening().back() as found:
        first = [next(found) for _ in range(3)]
        kinds = [key for _, (message,) in first if isinstance(message, dict) for key in message]
        assert "targetChange" in kinds
        numbers = [number for number, _ in first]
        assert numbers == list(range(numbers[0], numbers[0] + 3))
        assert "documentChange" in kinds or changed(found, "c/a")
        put("c/b", "x" * 70_000)
        assert len(changed(found, "c/b")[1][0]["documentChange"]["document"]["fields"]["v"]["stringValue"]) == 70_000


def test_messages_of_a_later_request(listening: Open, http: httpx.Client, database: str) -> None:
    channel = Channel(http, "Listen")
    with channel.back() as found:
        assert next(found) == [1, ["noop"]]
        (reply,) = frames(channel.send(follow(database, 7)).text)
        assert reply[0] == 1
        assert next(found)[1][0]["targetChange"]["targetIds"] == [7]
    channel.terminate()


def test_the_reply_tells_what_is_under_way(listening: Open, database: str) -> None:
    channel = listening()
    last = channel.poll()[-1][0]
    (reply,) = frames(channel.send(acknowledged=last).text)
    assert reply == [0, last, 0]
    (reply,) = frames(channel.send(follow(database, 4), acknowledged=last).text)
    assert channel.poll(last)
    (reply,) = frames(channel.send(acknowledged=last).text)
    assert reply[1] > last
    assert reply[2] > 0


def test_what_was_not_acknowledged_is_sent_again(listening: Open, put: Callable[..., None]) -> None:
    channel = listening()
    put("c/a")
    with channel.back() as found:
        seen = [next(found)]
        while shown(seen[-1]) != "c/a":
            seen.append(next(found))
    put("c/b")
    with channel.back() as found:
        assert [next(found) for _ in seen] == seen
        later = changed(found, "c/b")
    with channel.back(acknowledged=later[0] - 1) as found:
        assert next(found) == later
    with channel.back(acknowledged=later[0]) as found:
        put("c/d")
        assert next(found)[0] > later[0]


def test_the_latest_back_channel_takes_over(listening: Open, put: Callable[..., None]) -> None:
    channel = listening()
    with channel.back() as old:
        first = next(old)
        with channel.back() as new:
            assert next(new) == first
            put("c/a")
            changed(new, "c/a")
            assert all(shown(each) != "c/a" for each in old), "the old one must end"


def test_a_client_that_cannot_stream(listening: Open, put: Callable[..., None]) -> None:
    channel = listening()
    acknowledged, seen = 0, []
    put("c/a")
    while "c/a" not in map(shown, seen):
        seen = channel.poll(acknowledged)
        acknowledged = seen[-1][0]
    noops: list[Array] = []
    while not noops:
        noops = [each for each in channel.poll(acknowledged, TO="50") if each[1] == ["noop"]]
        acknowledged = (noops or [[acknowledged]])[-1][0]
    assert len(noops) == 1


def test_a_quiet_stream_is_kept_alive(listening: Open) -> None:
    channel = listening()
    acknowledged = channel.poll()[-1][0]
    with channel.back(acknowledged, TO="50") as found:
        assert [next(each for each in found if each[1] == ["noop"]) for _ in range(3)]


def test_a_resent_write_is_done_once(http: httpx.Client, documents: str, database: str) -> None:
    channel = Channel(http, "Write", messages=[{"database": database}])
    acknowledged, (message,) = channel.poll()[-1]
    write = {
        "update": {"name": f"{database}/documents/c/a"},
        "updateMask": {},
        "updateTransforms": [{"fieldPath": "n", "increment": {"integerValue": 1}}],
    }
    request = {"streamToken": message["streamToken"], "writes": [write]}
    channel.send(request)
    ((number, (result,)),) = channel.poll(acknowledged)
    assert result["writeResults"][0]["transformResults"] == [{"integerValue": "1"}]
    assert channel.send(request, offset=1).status_code == 200
    channel.send(request, offset=2)
    ((_, (result,)),) = channel.poll(number)
    assert result["writeResults"][0]["transformResults"] == [{"integerValue": "2"}]
    assert channel.send(request, offset=9).status_code == 400
    channel.terminate()


def test_unknown_and_terminated_sessions(listening: Open) -> None:
    channel = listening()
    answer = channel.terminate()
    assert (answer.status_code, answer.content) == (200, b"")
    assert channel.terminate().status_code == 200
    for after in (channel.send(), channel.get(RID="rpc")):
        assert after.status_code == 400
        assert "Unknown SID" in after.text


def test_terminating_ends_the_back_channel(listening: Open) -> None:
    channel = listening()
    with channel.back() as found:
        next(found)
        channel.terminate()
        assert isinstance(list(found), list)


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


def test_other_paths(http: httpx.Client) -> None:
    assert http.get("/google.firestore.v1.Firestore/Listen/channel?VER=8&RID=1").status_code == 400
    assert http.post("/google.firestore.v1.Firestore/Get/channel").status_code == 404


def test_a_long_stream_changes_its_back_channel(listening: Open, put: Callable[..., None]) -> None:
    """Only with a new back channel does a client that streams acknowledge what it has."""
    channel = listening()
    for number in range(6):
        put(f"c/{number}", "x" * 900_000)
    acknowledged, seen, rounds = 0, set(), 0
    while len(seen) < 6:
        rounds += 1
        with channel.back(acknowledged) as found:
            for array in found:
                assert array[0] == acknowledged + 1
                acknowledged = array[0]
                seen.add(shown(array))
                seen.discard(None)
                if len(seen) == 6:
                    break
    assert rounds > 1
