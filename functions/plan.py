"""The shared plan, for everybody who edits it."""

from shared import bootstrap
from shared.plan.requests import (
    FlushTask,
    GetPlanRequest,
    HistoryRequest,
    HistoryResponse,
    PlanResponse,
    RestoreRequest,
    ReverseRequest,
    SubmitRequest,
    SubmitResponse,
)
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import ScheduleContext, TaskContext
from shared.runtime.decorators import callable_function, scheduled_function, task_function


@callable_function("plan-submit", role=Role.EDITOR)
def plan_submit(request: SubmitRequest, access: TripAccess) -> SubmitResponse:
    """Commit operations on the plan, merged with what others did since `base`."""
    submitted = bootstrap.plans().submit(access, request.submission(access.caller.uid))
    return SubmitResponse.of(submitted)


@callable_function("plan-get", role=Role.VIEWER)
def plan_get(request: GetPlanRequest, access: TripAccess) -> PlanResponse:
    """The plan, now or at an earlier version."""
    version, plan = bootstrap.history().at(access, request.version)
    return PlanResponse(version=version, plan=plan)


@callable_function("plan-history", role=Role.VIEWER)
def plan_history(request: HistoryRequest, access: TripAccess) -> HistoryResponse:
    """Who changed what, newest first."""
    return HistoryResponse.of(bootstrap.history().page(access, request.before, request.size))


@callable_function("plan-undo", role=Role.EDITOR)
def plan_undo(request: ReverseRequest, access: TripAccess) -> SubmitResponse:
    """Take back one's own newest edit, across what others did since."""
    return SubmitResponse.of(bootstrap.history().undo(access, request.src, request.seq))


@callable_function("plan-redo", role=Role.EDITOR)
def plan_redo(request: ReverseRequest, access: TripAccess) -> SubmitResponse:
    """Take back one's own newest undo."""
    return SubmitResponse.of(bootstrap.history().redo(access, request.src, request.seq))


@callable_function("plan-restore", role=Role.EDITOR)
def plan_restore(request: RestoreRequest, access: TripAccess) -> SubmitResponse:
    """Make the plan what it was at an earlier version; this too can be undone."""
    return SubmitResponse.of(bootstrap.history().restore(access, request.version, request.src, request.seq))


@scheduled_function("plan-expire", cron="*/10 * * * *")
def plan_expire(context: ScheduleContext) -> None:
    """Delete operations older than 90 days that a snapshot covers."""
    bootstrap.plans().expire()


@task_function("plan-flush", queue="plan-flush")
def plan_flush(payload: FlushTask, context: TaskContext) -> None:
    """Write the plan's snapshot after the last edit."""
    bootstrap.plans().flush(payload.trip_id)
