"""The shared plan, for everybody who edits it."""

from shared import bootstrap
from shared.plan.requests import FlushTask, SubmitRequest, SubmitResponse
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import TaskContext
from shared.runtime.decorators import callable_function, task_function


@callable_function("plan-submit", role=Role.EDITOR)
def plan_submit(request: SubmitRequest, access: TripAccess) -> SubmitResponse:
    """Commit operations on the plan, merged with what others did since `base`."""
    submitted = bootstrap.plans().submit(access, request.submission(access.caller.uid))
    return SubmitResponse.of(submitted)


@task_function("plan-flush", queue="plan-flush")
def plan_flush(payload: FlushTask, context: TaskContext) -> None:
    """Write the plan's snapshot after the last edit."""
    bootstrap.plans().flush(payload.trip_id)
