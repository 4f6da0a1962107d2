"""Whoever listens may die anywhere: what was said is asked once, and no part of it is paid for twice."""

import itertools
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from google.cloud.firestore import Client

from emulator.speech.testing import StandIn
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.runtime.errors import Aborted
from shared.voice.requests import VoiceRequest
from shared.voice.service import Said
from tests.chat.workers import access, working
from tests.support.deaths import ENDLESS, MortalClient
from tests.support.voices import in_base64, recording, repeated
from tests.support.waiting import eventually
from tests.voice.conftest import Trip

# What renews a claim dies with its process, too.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


@pytest.fixture(autouse=True)
def untiring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.jobs.rules.MAX_ATTEMPTS", 10_000)
    # Nobody waits here until a dead call's claim is over, unless a test says so.
    monkeypatch.setattr("shared.voice.rules.CLAIM", timedelta(0))
    monkeypatch.setattr("shared.voice.service.CLAIM", timedelta(hours=1))


def said(trip: Trip, request: VoiceRequest) -> Said:
    return bootstrap.voices().say(access(trip.voter, trip), request)


def work(trip: Trip, job_id: str, attempt: int) -> None:
    bootstrap.voice_work().run(trip.id, job_id, f"task#{attempt}")


def dying(mortal: MortalClient, calls: int, work: Callable[[], object]) -> bool:
    """Do work in a process that dies after so many calls; whether it died."""
    mortal.life.again(calls)
    return mortal.life.dies(work)


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
    mortal = MortalClient(cloud.project)
    request = VoiceRequest.model_validate_json(
        f'{{"tripId": "{trip.id}", "audio": "{in_base64(recording("en-plan"))}", "requestId": "{uuid.uuid4().hex}"}}'
    )
    with working(mortal, monkeypatch):
        deaths = 0
        while dying(mortal, deaths, lambda: said(trip, request)):
            deaths += 1
        assert deaths > 7
        mortal.life.again()
        check(trip, database, seconds=3)


def test_who_comes_again_while_it_is_heard_waits_and_after_a_death_only_for_a_moment(
    trip: Trip, speech: StandIn, cloud: LocalCloud, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = timedelta(seconds=1.5)
    monkeypatch.setattr("shared.voice.rules.CLAIM", claim)
    monkeypatch.setattr("shared.voice.service.CLAIM", claim)
    mortal = MortalClient(cloud.project)
    request = VoiceRequest.model_validate_json(
        f'{{"tripId": "{trip.id}", "audio": "{in_base64(recording("en-plan"))}", "requestId": "{uuid.uuid4().hex}"}}'
    )
    with working(mortal, monkeypatch), ThreadPoolExecutor(1) as pool:
        mortal.life.again()
        speech.order("slow:5")
        first = pool.submit(dying, mortal, ENDLESS, lambda: said(trip, request))
        eventually(speech.requests)
        begun = eventually(trip.voices)[0]["listeningUntil"]
        # Far beyond its first claim it still listens, and says so.
        eventually(lambda: trip.voices()[0]["listeningUntil"] > begun + 2 * claim)
        with pytest.raises(Aborted) as busy:
            said(trip, request)
        assert busy.value.reason == "VOICE_BUSY"
        mortal.life.again(0)
        assert first.result()
        mortal.life.again()
        eventually(lambda: free(trip, request), timeout=10 * claim.total_seconds())
        check(trip, database, seconds=3)


def free(trip: Trip, request: VoiceRequest) -> bool:
    try:
        return said(trip, request).asked is not None
    except Aborted:
        return False


def test_a_job_that_dies_anywhere_is_completed_by_the_next(
    trip: Trip, speech: StandIn, cloud: LocalCloud, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = trip.upload(trip.voter, repeated("en-plan", 70, pause=12))
    request = VoiceRequest.model_validate_json(
        f'{{"tripId": "{trip.id}", "upload": "{upload}", "requestId": "{uuid.uuid4().hex}"}}'
    )
    mortal = MortalClient(cloud.project)
    with working(mortal, monkeypatch):
        mortal.life.again()
        job_id = said(trip, request).job_id or ""
        attempts = itertools.count()
        deaths = 0
        while dying(mortal, deaths, lambda: work(trip, job_id, next(attempts))):
            deaths += 1
        assert deaths > 14
        mortal.life.again()
        assert trip.job(job_id)["state"] == "done"
        assert said(trip, request).understood is not None
        check(trip, database, seconds=71)
    assert trip.uploads(trip.voter) == []
