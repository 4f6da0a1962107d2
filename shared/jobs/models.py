"""Stored documents of jobs: `jobs/{jobId}` of a trip or of a person, which clients listen to, and `stages/{name}`."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal

from shared.documents import Document, Instant
from shared.runtime.registry import Retry

LEASE = timedelta(seconds=15)
"""How long a silent worker keeps a job; renewed every third of it."""
MAX_ATTEMPTS = 8
"""Claims before a job that keeps dying is given up."""
ABANDONED = timedelta(hours=6)
"""How long a job may go without any worker before it is given up."""
JOB_RETRY = Retry(max_attempts=30, min_backoff_seconds=1, max_backoff_seconds=20, max_doublings=4)
"""Attempts that find the job leased count too, so there are more of them than claims."""


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True)
class JobOwner:
    """What a job belongs to: a trip, whose members follow it, or a person, who alone does."""

    collection: Literal["trips", "users"]
    id: str


class JobError(Document):
    """Why a job failed, in the words and codes of a callable error."""

    code: str
    reason: str
    message: str


class Job(Document):
    """A job and how far it is: `progress` from 0 to 1, `stage` for programs, `message` for people, `partial` for those
    who do not want to wait: what the result looks like so far. `language` is the one in which people are told of it.

    `lease_until` is when a queued job should have been claimed, or when a running one is taken for dead.
    """

    kind: str
    state: JobState
    by: str
    request: dict[str, Any]
    progress: float = 0.0
    stage: str = ""
    message: str = ""
    created_at: Instant
    updated_at: Instant
    lease_holder: str | None = None
    lease_until: Instant
    attempts: int = 0
    cancel_requested: bool = False
    partial: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    error: JobError | None = None
    language: str | None = None
