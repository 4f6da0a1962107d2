"""WebChannel over real sockets: handshake, both directions, what happens when connections break."""

from collections.abc import Callable

import httpx

from tests.emulator.http.channel import Array, Channel, changed, follow, frames, shown

Open = Callable[..., Channel]


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
        # What is not acknowledged is sent again at once, so whatever came is.
        found = channel.poll(acknowledged, TO="50")
        noops = [each for each in found if each[1] == ["noop"]]
        acknowledged = found[-1][0] if found else acknowledged
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


def test_terminating_ends_the_back_channel(listening: Open) -> None:
    channel = listening()
    with channel.back() as found:
        next(found)
        channel.terminate()
        assert isinstance(list(found), list)


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
