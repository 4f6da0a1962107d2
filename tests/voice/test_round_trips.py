"""What speaking costs Firestore: calls, few and fixed."""

import os
import uuid
from collections.abc import Iterator

import pytest

from emulator.speech.testing import StandIn
from emulator.testing import LocalCloud
from functions.ai_voice import VOICES
from shared import bootstrap
from shared.runtime.charging import Charger
from shared.voice.requests import VoiceRequest
from tests.chat.workers import access, working
from tests.support.rpcs import CountingClient
from tests.support.voices import in_base64, recording
from tests.voice.conftest import Trip

READ = "BatchGetDocuments"
CHANGE = ["BeginTransaction", READ, "Commit"]
PLAN = [READ, "RunQuery"]
"""The snapshot with the role, and the operations since."""


@pytest.fixture
def client(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingClient]:
    counting = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    with working(counting, monkeypatch):
        yield counting


def request(trip: Trip) -> VoiceRequest:
    fields = {"trip_id": trip.id, "audio": in_base64(recording("en-plan")).encode(), "request_id": uuid.uuid4().hex}
    return VoiceRequest.model_validate({**fields, "languages": ["en-US"]})


def test_saying_something(trip: Trip, speech: StandIn, client: CountingClient) -> None:
    said = request(trip)
    # Recognising takes longer than a claim on a busy machine, and renewing one costs calls too.
    speech.answer("what is planned on the second day")
    caller = access(trip.voter, trip)
    caller.charge = Charger("ai-voice", VOICES, trip.voter.uid, trip.id, said.request_id)
    with client.counted() as calls:
        bootstrap.voices().say(caller, said)
    assert calls.methods == [
        READ,  # the role, whether it was heard before, and the day's quotas
        "Commit",  # claimed and charged
        READ,  # names of members
        *PLAN,
        *CHANGE,  # heard, paid and asked, with the job
    ]
    with client.counted() as again:
        bootstrap.voices().say(access(trip.voter, trip), said)
    assert again.methods == [
        READ,
        *CHANGE,
        "Commit",  # the job,
        READ,  # which is there already
    ]


def test_saying_more(trip: Trip, speech: StandIn, client: CountingClient) -> None:
    for _ in range(2):
        speech.answer("what is planned on the second day")
    bootstrap.voices().say(access(trip.voter, trip), request(trip))
    with client.counted() as calls:
        bootstrap.voices().say(access(trip.voter, trip), request(trip))
    # What people are called is known by now, and so is the plan, but for operations since.
    assert calls.methods == [READ, "Commit", "RunQuery", *CHANGE]


def test_who_may_not_ask_costs_one_read(trip: Trip, speech: StandIn, client: CountingClient) -> None:
    with client.counted() as calls, pytest.raises(Exception, match="private"):
        bootstrap.voices().say(access(trip.viewer, trip), request(trip))
    assert calls.methods == [READ]
