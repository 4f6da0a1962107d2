"""Asking the assistant: stored, answered in order and once, followed by listener and event stream, begun again."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from clients.python.session import CallError
from emulator.gemini.testing import StandIn
from tests.chat.conftest import Trip
from tests.support.waiting import eventually

LONG = " ".join(f"word{number}" for number in range(400))


def test_a_question_is_answered_in_its_thread(trip: Trip, gemini: StandIn) -> None:
    told = trip.ask(trip.voter, "Two days in Kyoto, please")
    assert told["state"] == "queued" and told["attempt"] == 1
    answer = trip.ended(told)
    assert (answer["state"], answer["role"], answer["by"]) == ("done", "assistant", trip.voter.uid)
    assert "Kyoto" in answer["text"]
    question = trip.message(told, told["questionId"])
    assert (question["text"], question["role"], question["number"]) == ("Two days in Kyoto, please", "user", 1)
    assert (trip.thread(told)["private"], trip.thread(told)["title"]) == (False, "Two days in Kyoto, please")
    assert [job["state"] for job in trip.jobs()] == ["done"]
    assert "Kyoto" not in str(trip.jobs()[0]["request"])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Deux jours à Kyoto, s'il vous plaît", "trouvé"),
        ("Zwei Tage in Kyoto, bitte", "gefunden"),
        ("Dos días en Kioto, por favor", "encontrado"),
    ],
)
def test_in_the_language_of_the_question(text: str, word: str, trip: Trip, gemini: StandIn) -> None:
    assert word in trip.ended(trip.ask(trip.voter, text))["text"]


def test_a_question_without_a_language_is_in_that_which_its_asker_prefers(trip: Trip, gemini: StandIn) -> None:
    trip.voter.call("users-update", version=trip.voter.call("users-get")["version"], language="de")
    asked = trip.ask(trip.voter, "Kyoto?")
    english = trip.ask(trip.voter, "What is open on Sunday?")
    assert (trip.message(asked)["language"], trip.message(english)["language"]) == ("de", "en")
    assert trip.message(trip.ask(trip.owner, "Kyoto?"))["language"] is None


def test_the_answer_streams_to_whoever_calls_for_it(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:0.02")
    gemini.answer({"text": LONG})
    *chunks, result = trip.voter.stream("ai-chat", tripId=trip.id, text="Tell me a lot")
    assert result["state"] == "done" and result["text"] == LONG
    assert chunks[0]["state"] == "queued" and chunks[-1]["state"] == "done"
    assert "".join(chunk["text"] for chunk in chunks) == LONG
    assert not any(chunk["restart"] for chunk in chunks)
    assert len([chunk for chunk in chunks if chunk["text"]]) >= 2


def test_a_stream_begins_anew_when_the_model_broke_off(trip: Trip, gemini: StandIn) -> None:
    gemini.order("cut")
    gemini.answer({"text": "Half of " + LONG})
    gemini.answer({"text": LONG})
    *chunks, result = trip.voter.stream("ai-chat", tripId=trip.id, text="Tell me a lot")
    shown = ""
    for chunk in chunks:
        shown = chunk["text"] if chunk["restart"] else shown + chunk["text"]
    assert shown == result["text"] == LONG


def test_a_resend_is_the_same_question(trip: Trip, gemini: StandIn) -> None:
    request_id = uuid.uuid4().hex
    first = trip.ask(trip.voter, "Hello there", requestId=request_id)
    again = trip.ask(trip.voter, "Hello there", requestId=request_id)
    assert (again["threadId"], again["messageId"]) == (first["threadId"], first["messageId"])
    trip.ended(first)
    assert len(trip.messages(first)) == 2 and len(gemini.requests()) == 1
    with pytest.raises(CallError) as caught:
        trip.ask(trip.voter, "Good evening", requestId=request_id)
    assert caught.value.reason == "REQUEST_ID_REUSED"


def test_who_asks_at_once_is_answered_in_order(trip: Trip, gemini: StandIn) -> None:
    first = trip.ask(trip.owner, "Hello there")
    people = [trip.owner, trip.editor, trip.voter] * 2
    with ThreadPoolExecutor(6) as pool:
        asked = list(
            pool.map(lambda one: trip.ask(one[1], f"Question {one[0]}", threadId=first["threadId"]), enumerate(people))
        )
    for told in asked:
        assert trip.ended(told)["state"] == "done"
    messages = trip.messages(first)
    assert [one["number"] for one in messages] == list(range(1, 15))
    assert [one["role"] for one in messages] == ["user", "assistant"] * 7
    ended = [one["updatedAt"] for one in messages if one["role"] == "assistant"]
    assert ended == sorted(ended)
    heard = [one["body"]["contents"] for one in gemini.requests()]
    assert [len(contents) for contents in heard] == [1, 3, 5, 7, 9, 11, 13]


def test_a_private_thread_is_for_who_began_it(trip: Trip, gemini: StandIn) -> None:
    told = trip.ask(trip.viewer, "Two days in Kyoto", private=True)
    assert trip.ended(told)["state"] == "done" and trip.thread(told)["private"]
    for function in ("ai-cancel", "ai-retry", "ai-regenerate"):
        with pytest.raises(CallError) as caught:
            trip.call(trip.owner, function, told)
        assert caught.value.reason == "THREAD_NOT_FOUND"
    with pytest.raises(CallError) as caught:
        trip.ask(trip.owner, "What did they ask?", threadId=told["threadId"])
    assert caught.value.reason == "THREAD_NOT_FOUND"


def test_viewers_ask_only_privately(trip: Trip, gemini: StandIn) -> None:
    shared = trip.ask(trip.owner, "Two days in Kyoto")
    for fields in ({}, {"private": False}, {"threadId": shared["threadId"]}):
        with pytest.raises(CallError) as caught:
            trip.ask(trip.viewer, "And I?", **fields)
        assert caught.value.reason == "PRIVATE_ONLY"


def test_cancel_stops_what_is_written_and_the_next_is_answered(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:0.2")
    gemini.answer({"text": LONG})
    first = trip.ask(trip.voter, "Tell me a lot")
    waits = trip.ask(trip.voter, "Tell me nothing", threadId=first["threadId"])
    last = trip.ask(trip.voter, "Two days in Kyoto", threadId=first["threadId"])
    eventually(lambda: trip.message(first)["text"])
    with pytest.raises(CallError) as caught:
        trip.call(trip.editor, "ai-cancel", first)
    assert caught.value.reason == "NOT_YOURS"
    assert trip.call(trip.owner, "ai-cancel", waits)["state"] == "cancelled"
    stopped = trip.call(trip.voter, "ai-cancel", first)
    assert stopped["state"] == "cancelled" and stopped["text"]
    assert trip.ended(last)["state"] == "done"
    eventually(lambda: all(job["state"] in ("done", "cancelled") for job in trip.jobs()))
    assert trip.message(first)["state"] == "cancelled" and LONG not in trip.message(first)["text"]
    assert trip.message(waits)["text"] == ""
    assert trip.thread(first)["waiting"] == []


def test_what_was_cancelled_is_tried_again_and_what_is_done_is_made_anew(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:0.2")
    gemini.answer({"text": LONG})
    told = trip.ask(trip.voter, "Two days in Kyoto")
    trip.call(trip.voter, "ai-cancel", told)
    with pytest.raises(CallError) as caught:
        trip.again(trip.voter, "ai-regenerate", told)
    assert caught.value.reason == "ANSWER_NOT_DONE"
    gemini.reset()
    request_id = uuid.uuid4().hex
    assert trip.call(trip.voter, "ai-retry", told, requestId=request_id)["attempt"] == 2
    assert trip.call(trip.voter, "ai-retry", told, requestId=request_id)["attempt"] == 2
    assert "Kyoto" in trip.ended(told, attempt=2)["text"]
    assert trip.call(trip.voter, "ai-retry", told, requestId=request_id)["attempt"] == 2
    with pytest.raises(CallError) as caught:
        trip.again(trip.voter, "ai-retry", told)
    assert caught.value.reason == "ANSWER_NOT_FAILED"
    with pytest.raises(CallError) as caught:
        trip.again(trip.owner, "ai-regenerate", told)
    assert caught.value.reason == "NOT_YOURS"
    gemini.answer({"text": "Something else"})
    assert trip.again(trip.voter, "ai-regenerate", told)["attempt"] == 3
    assert trip.ended(told, attempt=3)["text"] == "Something else"
    assert len(trip.messages(told)) == 2


def test_who_left_the_trip_is_answered_no_more(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:0.5")
    gemini.answer({"text": LONG})
    first = trip.ask(trip.owner, "Tell me a lot")
    told = trip.ask(trip.voter, "Two days in Kyoto", threadId=first["threadId"])
    trip.owner.call("trips-member-remove", tripId=trip.id, uid=trip.voter.uid)
    trip.call(trip.owner, "ai-cancel", first)
    answer = trip.ended(told)
    assert (answer["state"], answer["error"]["reason"]) == ("failed", "TRIP_NOT_FOUND")
