"""Decisions about jobs, without I/O: who may take one, and what ends it."""

from datetime import datetime
from typing import Final

from shared.jobs.models import ABANDONED, LEASE, MAX_ATTEMPTS, Job, JobError, JobState
from shared.runtime.caller import Role
from shared.runtime.errors import Aborted, Cancelled, Internal, PermissionDenied, TravvyError, Unavailable
from shared.words import failure, say

_SPOKEN_WITH_ONE: Final = frozenset({"ai-chat", "ai-voice"})
"""Kinds of jobs that serve one person's conversation, not the group's plan."""


def claim(job: Job, holder: str, now: datetime) -> Job:
    """The job as `holder`'s, an ended one as it is. Raises Unavailable while somebody else holds the lease.

    A later attempt of the same task takes over at once: the queue starts it only when the one before has ended or run
    out of time, and a worker that goes on regardless finds at its next step that it has lost the job.
    """
    if job.state.ended:
        return job
    if job.cancel_requested:
        return cancelled(job, now)
    if job.attempts >= MAX_ATTEMPTS:
        return failed(job, GAVE_UP, now)
    held = job.state == JobState.RUNNING and job.lease_until > now
    if held and task_of(job.lease_holder or "") != task_of(holder):
        raise Unavailable("Another worker holds this job", reason="JOB_LEASED", retry_after=LEASE.total_seconds())
    return job.model_copy(
        update={
            "state": JobState.RUNNING,
            "lease_holder": holder,
            "lease_until": now + LEASE,
            "attempts": job.attempts + 1,
            "updated_at": now,
        }
    )


def task_of(holder: str) -> str:
    """The task whose attempt a holder (`<task>#<attempt>`) is."""
    return holder.rpartition("#")[0]


def renew(job: Job, holder: str, now: datetime) -> Job:
    """The job with the lease renewed. Raises Cancelled if it is to stop, Aborted if somebody else has it by now."""
    if job.cancel_requested or job.state == JobState.CANCELLED:
        raise Cancelled("The job was cancelled", reason="JOB_CANCELLED")
    if job.state != JobState.RUNNING or job.lease_holder != holder:
        raise Aborted("Another worker has taken this job over", reason="JOB_TAKEN_OVER")
    return job.model_copy(update={"lease_until": now + LEASE})


def cancelled(job: Job, now: datetime) -> Job:
    return job.model_copy(
        update={
            "state": JobState.CANCELLED,
            "cancel_requested": True,
            "message": say(job.language, "cancelled"),
            "updated_at": now,
        }
    )


def check_may_cancel(job: Job, uid: str, role: Role) -> None:
    """Raises PermissionDenied (NOT_YOURS) unless it is who started the job, or an editor; of what somebody said to
    the assistant, the owner."""
    least = Role.OWNER if job.kind in _SPOKEN_WITH_ONE else Role.EDITOR
    if uid != job.by and not role.at_least(least):
        raise PermissionDenied(
            f"This is stopped by whoever started it, or with the role {least}; yours is {role}.",
            reason="NOT_YOURS",
            metadata={"needed": least.value, "actual": role.value},
        )


def request_cancel(job: Job, now: datetime) -> Job:
    """A queued job ends at once, a running one as soon as its worker notices; an ended one stays as it is."""
    if job.state.ended:
        return job
    if job.state == JobState.QUEUED or job.lease_until <= now:
        return cancelled(job, now)
    told = say(job.language, "cancelling")
    return job.model_copy(update={"cancel_requested": True, "message": told, "updated_at": now})


def failed(job: Job, error: JobError, now: datetime) -> Job:
    message = failure(job.language, error.reason, {}, error.message)
    told = error.model_copy(update={"message": message})
    return job.model_copy(update={"state": JobState.FAILED, "error": told, "message": message, "updated_at": now})


def abandoned(job: Job, now: datetime) -> bool:
    """Whether a job has waited so long for a worker that none will come: its tasks fail before they reach it."""
    return not job.state.ended and job.lease_until + ABANDONED <= now


def error_of(error: TravvyError, language: str | None) -> JobError:
    """What members may see of a failure, in their language: of what was not foreseen, nothing but that it was our
    fault."""
    if isinstance(error, Internal):
        return BROKEN
    message = failure(language, error.reason, error.metadata, error.message)
    return JobError(code=error.code, reason=error.reason, message=message)


BROKEN = JobError(
    code="INTERNAL", reason="INTERNAL", message="Something went wrong on our side; please start it again later"
)
GAVE_UP = JobError(
    code="INTERNAL",
    reason="JOB_GAVE_UP",
    message="This did not work out after several attempts; please start it again",
)
