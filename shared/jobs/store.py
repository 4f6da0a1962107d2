"""Jobs in Firestore. Every change of a job is one transaction, so a late worker cannot undo what a newer one did."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client, DocumentReference, FieldFilter

from shared.cloud.documents import change, in_batches, stored
from shared.cloud.joint import Write
from shared.documents import compact
from shared.jobs.models import Job, JobOwner, JobState
from shared.runtime.errors import NotFound


class JobStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, owner: JobOwner, job_id: str, job: Job) -> bool:
        """Store a new job; False if there is one of this id."""
        try:
            self._job(owner, job_id).create(job.to_stored())
        except AlreadyExists:
            return False
        return True

    def creation(self, owner: JobOwner, job_id: str, job: Job) -> Write:
        """The same as part of a commit, which fails if there is a job of this id."""
        return lambda batch: batch.create(self._job(owner, job_id), job.to_stored())

    def get(self, owner: JobOwner, job_id: str) -> Job | None:
        found = self._job(owner, job_id).get()
        return Job.from_stored(found.to_dict()) if found.exists else None

    def change(self, owner: JobOwner, job_id: str, decide: Callable[[Job], Job]) -> Job:
        """Replace a job by what `decide` makes of it, which may raise; returns the new job. Raises NotFound."""

        def known(job: Job | None) -> Job:
            if job is None:
                raise job_not_found(job_id)
            return decide(job)

        return change(self._client, self._job(owner, job_id), Job, known)

    def stage_output(self, owner: JobOwner, job_id: str, name: str) -> dict[str, Any] | None:
        """What a finished stage left for the ones behind it, and for a worker that takes the job over."""
        found = self._stage(owner, job_id, name).get()
        return json.loads(found.get("output")) if found.exists else None

    def keep_stage_output(self, owner: JobOwner, job_id: str, name: str, output: dict[str, Any]) -> dict[str, Any]:
        """Keep a stage's output; if another worker was faster, its output counts and is returned."""
        try:
            self._stage(owner, job_id, name).create({"output": compact(output)})
        except AlreadyExists:
            return self.stage_output(owner, job_id, name) or output
        return output

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """A trip's jobs that somebody asked for, for their archive."""
        jobs = self._client.collection("trips", trip_id, "jobs")
        return stored(jobs.where(filter=FieldFilter("by", "==", uid)))

    def forget(self, trip_id: str, uid: str) -> None:
        """Delete what stages of a trip's jobs kept and names somebody who is gone for good: a worker makes it again."""
        named = [
            stage.reference
            for job in self._client.collection("trips", trip_id, "jobs").list_documents()
            for stage in job.collection("stages").stream()
            if uid in stage.get("output")
        ]
        in_batches(self._client, named, lambda batch, reference: batch.delete(reference))

    def own(self, uid: str) -> list[dict[str, Any]]:
        """A person's own jobs, for their archive."""
        return stored(self._client.collection("users", uid, "jobs"))

    def overdue(self, now: datetime, limit: int) -> Iterator[tuple[JobOwner, str, Job]]:
        """Owner, job id and job of what nobody has claimed or renewed in time."""
        query = (
            self._client.collection_group("jobs")
            .where(filter=FieldFilter("state", "in", [JobState.QUEUED, JobState.RUNNING]))
            .where(filter=FieldFilter("leaseUntil", "<", now))
            .order_by("leaseUntil")
            .limit(limit)
        )
        for found in query.stream():
            owner = found.reference.parent.parent
            yield JobOwner(owner.parent.id, owner.id), found.id, Job.from_stored(found.to_dict())

    def _job(self, owner: JobOwner, job_id: str) -> DocumentReference:
        return self._client.document(owner.collection, owner.id, "jobs", job_id)

    def _stage(self, owner: JobOwner, job_id: str, name: str) -> DocumentReference:
        return self._client.document(owner.collection, owner.id, "jobs", job_id, "stages", name)


def job_not_found(job_id: str) -> NotFound:
    return NotFound("There is no such job.", reason="JOB_NOT_FOUND", metadata={"jobId": job_id})
