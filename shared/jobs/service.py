"""Use cases of jobs: start, cancel, run, and revive or bury the dead."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.cloud.joint import Write
from shared.jobs import rules
from shared.jobs.lease import kept
from shared.jobs.models import LEASE, MAX_ATTEMPTS, Job, JobOwner, JobState
from shared.jobs.store import JobStore, job_not_found
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import Aborted, AlreadyExists, Cancelled, Internal, NotFound, TravvyError
from shared.runtime.ids import Ids
from shared.runtime.logs import log
from shared.runtime.outcomes import known
from shared.words import say

CLAIM_WITHIN = timedelta(seconds=60)
REAP_PAGE = 100

Enqueue = Callable[[str, JobOwner, str, str], None]
"""Enqueue the task that runs a job: (kind, owner, job id, task id). A task id that was used does nothing."""


@dataclass(frozen=True)
class NewJob:
    """A job that its cause stores with itself: `stored` belongs into that commit, behind it comes `JobService.begin`.

    Should the call die in between, the reaper enqueues the job.
    """

    owner: JobOwner
    job_id: str
    job: Job
    stored: Write


class RunningJob:
    """A job in the hands of its worker."""

    def __init__(self, store: JobStore, clock: Clock, owner: JobOwner, job_id: str, job: Job, holder: str) -> None:
        self._store = store
        self._clock = clock
        self._holder = holder
        self._lost = threading.Event()
        self.owner = owner
        self.job_id = job_id
        self.job = job

    def progress(self, stage: str, fraction: float, message: str, partial: dict[str, Any] | None = None) -> None:
        """Tell listeners how far the job is, and keep the lease. Raises Cancelled or Aborted when it is to stop.

        `partial` replaces what was told of the result before; None leaves it.
        """

        def decide(job: Job) -> Job:
            now = self._clock.now()
            forward = max(job.progress, min(1.0, fraction))
            update = {"stage": stage, "progress": forward, "message": message, "updated_at": now}
            if partial is not None:
                update["partial"] = partial
            return rules.renew(job, self._holder, now).model_copy(update=update)

        self.job = self._store.change(self.owner, self.job_id, decide)

    def access(self, least: Role) -> TripAccess:
        """The access of whoever asked for a trip's job: what they may no longer do, it may not do for them."""
        return TripAccess(Caller.absent(self.job.by, self.job.created_at), self.owner.id, least)

    def check(self) -> None:
        """Raises Cancelled or Aborted if the lease keeper found that this worker is to stop; costs no round trip."""
        if self._lost.is_set():
            self.job = self._store.change(
                self.owner, self.job_id, lambda job: rules.renew(job, self._holder, self._clock.now())
            )

    def stage(self, name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The output of a stage: what an earlier attempt has kept, or what `work` makes now."""
        known = self._store.stage_output(self.owner, self.job_id, name)
        return known if known is not None else self._store.keep_stage_output(self.owner, self.job_id, name, work())

    def finish(self, result: dict[str, Any], message: str) -> None:
        """End the job as done; does nothing if it has ended."""

        def decide(job: Job) -> Job:
            if job.state.ended:
                return job
            update = {
                "state": JobState.DONE,
                "progress": 1.0,
                "stage": "done",
                "message": message,
                "partial": None,
                "result": result,
                "updated_at": self._clock.now(),
            }
            return job.model_copy(update=update)

        self.job = self._store.change(self.owner, self.job_id, decide)

    @contextmanager
    def lease_kept(self) -> Iterator[None]:
        """Renew the lease in the background while a stage works without reporting progress."""

        def renew() -> None:
            self._store.change(self.owner, self.job_id, lambda job: rules.renew(job, self._holder, self._clock.now()))

        with kept(renew, LEASE.total_seconds(), f"lease-{self.job_id}") as self._lost:
            yield


class JobService:
    def __init__(self, store: JobStore, clock: Clock, ids: Ids, enqueue: Enqueue) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._enqueue = enqueue

    def start(
        self,
        access: TripAccess,
        kind: str,
        request: dict[str, Any],
        request_id: str | None,
        *,
        language: str | None = None,
    ) -> tuple[str, Job]:
        """A new queued job of a trip and its task; a resend by `requestId` answers with the first one. What people are
        told of it is in their `language`, English without one.

        The caller's role must have been checked. Raises AlreadyExists if the `requestId` was used for something else.
        """
        owner = JobOwner("trips", access.trip_id)
        return self._start(owner, access.caller.uid, kind, request, request_id, language)

    def prepared(
        self, access: TripAccess, kind: str, request: dict[str, Any], key: str, *, language: str | None = None
    ) -> NewJob:
        """The same job, for somebody who knows that there was none with this `key` and stores it themselves."""
        owner = JobOwner("trips", access.trip_id)
        job_id, job = self._queued(owner, access.caller.uid, kind, request, key, language)
        return NewJob(owner, job_id, job, self._store.creation(owner, job_id, job))

    def begin(self, new: NewJob) -> None:
        """Enqueue a job that is stored by now."""
        self._enqueue(new.job.kind, new.owner, new.job_id, new.job_id)

    def start_own(self, uid: str, kind: str, request: dict[str, Any], request_id: str | None) -> tuple[str, Job]:
        """The same for a person, whose own the job is."""
        return self._start(JobOwner("users", uid), uid, kind, request, request_id)

    def get(self, access: TripAccess, job_id: str) -> Job:
        """A job of the trip. Raises NotFound."""
        return self._get(JobOwner("trips", access.trip_id), job_id)

    def get_own(self, uid: str, job_id: str) -> Job:
        """A job of a person. Raises NotFound."""
        return self._get(JobOwner("users", uid), job_id)

    def cancel(self, access: TripAccess, job_id: str, role: Role) -> Job:
        """Ask a trip's job to stop, for its starter or whoever's `role` is high enough; cancelling twice, or too late,
        changes nothing. Raises NotFound and PermissionDenied."""

        def decide(job: Job) -> Job:
            rules.check_may_cancel(job, access.caller.uid, role)
            return rules.request_cancel(job, self._clock.now())

        return self._store.change(JobOwner("trips", access.trip_id), job_id, decide)

    def run(
        self,
        trip_id: str,
        job_id: str,
        holder: str,
        work: Callable[[RunningJob], None],
        *,
        patience: int = MAX_ATTEMPTS,
    ) -> Job | None:
        """Claim a trip's job for `holder` and do its work; returns the job, None if it is gone.

        Safe to call twice or at once. What may pass, and what nobody foresaw, is raised on, so that the queue comes
        again, but for the last of so many attempts (`patience`); everything else ends the job as failed.
        """
        return self._run(JobOwner("trips", trip_id), job_id, holder, work, patience)

    def run_own(self, uid: str, job_id: str, holder: str, work: Callable[[RunningJob], None]) -> Job | None:
        """The same for a person's job."""
        return self._run(JobOwner("users", uid), job_id, holder, work, MAX_ATTEMPTS)

    def _start(
        self,
        owner: JobOwner,
        by: str,
        kind: str,
        request: dict[str, Any],
        request_id: str | None,
        language: str | None = None,
    ) -> tuple[str, Job]:
        job_id, job = self._queued(owner, by, kind, request, request_id, language)
        if not self._store.create(owner, job_id, job):
            earlier = self._store.get(owner, job_id)
            if earlier is None or earlier.request != request:
                raise AlreadyExists(
                    "This requestId was used for a different request; send a new one",
                    reason="REQUEST_ID_REUSED",
                    metadata={"field": "requestId"},
                )
            job = earlier
        # A resend enqueues again: the first call may have died in between, and the task's name makes it harmless.
        if not job.state.ended:
            self._enqueue(kind, owner, job_id, job_id)
        return job_id, job

    def _queued(
        self,
        owner: JobOwner,
        by: str,
        kind: str,
        request: dict[str, Any],
        request_id: str | None,
        language: str | None,
    ) -> tuple[str, Job]:
        now = self._clock.now()
        job_id = _replayable_id(owner, by, kind, request_id) if request_id else self._ids.new()
        return job_id, Job(
            kind=kind,
            state=JobState.QUEUED,
            by=by,
            request=request,
            created_at=now,
            updated_at=now,
            lease_until=now + CLAIM_WITHIN,
            message=say(language, "waiting"),
            language=language,
        )

    def _get(self, owner: JobOwner, job_id: str) -> Job:
        job = self._store.get(owner, job_id)
        if job is None:
            raise job_not_found(job_id)
        return job

    def _run(
        self, owner: JobOwner, job_id: str, holder: str, work: Callable[[RunningJob], None], patience: int
    ) -> Job | None:
        try:
            job = self._store.change(owner, job_id, lambda job: rules.claim(job, holder, self._clock.now()))
        except NotFound:
            log.info("job is gone", owner=owner.id, job_id=job_id)
            return None
        if job.state.ended:
            return job
        running = RunningJob(self._store, self._clock, owner, job_id, job, holder)
        try:
            with running.lease_kept():
                work(running)
        except Cancelled:
            return self._store.change(owner, job_id, lambda job: self._stopped(job, holder))
        except Exception as error:
            failure = known(error)
            if isinstance(failure, Aborted) and failure.reason == "JOB_TAKEN_OVER":
                log.info("job taken over", job_id=job_id, holder=holder)
                return self._store.get(owner, job_id)
            if failure.retryable and job.attempts < patience:
                raise
            if isinstance(failure, Internal):
                log.exception("job failed", error, job_id=job_id, kind=job.kind, attempts=job.attempts)
            else:
                log.info("job failed", job_id=job_id, kind=job.kind, reason=failure.reason)
            return self._fail(owner, job_id, holder, failure)
        return running.job

    def reap(self) -> int:
        """Enqueue again what nobody works on, and end what was cancelled or died too often; returns how many."""
        count = 0
        for owner, job_id, job in self._store.overdue(self._clock.now(), REAP_PAGE):
            count += 1
            try:
                self._revive(owner, job_id, job)
            except Exception as error:  # noqa: BLE001 - the others of the page must not wait for this one
                log.exception("job not reaped", error, job_id=job_id, kind=job.kind)
        return count

    def _revive(self, owner: JobOwner, job_id: str, job: Job) -> None:
        try:
            # What is buried is run once more, too: its worker finds it ended, and settles what waits for it.
            self._enqueue(job.kind, owner, job_id, f"{job_id}-{job.attempts}-{int(job.lease_until.timestamp())}")
        finally:
            if job.cancel_requested or job.attempts >= MAX_ATTEMPTS or rules.abandoned(job, self._clock.now()):
                self._store.change(owner, job_id, self._buried)

    def _buried(self, job: Job) -> Job:
        now = self._clock.now()
        if job.state.ended or job.lease_until > now:
            return job
        if job.cancel_requested:
            return rules.cancelled(job, now)
        log.error("job given up", kind=job.kind, attempts=job.attempts)
        return rules.failed(job, rules.GAVE_UP, now)

    def _stopped(self, job: Job, holder: str) -> Job:
        return job if job.state.ended or job.lease_holder != holder else rules.cancelled(job, self._clock.now())

    def _fail(self, owner: JobOwner, job_id: str, holder: str, error: TravvyError) -> Job | None:
        def decide(job: Job) -> Job:
            if job.state.ended or job.lease_holder != holder:
                return job
            return rules.failed(job, rules.error_of(error, job.language), self._clock.now())

        try:
            return self._store.change(owner, job_id, decide)
        except NotFound:
            return None


def _replayable_id(owner: JobOwner, by: str, kind: str, request_id: str) -> str:
    return hashlib.sha256(f"{by}/{owner.id}/{kind}/{request_id}".encode()).hexdigest()[:20]
