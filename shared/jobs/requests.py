"""What callers of the job functions send and get."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict

from shared.jobs.models import Job, JobState
from shared.runtime.models import Request, Response
from shared.trips.requests import DocumentId, TripId, Uid


class JobRequest(Request):
    """A job of a trip. Also the payload of the tasks that run one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "jobId": "j2Vb7Xr5NqTz9wLc3KpY"}]}
    )

    trip_id: TripId
    job_id: DocumentId


class PersonJobTask(Request):
    """The payload of the tasks that run a person's job."""

    uid: Uid
    job_id: DocumentId


class JobErrorView(Response):
    code: str
    reason: str
    message: str


class PersonJobRequest(Request):
    """A job of the caller's own."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobId": "j2Vb7Xr5NqTz9wLc3KpY"}]})

    job_id: DocumentId


class _JobView(Response):
    job_id: str
    kind: str
    state: JobState
    progress: float
    stage: str
    message: str
    created_at: datetime
    result: dict[str, Any] | None
    error: JobErrorView | None


class PersonJobResponse(_JobView):
    """A job of one's own as it stands now; follow `users/{uid}/jobs/{jobId}` with a listener."""

    @classmethod
    def of(cls, job_id: str, job: Job) -> "PersonJobResponse":
        return cls(**_told(job_id, job))


class JobResponse(_JobView):
    """A job as it stands now; follow `trips/{tripId}/jobs/{jobId}` with a listener."""

    trip_id: str
    partial: dict[str, Any] | None

    @classmethod
    def of(cls, trip_id: str, job_id: str, job: Job) -> "JobResponse":
        return cls(trip_id=trip_id, partial=job.partial, **_told(job_id, job))


def _told(job_id: str, job: Job) -> dict[str, Any]:
    told = {name: getattr(job, name) for name in _JobView.model_fields if name not in ("job_id", "error")}
    return {**told, "job_id": job_id, "error": JobErrorView(**job.error.model_dump()) if job.error else None}
