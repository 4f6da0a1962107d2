"""Who may take a job, and what ends it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.jobs import rules
from shared.jobs.models import LEASE, MAX_ATTEMPTS, Job, JobState
from shared.runtime.errors import Aborted, Cancelled, Unavailable

NOW = datetime(2027, 4, 2, 9, 0, tzinfo=UTC)


def job(**fields: Any) -> Job:
    plain = {"kind": "ai-generate", "state": JobState.QUEUED, "by": "ana", "request": {}}
    return Job(**{**plain, "created_at": NOW, "updated_at": NOW, "lease_until": NOW, **fields})


def running(holder: str = "task-a#0", **fields: Any) -> Job:
    return job(**{"state": JobState.RUNNING, "lease_holder": holder, "lease_until": NOW + LEASE, **fields})


def test_a_queued_job_is_claimed_with_a_lease() -> None:
    claimed = rules.claim(job(), "task-a#0", NOW)
    assert (claimed.state, claimed.lease_holder, claimed.lease_until) == (JobState.RUNNING, "task-a#0", NOW + LEASE)
    assert claimed.attempts == 1


def test_another_task_waits_for_the_lease_to_end() -> None:
    with pytest.raises(Unavailable) as refused:
        rules.claim(running(), "task-b#0", NOW)
    assert refused.value.retryable
    late = NOW + LEASE + timedelta(seconds=1)
    assert rules.claim(running(), "task-b#0", late).lease_holder == "task-b#0"


def test_a_later_attempt_of_the_same_task_takes_over_and_the_earlier_one_learns_it() -> None:
    taken = rules.claim(running("task-a#0"), "task-a#1", NOW)
    assert taken.lease_holder == "task-a#1"
    with pytest.raises(Aborted) as lost:
        rules.renew(taken, "task-a#0", NOW)
    assert lost.value.reason == "JOB_TAKEN_OVER"


def test_a_job_that_keeps_dying_is_given_up() -> None:
    given_up = rules.claim(job(attempts=MAX_ATTEMPTS), "task-a#9", NOW)
    assert given_up.state == JobState.FAILED
    assert given_up.error and given_up.error.reason == "JOB_GAVE_UP"


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_an_ended_job_stays_as_it_is(state: JobState) -> None:
    ended = job(state=state)
    assert rules.claim(ended, "task-a#0", NOW) == ended
    assert rules.request_cancel(ended, NOW) == ended


def test_cancelling_ends_a_queued_job_at_once_and_a_running_one_at_its_next_step() -> None:
    assert rules.request_cancel(job(), NOW).state == JobState.CANCELLED
    asked = rules.request_cancel(running(), NOW)
    assert (asked.state, asked.cancel_requested) == (JobState.RUNNING, True)
    with pytest.raises(Cancelled):
        rules.renew(asked, "task-a#0", NOW)
    assert rules.request_cancel(running(lease_until=NOW - LEASE), NOW).state == JobState.CANCELLED
