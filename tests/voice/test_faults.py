"""What fails at Speech-to-Text has one outcome for who spoke: tried again when that helps, or said."""

import uuid
from collections.abc import Iterator

import pytest

from clients.python.session import CallError
from emulator.speech.testing import StandIn
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.bootstrap import voice
from shared.cloud.breaker import State
from shared.runtime.errors import TravvyError
from shared.voice.requests import VoiceRequest
from tests.chat.workers import access
from tests.support.voices import in_base64, recording
from tests.voice.conftest import Trip


def request(trip: Trip) -> VoiceRequest:
    fields = {"trip_id": trip.id, "audio": in_base64(recording("en-plan")).encode(), "request_id": uuid.uuid4().hex}
    return VoiceRequest.model_validate({**fields, "languages": ["en-US"]})


@pytest.mark.parametrize("fault", ["unavailable", "internal", "late", "exhausted:0.2", "cut"])
def test_what_passes_is_tried_again(trip: Trip, speech: StandIn, fault: str) -> None:
    speech.order(fault)
    told = trip.say(trip.voter, recording("en-plan"))
    assert (told["state"], len(speech.requests())) == ("asked", 2)
    assert len(trip.threads()) == 1
    assert bootstrap.quotas().today(trip.voter.uid, None)[0].used["voices"] == 1


@pytest.mark.parametrize(
    ("fault", "status", "reason"),
    [
        ("exhausted:60", "UNAVAILABLE", "SERVICE_BUSY"),
        ("denied", "FAILED_PRECONDITION", "SERVICE_MISCONFIGURED"),
        ("empty", "INVALID_ARGUMENT", "NOTHING_SAID"),
    ],
)
def test_what_lasts_is_said_at_once_and_costs_no_quota(
    trip: Trip, speech: StandIn, fault: str, status: str, reason: str
) -> None:
    key = uuid.uuid4().hex
    speech.order(fault)
    with pytest.raises(CallError) as caught:
        trip.say(trip.voter, recording("en-plan"), requestId=key)
    assert (caught.value.status, caught.value.reason) == (status, reason)
    if fault == "exhausted:60":
        assert caught.value.details["retryAfterSeconds"] == 60
    assert bootstrap.quotas().today(trip.voter.uid, None)[0].used["voices"] == 0
    assert trip.threads() == []
    # Whoever comes again is heard at once.
    assert trip.say(trip.voter, recording("en-plan"), requestId=key)["state"] == "asked"


@pytest.fixture
def listening(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process's own listener, which is not patient."""
    calls = voice.listener()._calls
    monkeypatch.setattr(calls, "pause", lambda _seconds: None)
    yield
    voice.listener.forget()


def test_a_service_that_is_down_is_left_in_peace(trip: Trip, speech: StandIn, listening: None) -> None:
    speech.order("unavailable", times=50)
    reasons = [reason_of(trip) for _ in range(3)]
    assert reasons == ["SERVICE_UNAVAILABLE", "SERVICE_RESTING", "SERVICE_RESTING"]
    assert len(speech.requests()) == 5
    assert voice.listener()._calls.breaker.state is State.OPEN


def reason_of(trip: Trip) -> str:
    with pytest.raises(TravvyError) as caught:
        bootstrap.voices().say(access(trip.voter, trip), request(trip))
    if caught.value.reason == "SERVICE_RESTING":
        assert (caught.value.retry_after or 0) > 0
    return caught.value.reason
