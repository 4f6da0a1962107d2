"""Long work: stop it, and look after what was left behind."""

from shared import bootstrap
from shared.jobs.requests import JobRequest, JobResponse
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import ScheduleContext
from shared.runtime.decorators import callable_function, scheduled_function


@callable_function("jobs-get", role=Role.VIEWER)
def jobs_get(request: JobRequest, access: TripAccess) -> JobResponse:
    """A job as it stands now; listeners follow it more cheaply."""
    bootstrap.trips().get(access)
    return JobResponse.of(request.trip_id, request.job_id, bootstrap.jobs().get(access, request.job_id))


@callable_function("jobs-cancel", role=Role.VIEWER)
def jobs_cancel(request: JobRequest, access: TripAccess) -> JobResponse:
    """Ask a job of one's own to stop, editors any job of the plan; a job that has ended stays as it is."""
    trip = bootstrap.trips().get(access)
    job = bootstrap.jobs().cancel(access, request.job_id, trip.roles[access.caller.uid])
    return JobResponse.of(request.trip_id, request.job_id, job)


@scheduled_function("jobs-reap", cron="* * * * *")
def jobs_reap(context: ScheduleContext) -> None:
    """Revive jobs whose worker died, and end those that died too often."""
    bootstrap.jobs().reap()
