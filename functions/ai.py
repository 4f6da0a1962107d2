"""The assistant, for travellers who ask for a plan in their own words."""

from shared import bootstrap
from shared.generation.requests import GenerateRequest
from shared.jobs.models import JOB_RETRY
from shared.jobs.requests import JobRequest, JobResponse
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import TaskContext
from shared.runtime.decorators import callable_function, task_function
from shared.runtime.registry import DailyLimit, Limits, Quota, Resources

GENERATIONS = Quota("generations", DailyLimit(person=30, trip=100))


@callable_function("ai-generate", role=Role.EDITOR, limits=Limits(per_caller_per_minute=20), quota=GENERATIONS)
def ai_generate(request: GenerateRequest, access: TripAccess) -> JobResponse:
    """Ask for a plan; follow the job, and watch the plan appear, with listeners."""
    job_id, job = bootstrap.generation_asking().ask(access, request)
    return JobResponse.of(request.trip_id, job_id, job)


@task_function(
    "ai-generate-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(memory_mb=512, timeout_seconds=600),
    preload=bootstrap.generation,
)
def ai_generate_run(payload: JobRequest, context: TaskContext) -> None:
    """Plan a trip: the work of an ai-generate job."""
    bootstrap.generation().run(payload.trip_id, payload.job_id, f"{context.task_name}#{context.attempt}")
