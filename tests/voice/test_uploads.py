"""Recordings that were uploaded: short ones are heard at once, longer ones by a job, and none stays."""

import uuid
from collections.abc import Callable

import pytest

from clients.python.session import CallError
from emulator.speech.testing import StandIn
from shared import bootstrap
from tests.support.voices import made, recording, repeated, silence
from tests.support.waiting import eventually
from tests.voice.conftest import Trip


def test_a_short_upload_is_asked_at_once_and_deleted(trip: Trip, speech: StandIn) -> None:
    key = uuid.uuid4().hex
    upload = trip.upload(trip.voter, made("en-plan", "3gp"))
    speech.answer("what is planned on the second day")
    told = trip.say_uploaded(trip.voter, upload, requestId=key)
    assert (told["state"], told["transcript"]) == ("asked", "what is planned on the second day")
    assert trip.uploads(trip.voter) == []
    assert trip.say_uploaded(trip.voter, upload, requestId=key)["answer"]["messageId"] == told["answer"]["messageId"]


def test_a_longer_upload_is_heard_by_a_job_piece_by_piece(trip: Trip, speech: StandIn) -> None:
    key = uuid.uuid4().hex
    upload = trip.upload(trip.voter, repeated("en-plan", 130))
    for part in ("What is planned", "on the second", "day?"):
        speech.answer(part, confidence=0.8)
    told = trip.say_uploaded(trip.voter, upload, requestId=key)
    assert (told["state"], told["transcript"], told["answer"]) == ("listening", "", None)
    job = trip.ended(told["jobId"])
    assert (job["state"], job["result"]["state"]) == ("done", "asked"), job
    after = trip.say_uploaded(trip.voter, upload, requestId=key)
    assert (after["state"], after["transcript"]) == ("asked", "What is planned on the second day?")
    assert (after["confidence"], after["seconds"]) == (0.8, 130)
    assert after["answer"]["messageId"] == job["result"]["messageId"]
    assert trip.question(after)["spoken"] is True
    assert len(speech.requests()) == 3
    assert eventually(lambda: trip.uploads(trip.voter) == [])


def test_nothing_of_what_was_said_is_in_the_job_that_everybody_sees(trip: Trip, speech: StandIn) -> None:
    upload = trip.upload(trip.owner, repeated("en-plan", 70))
    for _ in range(2):
        speech.answer("a secret")
    told = trip.say_uploaded(trip.owner, upload, private=True)
    job = trip.ended(told["jobId"])
    assert "secret" not in str(job) and upload not in str(job)


def test_a_longer_upload_that_is_understood_badly_is_to_be_confirmed(trip: Trip, speech: StandIn) -> None:
    key = uuid.uuid4().hex
    upload = trip.upload(trip.voter, repeated("en-plan", 70))
    for _ in range(2):
        speech.answer("mumble", confidence=0.2)
    job = trip.ended(trip.say_uploaded(trip.voter, upload, requestId=key)["jobId"])
    assert (job["state"], job["result"]["state"]) == ("done", "confirm")
    after = trip.say_uploaded(trip.voter, upload, requestId=key)
    assert (after["state"], after["because"], after["transcript"]) == ("confirm", "doubtful", "mumble mumble")
    # Each part is billed by the second begun.
    cost = bootstrap.quotas().today(trip.voter.uid, trip.id)[1].costs.micro_usd
    assert 70 * 16_000 / 60 <= cost <= 72 * 16_000 / 60 + 2
    assert trip.threads() == []


def test_a_longer_upload_in_which_nothing_is_understood_fails_for_all_to_see_why(trip: Trip, speech: StandIn) -> None:
    key = uuid.uuid4().hex
    upload = trip.upload(trip.voter, repeated("en-plan", 70))
    for _ in range(2):
        speech.record("nothing")
    job = trip.ended(trip.say_uploaded(trip.voter, upload, requestId=key)["jobId"])
    assert (job["state"], job["error"]["reason"]) == ("failed", "NOTHING_SAID")
    assert eventually(lambda: trip.voices()[0]["state"] == "failed")
    assert trip.say_uploaded(trip.voter, upload, requestId=key)["state"] == "failed"
    assert eventually(lambda: trip.uploads(trip.voter) == [])


def test_parts_without_a_voice_are_not_paid_for(trip: Trip, speech: StandIn) -> None:
    upload = trip.upload(trip.voter, repeated("en-plan", 120, pause=300))
    speech.answer("What is planned?")
    told = trip.say_uploaded(trip.voter, upload)
    assert trip.ended(told["jobId"])["state"] == "done"
    assert len(speech.requests()) == 1


def test_a_cancelled_job_stops_listening(trip: Trip, speech: StandIn) -> None:
    upload = trip.upload(trip.owner, repeated("en-plan", 130))
    speech.order("slow:2")
    told = trip.say_uploaded(trip.owner, upload)
    trip.owner.call("jobs-cancel", tripId=trip.id, jobId=told["jobId"])
    assert trip.ended(told["jobId"])["state"] == "cancelled"
    assert eventually(lambda: trip.voices()[0]["state"] == "failed")
    assert len(speech.requests()) <= 1
    assert trip.threads() == []


def test_only_ones_own_uploads_are_opened(trip: Trip, speech: StandIn) -> None:
    theirs = trip.upload(trip.owner, recording("en-plan"))
    assert refusal(trip, theirs) == "UPLOAD_FOREIGN"
    assert refusal(trip, "gs://elsewhere/uploads/x/y") == "UPLOAD_FOREIGN"
    assert refusal(trip, trip.upload(trip.voter, b"").replace("uploads/", "uploads/../")) == "UPLOAD_FOREIGN"
    assert refusal(trip, trip.upload(trip.voter, recording("en-plan")) + "0") == "UPLOAD_NOT_FOUND"
    assert trip.uploads(trip.owner)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"no recording", "AUDIO_UNREADABLE"),
        (lambda: bytes(20 * 1024 * 1024 + 1), "UPLOAD_TOO_LARGE"),
        (lambda: repeated("en-plan", 601), "AUDIO_TOO_LONG"),
        (lambda: silence(90), "NOTHING_SAID"),
    ],
    ids=["unreadable", "bytes", "seconds", "silence"],
)
def test_uploads_that_cannot_be_heard_are_refused_at_once(
    trip: Trip, speech: StandIn, make: Callable[[], bytes], reason: str
) -> None:
    assert refusal(trip, trip.upload(trip.voter, make())) == reason


def refusal(trip: Trip, upload: str) -> str:
    with pytest.raises(CallError) as caught:
        trip.say_uploaded(trip.voter, upload)
    assert caught.value.details["metadata"]["field"] == "upload"
    return caught.value.reason
