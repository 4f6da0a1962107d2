"""Routes, for groups that do not know yet which cities, in what order and for how long."""

from shared import bootstrap
from shared.jobs.models import JOB_RETRY
from shared.jobs.requests import JobRequest, JobResponse
from shared.routes.requests import RoutePlanRequest
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import TaskContext
from shared.runtime.decorators import callable_function, task_function
from shared.runtime.registry import DailyLimit, Limits, Quota, Resources

ROUTES = Quota("routes", DailyLimit(person=50, trip=150))


@callable_function("routes-plan", role=Role.EDITOR, limits=Limits(per_caller_per_minute=20), quota=ROUTES)
def routes_plan(request: RoutePlanRequest, access: TripAccess) -> JobResponse:
    """Plan cities, nights, transfers and stays within a budget; follow the job, and accept what it proposes."""
    job_id, job = bootstrap.route_asking().ask(access, request, request.request_id)
    return JobResponse.of(request.trip_id, job_id, job)


@task_function(
    "routes-plan-run",
    queue="jobs",
    retry=JOB_RETRY,
    resources=Resources(memory_mb=512, timeout_seconds=120),
    preload=bootstrap.routes,
)
def routes_plan_run(payload: JobRequest, context: TaskContext) -> None:
    """Plan a route: the work of a routes-plan job."""
    bootstrap.routes().run(payload.trip_id, payload.job_id, f"{context.task_name}#{context.attempt}")
