"""Whoever listens may die anywhere: what was said is asked once, and no part of it is paid for twice."""

import itertools
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from google.cloud.firestore import Client

from emulator.speech.testing import StandIn
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.voice.requests import VoiceRequest
from shared.voice.service import Said
from tests.chat.workers import Mortal, access, working
from tests.support.voices import in_base64, recording, repeated
from tests.voice.conftest import Trip

ENDLESS = 1_000_000


@pytest.fixture(autouse=True)
def untiring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.jobs.rules.MAX_ATTEMPTS", 10_000)
    # Nobody waits here until a dead call's claim is over.
    monkeypatch.setattr("shared.voice.rules.CLAIM", timedelta(0))


def said(trip: Trip, request: VoiceRequest) -> Said:
    return bootstrap.voices().say(access(trip.voter, trip), request)


def work(trip: Trip, job_id: str, attempt: int) -> None:
    bootstrap.voice_work().run(trip.id, job_id, f"task#{attempt}")


def dying(mortal: Mortal, calls: int, work: Callable[[], object]) -> bool:
    """Do work in a process that dies after so many calls; whether it died."""
    mortal.revive(calls)
    try:
        work()
    except BaseException:
        # What a library makes of a death is no error of ours.
        if not mortal.life.over:
            raise
    return mortal.life.over


def check(trip: Trip, database: Client, *, seconds: int) -> None:
    """One question, and each part paid once."""
    (thread,) = trip.threads()
    messages = list(thread.reference.collection("messages").stream())
    assert sorted(message.get("role") for message in messages) == ["assistant", "user"]
    jobs = [job.to_dict() for job in database.collection(f"trips/{trip.id}/jobs").stream()]
    assert sorted(job["kind"] for job in jobs if job["kind"] == "ai-chat") == ["ai-chat"]
    costs = bootstrap.quotas().today(trip.voter.uid, trip.id)
    assert costs[0].costs == costs[1].costs
    assert costs[0].costs.micro_usd == -(-seconds * 16_000 // 60)


def test_a_call_that_dies_anywhere_is_completed_by_the_next(
    trip: Trip, speech: StandIn, cloud: LocalCloud, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    mortal = Mortal(cloud)
    request = VoiceRequest.model_validate_json(
        f'{{"tripId": "{trip.id}", "audio": "{in_base64(recording("en-plan"))}", "requestId": "{uuid.uuid4().hex}"}}'
    )
    with working(mortal, monkeypatch):
        deaths = 0
        while dying(mortal, deaths, lambda: said(trip, request)):
            deaths += 1
        assert deaths > 10
        mortal.revive(ENDLESS)
        check(trip, database, seconds=3)


def test_a_job_that_dies_anywhere_is_completed_by_the_next(
    trip: Trip, speech: StandIn, cloud: LocalCloud, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = trip.upload(trip.voter, repeated("en-plan", 70, pause=12))
    request = VoiceRequest.model_validate_json(
        f'{{"tripId": "{trip.id}", "upload": "{upload}", "requestId": "{uuid.uuid4().hex}"}}'
    )
    mortal = Mortal(cloud)
    with working(mortal, monkeypatch):
        mortal.revive(ENDLESS)
        job_id = said(trip, request).job_id or ""
        attempts = itertools.count()
        deaths = 0
        while dying(mortal, deaths, lambda: work(trip, job_id, next(attempts))):
            deaths += 1
        assert deaths > 20
        mortal.revive(ENDLESS)
        assert trip.job(job_id)["state"] == "done"
        assert said(trip, request).understood is not None
        check(trip, database, seconds=71)
    assert trip.uploads(trip.voter) == []
