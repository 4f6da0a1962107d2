"""Use cases of polls: create, vote, get; closing is in `closing.py`."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from google.api_core.exceptions import GoogleAPICallError

from shared.documents import compact
from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.plan.limits import check_ops
from shared.plan.service import PlanService
from shared.plan.staging import Submission, stage
from shared.plan.words import changes, phrases
from shared.polls import rules
from shared.polls.drafts import check_size, draft, fingerprint
from shared.polls.models import Answer, Ballot, Poll, PollState, Result, Source
from shared.polls.requests import CreatePollRequest
from shared.polls.store import PollStore, PollTransaction, known
from shared.runtime.caller import TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import AlreadyExists, TravvyError
from shared.runtime.ids import Ids
from shared.runtime.logs import log

TASK_HORIZON = timedelta(days=29)
"""Cloud Tasks takes a task at most 30 days ahead; the sweep closes what ends later."""

Schedule = Callable[[str, str, datetime], None]
"""Have a poll closed at its deadline: (trip id, poll id, deadline). Doing it twice is as good as once."""


class PollService:
    def __init__(
        self, store: PollStore, plans: PlanService, outbox: Outbox, clock: Clock, ids: Ids, schedule: Schedule
    ) -> None:
        self._store = store
        self._plans = plans
        self._outbox = outbox
        self._clock = clock
        self._ids = ids
        self._schedule = schedule

    def create(self, access: TripAccess, request: CreatePollRequest, *, source: Source = "person") -> tuple[str, Poll]:
        """A new poll of the caller, in their own words or the assistant's (`source`); a resend by `requestId` answers
        with the first one.

        What the options would do is tried on the plan as it is now. Raises InvalidArgument (POLL_INVALID, or what
        plan.submit raises for a bad operation), AlreadyExists (REQUEST_ID_REUSED), NotFound and PermissionDenied.
        """
        trip_id, now = access.trip_id, self._clock.now()
        poll_id = _replayable_id(access, request.request_id) if request.request_id else self._ids.new()
        roles, earlier = self._store.open(trip_id, poll_id)
        access.check(roles)
        poll = earlier or self._with_effects(access, request, draft(request, access.caller.uid, now, source))
        if earlier is None:
            event = Event(
                event_id=self._ids.new(),
                type="trip.poll_created.v1",
                trip_id=trip_id,
                actor=access.caller.uid,
                at=now,
                data={
                    "name": access.caller.name or "Traveller",
                    "pollId": poll_id,
                    "title": poll.title,
                    "source": source,
                },
            )
            if self._store.create(trip_id, poll_id, poll, event):
                self._outbox.publish(event)
            else:
                poll = known(poll_id, self._store.open(trip_id, poll_id)[1])
        if poll.fingerprint != fingerprint(request):
            raise AlreadyExists(
                "This requestId was used for a different poll; send a new one",
                reason="REQUEST_ID_REUSED",
                metadata={"field": "requestId"},
            )
        # A resend schedules again: the first call may have died in between, and the task's name makes it harmless.
        self._schedule_close(trip_id, poll_id, poll, now)
        return poll_id, poll

    def vote(
        self,
        access: TripAccess,
        poll_id: str,
        choices: Sequence[str] | None,
        answers: Mapping[str, Answer] | None,
    ) -> Ballot:
        """Record the caller's ballot, in place of an earlier one. One transaction, which writes nothing but the ballot.

        It has read the poll, so it either commits before the poll is closed, and is counted, or is refused. Raises
        InvalidArgument (BALLOT_INVALID), FailedPrecondition (POLL_CLOSED), NotFound and PermissionDenied.
        """

        def work(transaction: PollTransaction) -> Ballot:
            access.check(transaction.roles)
            ballot = rules.ballot(transaction.known(), choices, answers, self._clock.now())
            transaction.put_ballot(access.caller.uid, ballot)
            return ballot

        return self._store.transact(access.trip_id, poll_id, work)

    def get(self, access: TripAccess, poll_id: str) -> tuple[Poll, Result, Ballot | None]:
        """A poll, where it stands (once closed: how it ended) and the caller's ballot. One round trip."""
        roles, poll, ballots = self._store.read(access.trip_id, poll_id)
        access.check(roles)
        poll = known(poll_id, poll)
        return poll, poll.result or rules.standing(poll, roles, ballots), ballots.get(access.caller.uid)

    def _with_effects(self, access: TripAccess, request: CreatePollRequest, poll: Poll) -> Poll:
        """The poll with what its options do to the plan, each tried alone on the plan as it is now."""
        ops = {index: option.ops for index, option in enumerate(request.options) if option.ops is not None}
        if request.base is None or not ops:
            return poll
        for index, op in ops.items():
            with _naming(index):
                check_ops([op])
        check_size(list(ops.values()))
        state, present = self._plans.rebased(access, request.base, list(ops.values()))
        options = list(poll.options)
        for index, op in zip(ops, present, strict=True):
            submission = Submission(state.version, "poll", 0, [op], access.caller.uid)
            with _naming(index):
                _, after = stage(state, submission, [], self._clock.now())
            words = ", ".join(phrases(changes(state.doc, after, op)))
            options[index] = options[index].model_copy(update={"op": compact(op), "words": words})
        return poll.model_copy(update={"options": tuple(options), "base": state.version})

    def _schedule_close(self, trip_id: str, poll_id: str, poll: Poll, now: datetime) -> None:
        if poll.deadline is None or poll.state == PollState.CLOSED or poll.deadline > now + TASK_HORIZON:
            return
        try:
            self._schedule(trip_id, poll_id, poll.deadline)
        except GoogleAPICallError as error:
            log.warning("poll left to the sweep", poll_id=poll_id, error=str(error))


@contextmanager
def _naming(index: int) -> Iterator[None]:
    """Add to an error which option it is about."""
    try:
        yield
    except TravvyError as error:
        error.metadata["option"] = f"options[{index}].ops"
        raise


def _replayable_id(access: TripAccess, request_id: str) -> str:
    return hashlib.sha256(f"{access.caller.uid}/{access.trip_id}/poll/{request_id}".encode()).hexdigest()[:20]
