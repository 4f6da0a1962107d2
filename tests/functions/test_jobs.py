"""Jobs that were left behind: revived or buried by the schedule, and never run twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from shared import bootstrap
from shared.jobs.models import MAX_ATTEMPTS
from tests.support.people import make_trip
from tests.support.waiting import eventually

People = Callable[..., Session]
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


def leave_behind(database: Client, session: Session, **fields: Any) -> tuple[str, str]:
    """A job whose worker, or whose enqueuer, died an hour ago."""
    trip_id = make_trip(session)
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
    eventually(lambda: state(ana, trip_id, job_id)["state"] == "done", 60)
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
    eventually(lambda: stored.get().get("state") == "failed", 60)
    assert stored.get().get("error.reason") == "TRIP_NOT_FOUND"
    assert bootstrap.jobs().run(trip_id, "no-such-job", "t#0", lambda running: None) is None


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
