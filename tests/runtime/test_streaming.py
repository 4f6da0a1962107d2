"""Streaming callables, under functions-framework itself."""

import json
import threading

import pytest

from shared.runtime.event_stream import PING, EventStream

STREAM = {"Accept": "text/event-stream"}


def frames(text: str) -> list[dict]:
    parts = text.split("\n\n")
    assert parts[-1] == ""
    assert all(part.startswith("data: ") for part in parts[:-1])
    return [json.loads(part.removeprefix("data: ")) for part in parts[:-1]]


def count(counting, number: int, text: str = "", **headers: str):
    return counting.send("POST", "", json={"data": {"number": number, "text": text}}, headers=headers)


def test_chunks_and_result(counting):
    answer = count(counting, 2, **STREAM)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert frames(answer.text) == [
        {"message": {"text": "", "number": 0, "anything": None}},
        {"message": {"text": "", "number": 1, "anything": None}},
        {"result": {"text": "done", "number": 2, "anything": None}},
    ]


def test_without_streaming_there_is_only_the_result(counting):
    assert count(counting, 2).json() == {"result": {"text": "done", "number": 2, "anything": None}}


def test_an_ordinary_function_can_be_asked_for_a_stream(sample):
    answer = sample.call("echo-say", {"text": "x"}, Accept="text/event-stream")
    assert frames(answer.text) == [{"result": {"text": "x", "number": 0, "anything": None}}]


def test_failure_after_chunks_is_the_last_frame(counting):
    last = frames(count(counting, 1, "fail", **STREAM).text)[-1]
    assert last["error"]["status"] == "ABORTED"
    assert last["error"]["details"]["metadata"] == {"version": 7}


def test_unknown_failure_tells_nothing(counting):
    answer = count(counting, 1, "break", **STREAM)
    assert frames(answer.text)[-1]["error"]["status"] == "INTERNAL"
    assert "swordfish" not in answer.text


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"data":{"number":"x"}}'])
def test_failure_before_the_first_chunk_is_a_frame_of_a_200(counting, body):
    headers = {**STREAM, "Content-Type": "application/json"}
    answer = counting.send("POST", "", content=body, headers=headers)
    assert answer.status_code == 200
    assert [frame["error"]["status"] for frame in frames(answer.text)] == ["INVALID_ARGUMENT"]


def test_frames_arrive_one_by_one_and_a_vanished_client_closes_the_handler(counting):
    data = {"data": {"number": 1_000_000}}
    with counting.stream("POST", "", json=data, headers=STREAM) as answer:
        lines = answer.iter_lines()
        assert json.loads(next(lines).removeprefix("data: "))["message"]["number"] == 0
    assert counting.line(message="count-up was closed")
    assert counting.line(function="count-up", code="CANCELLED")


def test_silence_is_filled_with_pings():
    may_go_on = threading.Event()

    def slow():
        yield b"data: 1\n\n"
        may_go_on.wait()
        yield b"data: 2\n\n"

    stream = EventStream(slow(), ping_seconds=0.01)
    assert next(stream) == b"data: 1\n\n"
    assert next(stream) == PING == b": ping\n\n"
    may_go_on.set()
    assert [item for item in stream if item != PING] == [b"data: 2\n\n"]


def test_closing_frees_a_producer_that_waits_for_room():
    closed = threading.Event()

    def endless():
        try:
            while True:
                yield b"x"
        finally:
            closed.set()

    stream = EventStream(endless())
    next(stream)
    stream.close()
    assert closed.wait(10)
