"""Days that work, for editors: order them anew, find a place for an idea, re-plan when something changes."""

from shared import bootstrap
from shared.jobs.models import JOB_RETRY
from shared.jobs.requests import JobRequest, JobResponse
from shared.planning.requests import OptimiseRequest, PlaceRequest, ReplanRequest
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import TaskContext
from shared.runtime.decorators import callable_function, task_function
from shared.runtime.registry import DailyLimit, Limits, Quota, Resources

LIMITS = Limits(per_caller_per_minute=30)
PLANNINGS = Quota("plannings", DailyLimit(person=150, trip=400))


@callable_function("planning-optimise", role=Role.EDITOR, limits=LIMITS, quota=PLANNINGS)
def planning_optimise(request: OptimiseRequest, access: TripAccess) -> JobResponse:
    """Order a day, some days or the rest of the trip anew, and place ideas where they fit; follow the job."""
    job_id, job = bootstrap.planning_asking().ask(access, "optimise", request, request.request_id)
    return JobResponse.of(request.trip_id, job_id, job)


@callable_function("planning-place", role=Role.EDITOR, limits=LIMITS, quota=PLANNINGS)
def planning_place(request: PlaceRequest, access: TripAccess) -> JobResponse:
    """Find a place in the days for an idea; follow the job."""
    job_id, job = bootstrap.planning_asking().ask(access, "place", request, request.request_id)
    return JobResponse.of(request.trip_id, job_id, job)


@callable_function("planning-replan", role=Role.EDITOR, limits=LIMITS, quota=PLANNINGS)
def planning_replan(request: ReplanRequest, access: TripAccess) -> JobResponse:
    """Re-plan what must change after a stop moved, rain, a delay or a closure; follow the job."""
    job_id, job = bootstrap.planning_asking().ask(access, "replan", request, request.request_id)
    return JobResponse.of(request.trip_id, job_id, job)


@task_function(
    "planning-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(memory_mb=512, timeout_seconds=300),
    preload=bootstrap.planning,
)
def planning_run(payload: JobRequest, context: TaskContext) -> None:
    """Plan days: the work of a planning job."""
    bootstrap.planning().run(payload.trip_id, payload.job_id, f"{context.task_name}#{context.attempt}")
