"""Jobs that were left behind: revived or buried by the schedule, and never run twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from shared import bootstrap
from shared.jobs.models import ABANDONED, MAX_ATTEMPTS
from shared.jobs.service import RunningJob
from shared.runtime.errors import Internal, Unavailable
from tests.support.people import make_trip
from tests.support.waiting import eventually

People = Callable[..., Session]
BUSY = Unavailable("The model is busy", reason="MODEL_BUSY")
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


def leave_behind(database: Client, session: Session, *others: tuple[Session, str], **fields: Any) -> tuple[str, str]:
    """A job whose worker, or whose enqueuer, died an hour ago, on a trip with these others."""
    trip_id = make_trip(session, *others)
    plain = {
        "kind": "ai-generate",
        "state": "queued",
        "by": session.uid,
        "request": {"request": "One day in Rome"},
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        "leaseUntil": LONG_AGO,
        "attempts": 0,
    }
    # The reaper's tasks are named after the job, and names are not used twice.
    job_id = f"left-{trip_id}"
    database.document("trips", trip_id, "jobs", job_id).set({**plain, **fields})
    return trip_id, job_id


def state(session: Session, trip_id: str, job_id: str) -> Any:
    return session.call("jobs-get", tripId=trip_id, jobId=job_id)


def test_a_job_whose_task_was_never_enqueued_is_run(person: People, database: Client) -> None:
    ana = person()
    trip_id, job_id = leave_behind(database, ana)
    bootstrap.jobs().reap()
    eventually(lambda: state(ana, trip_id, job_id)["state"] == "done")
    assert ana.call("plan-get", tripId=trip_id)["version"] == 1


def test_a_job_that_died_too_often_or_was_cancelled_is_buried(person: People, database: Client) -> None:
    ana = person()
    often = leave_behind(database, ana, state="running", leaseHolder="t#8", attempts=MAX_ATTEMPTS)
    cancelled = leave_behind(database, ana, state="running", leaseHolder="t#1", cancelRequested=True)
    bootstrap.jobs().reap()
    assert (state(ana, *often)["state"], state(ana, *often)["error"]["reason"]) == ("failed", "JOB_GAVE_UP")
    assert state(ana, *cancelled)["state"] == "cancelled"


def test_a_job_of_a_deleted_trip_fails_and_a_deleted_job_is_forgotten(person: People, database: Client) -> None:
    ana = person()
    trip_id, job_id = leave_behind(database, ana)
    database.document("trips", trip_id).update({"deletedAt": datetime.now(UTC)})
    bootstrap.jobs().reap()
    stored = database.document("trips", trip_id, "jobs", job_id)
    eventually(lambda: stored.get().get("state") == "failed")
    assert stored.get().get("error.reason") == "TRIP_NOT_FOUND"
    assert bootstrap.jobs().run(trip_id, "no-such-job", "t#0", lambda running: None) is None


@pytest.mark.parametrize(
    ("error", "reason"),
    [(KeyError("who"), "INTERNAL"), (Internal("of ours", reason="ODD"), "INTERNAL"), (BUSY, "MODEL_BUSY")],
)
def test_what_keeps_failing_is_tried_as_often_as_the_queue_allows_and_then_fails(
    person: People, database: Client, capsys: pytest.CaptureFixture[str], error: Exception, reason: str
) -> None:
    ana = person()
    trip_id, job_id = leave_behind(database, ana)
    attempts = 0

    def work(running: RunningJob) -> None:
        nonlocal attempts
        attempts += 1
        raise error

    for attempt in range(MAX_ATTEMPTS - 1):
        with pytest.raises(type(error)):
            bootstrap.jobs().run(trip_id, job_id, f"t#{attempt}", work)
        assert state(ana, trip_id, job_id)["state"] == "running"
    ended = bootstrap.jobs().run(trip_id, job_id, "t#last", work)
    assert ended and ended.state == "failed" and ended.error and ended.error.reason == reason
    assert "who" not in ended.error.message and "of ours" not in ended.error.message
    logged = capsys.readouterr().out
    assert ("stack_trace" in logged) == (reason == "INTERNAL")
    bootstrap.jobs().run(trip_id, job_id, "t#more", work)
    assert attempts == MAX_ATTEMPTS


def test_a_job_that_no_worker_can_be_started_for_is_given_up(person: People, database: Client) -> None:
    ana = person()
    unknown = leave_behind(database, ana, kind="no-such-kind")
    abandoned = leave_behind(database, ana, kind="no-such-kind", leaseUntil=LONG_AGO - ABANDONED)
    good = leave_behind(database, ana, leaseUntil=LONG_AGO + timedelta(minutes=1))
    bootstrap.jobs().reap()
    assert state(ana, *unknown)["state"] == "queued"
    assert (state(ana, *abandoned)["state"], state(ana, *abandoned)["error"]["code"]) == ("failed", "INTERNAL")
    eventually(lambda: state(ana, *good)["state"] == "done")


def test_a_deletion_racing_a_job_ends_it_and_leaves_a_trip_that_can_come_back(person: People, database: Client) -> None:
    ana = person()
    dates = {"startDate": "2027-04-02", "endDate": "2027-04-03", "destinations": ["Kyoto"]}
    trips = [make_trip(ana, **dates) for _ in range(4)]

    def race(number: int) -> Any:
        job_id = ana.call("ai-generate", tripId=trips[number], request="Two days in Kyoto")["jobId"]
        job = database.document("trips", trips[number], "jobs", job_id)
        if number >= 2:
            eventually(lambda: job.get().get("state") != "queued")
        ana.call("trips-delete", tripId=trips[number])
        eventually(lambda: job.get().get("state") in ("done", "failed"))
        return job.get().to_dict()

    with ThreadPoolExecutor(len(trips)) as pool:
        jobs = list(pool.map(race, range(len(trips))))
    assert {job["error"]["reason"] for job in jobs if job["state"] == "failed"} <= {"TRIP_NOT_FOUND"}
    for trip_id in trips:
        assert ana.call("trips-restore", tripId=trip_id)["role"] == "owner"
        plan = ana.call("plan-get", tripId=trip_id)
        ops = database.collection("trips", trip_id, "plan", "current", "ops").stream()
        assert [one.get("version") for one in ops] == list(range(1, plan["version"] + 1))


@pytest.mark.parametrize(
    ("kind", "starter", "who", "allowed"),
    [
        ("ai-generate", "Vera", "Vera", True),
        ("ai-generate", "Ana", "Vera", False),
        ("ai-generate", "Ana", "Vic", False),
        ("ai-generate", "Ana", "Ed", True),
        ("ai-voice", "Vic", "Vic", True),
        ("ai-chat", "Vera", "Ed", False),
        ("ai-chat", "Vera", "Ana", True),
    ],
)
def test_a_job_is_stopped_by_who_started_it_or_with_a_role_above(
    person: People, database: Client, kind: str, starter: str, who: str, *, allowed: bool
) -> None:
    roles = {"Vic": "viewer", "Vera": "voter", "Ed": "editor"}
    people = {name: person(name) for name in ("Ana", *roles)}
    others = ((people[name], role) for name, role in roles.items())
    trip_id, job_id = leave_behind(database, people["Ana"], *others, kind=kind, by=people[starter].uid)
    job = database.document("trips", trip_id, "jobs", job_id)
    if allowed:
        assert people[who].call("jobs-cancel", tripId=trip_id, jobId=job_id)["state"] == "cancelled"
        return
    with pytest.raises(CallError) as refused:
        people[who].call("jobs-cancel", tripId=trip_id, jobId=job_id)
    assert (refused.value.status, refused.value.reason) == ("PERMISSION_DENIED", "NOT_YOURS")
    assert job.get().get("state") == "queued"


def test_strangers_learn_nothing_of_jobs(person: People, database: Client) -> None:
    ana, eve = person("Ana"), person("Eve")
    trip_id, job_id = leave_behind(database, ana)
    for function in ("jobs-get", "jobs-cancel"):
        with pytest.raises(CallError) as refused:
            eve.call(function, tripId=trip_id, jobId=job_id)
        assert refused.value.reason == "TRIP_NOT_FOUND"
    with pytest.raises(CallError) as unknown:
        ana.call("jobs-get", tripId=trip_id, jobId="unknown")
    assert unknown.value.reason == "JOB_NOT_FOUND"
