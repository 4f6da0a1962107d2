"""What is heard, what that cost, and the question are written together; where the question is refused, the rest is."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from google.cloud.firestore import Client, FieldFilter

from clients.python.session import CallError
from emulator.speech.testing import StandIn
from shared import bootstrap
from shared.voice.requests import VoiceRequest
from tests.chat.workers import access
from tests.support.voices import in_base64, recording
from tests.support.waiting import eventually
from tests.voice.conftest import Trip

COST = 800
"""Of three seconds."""


def payments(trip: Trip, database: Client) -> int:
    """How often something was paid on the trip: for speech, and for answers of the model."""
    receipts = database.collection("quotaReceipts").where(filter=FieldFilter("tripId", "==", trip.id))
    return sum(receipt.get("what") == "costs" for receipt in receipts.stream())


def used(trip: Trip) -> list[int]:
    return [account.used.get("voices", 0) for account in bootstrap.quotas().today(trip.voter.uid, trip.id)]


def test_a_question_that_is_refused_leaves_its_recording_heard_and_paid(
    trip: Trip, speech: StandIn, database: Client
) -> None:
    thread_id = trip.say(trip.voter, recording("en-plan"))["answer"]["threadId"]
    thread = database.document(f"trips/{trip.id}/threads/{thread_id}")
    eventually(lambda: thread.get().get("waiting") == [])
    thread.update({"waiting": [f"answer-{number}" for number in range(20)]})
    before = payments(trip, database)
    fields = {"threadId": thread_id, "requestId": uuid.uuid4().hex}
    with pytest.raises(CallError) as refused:
        trip.say(trip.voter, recording("en-plan"), **fields)
    assert refused.value.reason == "THREAD_BUSY"
    assert [voice["state"] for voice in trip.voices()] == ["heard", "heard"]
    assert (payments(trip, database), used(trip)) == (before + 1, [1, 1])
    thread.update({"waiting": []})
    assert trip.say(trip.voter, recording("en-plan"), **fields)["state"] == "asked"
    assert (len(speech.requests()), used(trip)) == (2, [2, 2])


def test_what_was_heard_first_counts_and_is_asked_and_paid_once(
    trip: Trip, speech: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two listen when the first one's claim ends too early."""
    monkeypatch.setattr("shared.voice.rules.CLAIM", timedelta(0))
    fields = {"tripId": trip.id, "audio": in_base64(recording("en-plan")), "languages": ["en-US"]}
    request = VoiceRequest.model_validate({**fields, "requestId": uuid.uuid4().hex}, strict=False)
    speech.order("slow:2")
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(bootstrap.voices().say, access(trip.voter, trip), request)
        eventually(speech.requests)
        speech.record("doubtful")
        second = bootstrap.voices().say(access(trip.voter, trip), request)
        said = first.result()
    assert second.understood == said.understood
    assert said.understood and said.understood.because == "doubtful"
    costs = [account.costs.micro_usd for account in bootstrap.quotas().today(trip.voter.uid, trip.id)]
    assert (len(speech.requests()), costs, trip.threads()) == (2, [COST] * 2, [])


def test_several_at_once_are_each_charged(trip: Trip, speech: StandIn) -> None:
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: trip.say(trip.voter, recording("en-plan")), range(6)))
    assert {one["state"] for one in told} == {"asked"}
    assert (len(speech.requests()), used(trip)) == (6, [6, 6])
