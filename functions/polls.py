"""Polls, for a group that decides: create, vote, look, close; and what closes them at their deadline."""

from shared import bootstrap
from shared.polls.requests import (
    BallotView,
    CreatePollRequest,
    PollRequest,
    PollResponse,
    VoteRequest,
    VoteResponse,
)
from shared.runtime.caller import Role, TripAccess
from shared.runtime.context import ScheduleContext, TaskContext
from shared.runtime.decorators import callable_function, scheduled_function, task_function


@callable_function("polls-create", role=Role.EDITOR)
def polls_create(request: CreatePollRequest, access: TripAccess) -> PollResponse:
    """Ask the group; an option may carry a change of the plan that is made if it wins."""
    poll_id, _ = bootstrap.polls().create(access, request)
    return PollResponse.of(poll_id, *bootstrap.polls().get(access, poll_id))


@callable_function("polls-vote", role=Role.VOTER)
def polls_vote(request: VoteRequest, access: TripAccess) -> VoteResponse:
    """Cast the caller's ballot, or change it until the poll is closed."""
    ballot = bootstrap.polls().vote(access, request.poll_id, request.choices, request.answers)
    return VoteResponse(poll_id=request.poll_id, ballot=BallotView.of(ballot))


@callable_function("polls-get", role=Role.VIEWER)
def polls_get(request: PollRequest, access: TripAccess) -> PollResponse:
    """A poll, where it stands or how it ended, and who has not voted."""
    return PollResponse.of(request.poll_id, *bootstrap.polls().get(access, request.poll_id))


@callable_function("polls-close", role=Role.VOTER)
def polls_close(request: PollRequest, access: TripAccess) -> PollResponse:
    """Close a poll, for its maker or an editor, record its result and apply the winner to the plan."""
    bootstrap.poll_closing().close(access, request.poll_id)
    return PollResponse.of(request.poll_id, *bootstrap.polls().get(access, request.poll_id))


@task_function("polls-deadline", queue="polls")
def polls_deadline(payload: PollRequest, context: TaskContext) -> None:
    """Close a poll at its deadline."""
    bootstrap.poll_closing().close_at_deadline(payload.trip_id, payload.poll_id)


@scheduled_function("polls-close-due", cron="* * * * *")
def polls_close_due(context: ScheduleContext) -> None:
    """Close polls whose task was lost or lies too far ahead, and apply winners that nobody has applied."""
    bootstrap.poll_closing().sweep()
