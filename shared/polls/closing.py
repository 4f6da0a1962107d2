"""The end of a poll: its result is recorded once, whoever closes it, and a winner's operation reaches the plan once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from google.api_core.exceptions import GoogleAPICallError

from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.plan.service import PlanService
from shared.plan.staging import Submission
from shared.polls import rules
from shared.polls.models import Option, Poll, PollState
from shared.polls.store import PollStore, PollTransaction
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import TravvyError, Unavailable
from shared.runtime.ids import Ids
from shared.runtime.logs import log

SWEEP_PAGE = 100
AGAIN_AFTER = timedelta(minutes=10)
"""When the sweep comes back to a poll that it could not close or apply."""
DELETED_TRIP_AFTER = timedelta(days=1)
"""A deleted trip may come back; until then nobody decides in it."""


class PollClosing:
    def __init__(self, store: PollStore, plans: PlanService, outbox: Outbox, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._plans = plans
        self._outbox = outbox
        self._clock = clock
        self._ids = ids

    def close(self, access: TripAccess, poll_id: str) -> Poll:
        """Close a poll for its maker or an editor, and apply its winner; closing again finishes what was left undone.

        The transaction reads the ballots, so a vote at the same moment is counted or refused. Raises NotFound,
        PermissionDenied, and Aborted (PLAN_BUSY) if the poll is closed but its winner still waits to be applied.
        """
        uid = access.caller.uid

        def work(transaction: PollTransaction) -> tuple[Poll, Event | None]:
            role = access.check(transaction.roles)
            poll = transaction.known()
            rules.check_may_close(poll, uid, role)
            return self._closed(transaction, access.trip_id, poll_id, poll, uid)

        return self._settle(access.trip_id, poll_id, *self._store.transact(access.trip_id, poll_id, work))

    def close_at_deadline(self, trip_id: str, poll_id: str) -> Poll | None:
        """Close a poll whose deadline is past, or finish one that is closed; None if there is nothing to do.

        Raises Unavailable (POLL_NOT_DUE) before the deadline.
        """

        def work(transaction: PollTransaction) -> tuple[Poll, Event | None] | None:
            poll, now = transaction.poll, self._clock.now()
            if poll is None:
                return None
            if not transaction.roles:
                transaction.put_poll(rules.postponed(poll, now, DELETED_TRIP_AFTER))
                return None
            if poll.state == PollState.OPEN and (poll.deadline is None or poll.deadline > now):
                raise Unavailable("This poll is not over yet", reason="POLL_NOT_DUE", retry_after=1.0)
            return self._closed(transaction, trip_id, poll_id, poll, None)

        closed = self._store.transact(trip_id, poll_id, work)
        return self._settle(trip_id, poll_id, *closed) if closed else None

    def sweep(self) -> int:
        """Close what is past its deadline and apply what is closed but not applied; returns how many were settled."""
        settled = 0
        for trip_id, poll_id in list(self._store.due(self._clock.now(), SWEEP_PAGE)):
            try:
                settled += self.close_at_deadline(trip_id, poll_id) is not None
            except (TravvyError, GoogleAPICallError) as error:
                log.warning("poll not settled", trip_id=trip_id, poll_id=poll_id, error=str(error))
                self._postpone(trip_id, poll_id)
        return settled

    def _closed(
        self, transaction: PollTransaction, trip_id: str, poll_id: str, poll: Poll, by: str | None
    ) -> tuple[Poll, Event | None]:
        """The closed poll, and the event if this call closes it."""
        if poll.state == PollState.CLOSED:
            return poll, None
        now = self._clock.now()
        closed = rules.close(poll, transaction.roles, transaction.ballots(), by, now)
        event = self._event(trip_id, poll_id, closed, now)
        transaction.put_poll(closed)
        transaction.add_event(event)
        return closed, event

    def _settle(self, trip_id: str, poll_id: str, poll: Poll, event: Event | None) -> Poll:
        if event:
            self._outbox.publish(event)
        winner = poll.pending
        return self._apply(trip_id, poll_id, poll, winner) if winner else poll

    def _apply(self, trip_id: str, poll_id: str, poll: Poll, winner: Option) -> Poll:
        """Submit the winner's operation and note where it is in the log, or why it cannot be. Twice is as good as once.

        Raises what is worth another attempt.
        """
        author = poll.apply_by or poll.by
        try:
            submitted = self._plans.submit(
                _access(author, trip_id, poll.updated_at),
                Submission(
                    base=poll.base or 0,
                    src=f"poll:{poll_id}",
                    seq=0,
                    ops=[winner.components],
                    uid=author,
                    kind="poll",
                    signs=poll.by,
                ),
            )
        except TravvyError as error:
            if error.retryable and error.reason != "PLAN_TOO_LARGE":
                raise
            reason = error.reason
            log.info("winner of a poll not applied", poll_id=poll_id, reason=reason)
            return self._change(trip_id, poll_id, lambda known: rules.not_applied(known, reason, self._clock.now()))
        version = submitted.committed[-1].version
        return self._change(trip_id, poll_id, lambda known: rules.applied(known, version, self._clock.now()))

    def _postpone(self, trip_id: str, poll_id: str) -> None:
        self._change(trip_id, poll_id, lambda known: rules.postponed(known, self._clock.now(), AGAIN_AFTER))

    def _change(self, trip_id: str, poll_id: str, decide: Callable[[Poll], Poll]) -> Poll:
        def work(transaction: PollTransaction) -> Poll:
            before = transaction.known()
            after = decide(before)
            if after != before:
                transaction.put_poll(after)
            return after

        return self._store.transact(trip_id, poll_id, work)

    def _event(self, trip_id: str, poll_id: str, poll: Poll, now: datetime) -> Event:
        result = poll.result
        winners = [option.text for option in poll.options if result and option.option_id in result.winners]
        return Event(
            event_id=self._ids.new(),
            type="trip.poll_closed.v1",
            trip_id=trip_id,
            actor=poll.closed_by or poll.by,
            at=now,
            data={"pollId": poll_id, "title": poll.title, "winners": winners, "tie": len(winners) > 1},
        )


def _access(uid: str, trip_id: str, since: datetime) -> TripAccess:
    """The access of whose edit the outcome is: what they may no longer do, it may not do for them."""
    author = Caller.absent(uid, since)
    return TripAccess(author, trip_id, Role.EDITOR)
