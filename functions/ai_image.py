"""Pictures, for editors: a photo, a screenshot or a ticket becomes ideas and bookings for the plan."""

from shared import bootstrap
from shared.jobs.models import JOB_RETRY
from shared.jobs.requests import JobRequest, JobResponse
from shared.pictures.requests import AddedIdeasResponse, AddIdeasRequest, PictureRequest
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import TaskContext
from shared.runtime.decorators import callable_function, task_function
from shared.runtime.registry import MIB, DailyLimit, Limits, Quota, Resources


@callable_function(
    "ai-image",
    role=Role.EDITOR,
    limits=Limits(per_caller_per_minute=20, body_bytes=15 * MIB),
    quota=Quota("pictures", DailyLimit(person=60, trip=200)),
    resources=Resources(memory_mb=1024, concurrency=1),
)
def ai_image(request: PictureRequest, access: TripAccess) -> JobResponse:
    """Show a picture; follow the job, whose result has candidates for the plan."""
    job_id, job = bootstrap.picture_asking().ask(access, request)
    return JobResponse.of(request.trip_id, job_id, job)


@callable_function("ai-image-add", role=Role.EDITOR)
def ai_image_add(request: AddIdeasRequest, access: TripAccess) -> AddedIdeasResponse:
    """Put candidates of a picture into the plan: places as ideas, bookings on their days."""
    version, stops = bootstrap.picture_ideas().add(access, request.job_id, request.candidates)
    return AddedIdeasResponse(trip_id=request.trip_id, version=version, stops=stops)


@task_function(
    "ai-image-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(memory_mb=512, timeout_seconds=300),
    preload=bootstrap.pictures,
)
def ai_image_run(payload: JobRequest, context: TaskContext) -> None:
    """Look at a picture: the work of an ai-image job."""
    bootstrap.pictures().run(payload.trip_id, payload.job_id, f"{context.task_name}#{context.attempt}")
