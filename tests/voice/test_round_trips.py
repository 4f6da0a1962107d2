"""What speaking costs Firestore: calls, few and fixed."""

import os
import uuid
from collections.abc import Iterator

import pytest

from emulator.speech.testing import StandIn
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.voice.requests import VoiceRequest
from tests.chat.workers import access, working
from tests.support.rpcs import CountingClient
from tests.support.voices import in_base64, recording
from tests.voice.conftest import Trip

READ = "BatchGetDocuments"
CHANGE = ["BeginTransaction", READ, "Commit"]
ASK = [*CHANGE, "Commit"]
"""The role and the thread with both messages; the job."""


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
    with client.counted() as calls:
        bootstrap.voices().say(access(trip.voter, trip), said)
    assert calls.methods == [
        READ,  # the role, and whether it was heard before
        "Commit",  # claimed
        READ,  # names of members
        *PLAN,
        "Commit",  # the cost
        "Commit",  # heard
        *ASK,
    ]
    with client.counted() as again:
        bootstrap.voices().say(access(trip.voter, trip), said)
    assert again.methods == [
        READ,
        *ASK,
        READ,  # the job, which is there already
    ]


def test_who_may_not_ask_costs_one_read(trip: Trip, speech: StandIn, client: CountingClient) -> None:
    with client.counted() as calls, pytest.raises(Exception, match="private"):
        bootstrap.voices().say(access(trip.viewer, trip), request(trip))
    assert calls.methods == [READ]
