"""ai-voice: what is said is heard, shown, and asked as if it were written."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from emulator.speech.testing import StandIn
from shared import bootstrap
from tests.support.people import stop
from tests.support.voices import in_base64, made, noise, recording, repeated, silence
from tests.support.waiting import eventually
from tests.voice.conftest import Trip


def refusal(trip: Trip, who: Session, audio: bytes = b"", **fields: Any) -> CallError:
    with pytest.raises(CallError) as caught:
        trip.say(who, audio, **fields)
    return caught.value


def test_what_is_said_is_asked(trip: Trip, speech: StandIn) -> None:
    told = trip.say(trip.voter, recording("en-plan"))
    assert told["transcript"] == "what is planned on the second day"
    assert (told["state"], told["language"], told["because"], told["jobId"]) == ("asked", "en-US", None, None)
    assert told["confidence"] > 0.6
    assert 2 < told["seconds"] < 3
    question = trip.question(told)
    assert (question["text"], question["spoken"], question["by"]) == (told["transcript"], True, trip.voter.uid)
    assert eventually(lambda: trip.answer(told)["state"] == "done")
    assert not trip.question(told).get("audio")


def test_the_transcript_is_shown_before_the_answer_is_written(trip: Trip, speech: StandIn) -> None:
    fields = {"tripId": trip.id, "audio": in_base64(recording("en-plan")), "languages": ["en-US"]}
    *chunks, result = trip.voter.stream("ai-voice", **fields)
    assert chunks[0]["transcript"] == "what is planned on the second day"
    assert all(chunk["transcript"] is None and chunk["answer"] for chunk in chunks[1:])
    assert result["answer"]["state"] == "done"
    written = ""
    for chunk in chunks[1:]:
        written = chunk["answer"]["text"] if chunk["answer"]["restart"] else written + chunk["answer"]["text"]
    assert written == result["answer"]["text"]


def test_names_of_the_trip_are_phrase_hints(trip: Trip, speech: StandIn) -> None:
    trip.owner.call(
        "plan-submit",
        tripId=trip.id,
        base=0,
        src="phone",
        seq=1,
        ops=[[{"p": ["stops", "one"], "oi": stop(trip.owner, "Fushimi Inari")}]],
    )
    told = trip.say(trip.voter, recording("en-add"))
    assert told["transcript"] == "please add fushimi inari to the plan"
    (asked,) = speech.requests()
    people, places = set(asked["hints"][:3]), asked["hints"][3:]
    assert (people, places[:2], "Kinkaku-ji" in places) == ({"Ana", "Vic", "Val"}, ["Kyoto", "Fushimi Inari"], True)
    assert (asked["model"], asked["languages"]) == ("chirp_3", ["en-US"])


def test_without_hints_the_language_is_detected(trip: Trip, speech: StandIn) -> None:
    speech.record("ja-plan")
    told = trip.say(trip.voter, recording("es-plan"), languages=[])
    assert (told["transcript"], told["language"]) == ("2日目の予定は何ですか？", "ja-JP")
    assert speech.requests()[0]["languages"] == ["auto"]


def test_results_in_parts_are_one_transcript(trip: Trip, speech: StandIn) -> None:
    speech.record("two-results")
    assert trip.say(trip.voter, recording("en-plan"))["transcript"] == "what is planned on the second day"


def test_a_model_that_tells_no_confidence_is_believed(trip: Trip, speech: StandIn) -> None:
    speech.record("no-confidence")
    told = trip.say(trip.voter, recording("en-plan"))
    assert (told["state"], told["confidence"]) == ("asked", None)


def test_what_is_understood_badly_is_to_be_confirmed(trip: Trip, speech: StandIn) -> None:
    speech.record("doubtful")
    told = trip.say(trip.voter, recording("en-add"))
    assert (told["state"], told["because"], told["answer"]) == ("confirm", "doubtful", None)
    assert told["transcript"] == "and the cold and all him today too"
    assert trip.threads() == []


def test_what_is_longer_than_a_question_is_to_be_confirmed(trip: Trip, speech: StandIn) -> None:
    speech.answer("and then we went on " * 500)
    told = trip.say(trip.voter, recording("en-add"))
    assert (told["state"], told["because"]) == ("confirm", "long")
    assert trip.threads() == []


def test_it_goes_into_the_thread_that_was_named(trip: Trip, speech: StandIn) -> None:
    first = trip.say(trip.voter, recording("en-plan"))
    again = trip.say(trip.owner, recording("en-spent"), threadId=first["answer"]["threadId"])
    assert again["answer"]["threadId"] == first["answer"]["threadId"]
    assert len(trip.threads()) == 1


def test_rights_are_those_of_a_written_question_and_checked_before_anything_is_paid(
    trip: Trip, speech: StandIn, person: Any
) -> None:
    assert refusal(trip, trip.viewer, recording("en-plan")).reason == "PRIVATE_ONLY"
    assert trip.say(trip.viewer, recording("en-plan"), private=True)["state"] == "asked"
    mine = trip.say(trip.owner, recording("en-plan"), private=True)["answer"]["threadId"]
    assert refusal(trip, trip.voter, recording("en-plan"), threadId=mine).reason == "THREAD_NOT_FOUND"
    assert refusal(trip, person("Eve"), recording("en-plan")).reason == "TRIP_NOT_FOUND"
    assert len(speech.requests()) == 2


@pytest.mark.parametrize(
    ("audio", "reason"),
    [
        (b"", "AUDIO_EMPTY"),
        (b"not a recording", "AUDIO_UNREADABLE"),
        (made("en-plan", "m4a")[:9_000], "AUDIO_UNREADABLE"),
        (made("en-plan", "wav")[:200_000], "AUDIO_TRUNCATED"),
        (repeated("en-plan", 61), "AUDIO_TOO_LONG"),
        (silence(3), "NOTHING_SAID"),
        (noise(3), "NOTHING_SAID"),
    ],
    ids=["empty", "not audio", "damaged", "truncated", "too long", "silence", "noise"],
)
def test_what_cannot_be_heard_is_refused_by_the_fields_name(
    trip: Trip, speech: StandIn, audio: bytes, reason: str
) -> None:
    error = refusal(trip, trip.voter, audio)
    assert (error.status, error.reason, error.details["metadata"]["field"]) == ("INVALID_ARGUMENT", reason, "audio")
    assert trip.threads() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"audio": "not base64!"},
        {"audio": in_base64(bytes(6 * 1024 * 1024 + 1))},
        {"audio": None},
        {"upload": "gs://bucket/name"},
        {"languages": ["English"]},
        {"languages": ["en-US", "de-DE", "fr-FR", "es-ES"]},
        {"threadId": "t1", "private": True},
    ],
    ids=["base64", "bytes", "neither", "both", "language", "languages", "thread"],
)
def test_requests_are_checked_first(trip: Trip, speech: StandIn, fields: dict[str, Any]) -> None:
    with pytest.raises(CallError) as caught:
        trip.voter.call("ai-voice", **{"tripId": trip.id, "audio": in_base64(recording("en-plan")), **fields})
    assert caught.value.reason == "INVALID_REQUEST"


def test_a_language_that_is_not_recognised_is_said(trip: Trip, speech: StandIn) -> None:
    error = refusal(trip, trip.voter, recording("de-plan"), languages=["de-DE"])
    assert (error.reason, error.details["metadata"]["field"]) == ("LANGUAGE_UNSUPPORTED", "languages")


def test_a_resend_is_answered_the_same_and_heard_once(trip: Trip, speech: StandIn) -> None:
    key = uuid.uuid4().hex
    first, *others = (trip.say(trip.voter, recording("en-plan"), requestId=key) for _ in range(3))
    assert {told["answer"]["messageId"] for told in (first, *others)} == {first["answer"]["messageId"]}
    assert {told["transcript"] for told in others} == {first["transcript"]}
    assert (len(speech.requests()), len(trip.threads())) == (1, 1)
    assert refusal(trip, trip.voter, recording("en-spent"), requestId=key).reason == "REQUEST_ID_REUSED"


def test_a_confirmation_is_the_same_for_a_resend(trip: Trip, speech: StandIn) -> None:
    key = uuid.uuid4().hex
    speech.record("doubtful")
    first = trip.say(trip.voter, recording("en-add"), requestId=key)
    assert trip.say(trip.voter, recording("en-add"), requestId=key) == first
    assert len(speech.requests()) == 1


def test_two_at_once_with_one_request_id_are_heard_once(trip: Trip, speech: StandIn) -> None:
    key = uuid.uuid4().hex
    speech.order("slow:1.5")

    def say(_: int) -> str:
        try:
            return str(trip.say(trip.voter, recording("en-plan"), requestId=key)["state"])
        except CallError as error:
            return error.reason

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(say, range(2)))
    assert outcomes in (["VOICE_BUSY", "asked"], ["asked", "asked"])
    assert (len(speech.requests()), len(trip.threads())) == (1, 1)


def test_the_cost_is_counted_by_the_second_once(trip: Trip, speech: StandIn) -> None:
    key = uuid.uuid4().hex
    speech.record("doubtful")
    for _ in range(2):
        trip.say(trip.voter, recording("en-plan"), requestId=key)
    person, group = bootstrap.quotas().today(trip.voter.uid, trip.id)
    assert person.costs.micro_usd == group.costs.micro_usd == 800
    assert (person.used["voices"], group.used["voices"]) == (1, 1)


def test_who_was_refused_has_used_nothing_up(trip: Trip, speech: StandIn) -> None:
    refusal(trip, trip.voter, silence(2))
    refusal(trip, trip.voter, b"junk")
    assert bootstrap.quotas().today(trip.voter.uid, None)[0].used.get("voices", 0) == 0
    assert speech.requests() == []


def test_what_was_said_is_for_who_said_it(trip: Trip, speech: StandIn, database: Client) -> None:
    speech.record("doubtful")
    trip.say(trip.voter, recording("en-add"))
    (kept,) = trip.voices()
    assert (kept["by"], kept["state"]) == (trip.voter.uid, "heard")
    assert not any(isinstance(value, bytes) for value in kept.values())
    data = bootstrap.personal_data()
    assert data.in_trips["voices"](trip.id, trip.owner.uid) == []
    assert len(data.in_trips["voices"](trip.id, trip.voter.uid)) == 1
    for forget in data.forget_in_trip:
        forget(trip.id, trip.voter.uid)
    assert trip.voices() == []
