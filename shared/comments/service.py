"""Use cases of comments: create, edit, delete, resolve, reopen."""

import hashlib
from collections.abc import Callable, Sequence

from shared.comments import rules
from shared.comments.models import Comment
from shared.comments.requests import CreateCommentRequest
from shared.comments.store import CommentStore, CommentTransaction
from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.plan.service import PlanService
from shared.runtime.caller import TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import AlreadyExists, NotFound
from shared.runtime.ids import Ids

EXCERPT = 140
"""Characters of a comment that its mention carries, for a notification."""


class CommentService:
    """Each use case is one transaction; who is mentioned hears of it by `trip.comment_mentioned.v1`."""

    def __init__(self, store: CommentStore, plans: PlanService, outbox: Outbox, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._plans = plans
        self._outbox = outbox
        self._clock = clock
        self._ids = ids

    def create(self, access: TripAccess, request: CreateCommentRequest) -> tuple[str, Comment]:
        """A new comment or reply; a resend by `requestId` answers with the first one.

        Raises NotFound (DAY_NOT_FOUND, STOP_NOT_FOUND, COMMENT_NOT_FOUND), InvalidArgument (MENTION_UNKNOWN),
        AlreadyExists (REQUEST_ID_REUSED) and PermissionDenied.
        """
        uid, now = access.caller.uid, self._clock.now()
        comment_id = _replayable_id(access, request.request_id) if request.request_id else self._ids.new()
        event_id = self._ids.new()
        fingerprint = hashlib.sha256(request.model_dump_json().encode()).hexdigest()
        target_there = self._target_there(access, request)

        def work(transaction: CommentTransaction) -> tuple[Comment, Event | None]:
            access.check(transaction.roles)
            if earlier := transaction.find(comment_id):
                return _same(earlier, fingerprint), None
            if not target_there:
                raise _no_target(request)
            parent = transaction.known(request.reply_to, "replyTo") if request.reply_to else None
            comment = Comment(
                on=parent.on if parent else request.on or "trip",
                target_id=parent.target_id if parent else request.target_id,
                thread=(parent.thread or request.reply_to) if parent else None,
                text=request.text,
                mentions=rules.check_mentions(request.mentions, transaction.roles),
                by=uid,
                fingerprint=fingerprint,
                created_at=now,
            )
            transaction.put(comment_id, comment)
            return comment, self._mention(transaction, access, event_id, comment_id, comment, ())

        return comment_id, self._committed(
            access, [comment_id, *([request.reply_to] if request.reply_to else [])], work
        )

    def edit(self, access: TripAccess, comment_id: str, text: str, mentions: Sequence[str], version: int) -> Comment:
        """Put the author's new words in place of those of `version`; see `rules.edited` for what it raises."""
        event_id = self._ids.new()

        def work(transaction: CommentTransaction) -> tuple[Comment, Event | None]:
            access.check(transaction.roles)
            before = transaction.known(comment_id)
            people = rules.check_mentions(mentions, transaction.roles)
            after = rules.edited(before, access.caller.uid, text, people, version, self._clock.now())
            if after == before:
                return after, None
            transaction.put(comment_id, after)
            return after, self._mention(transaction, access, event_id, comment_id, after, before.mentions)

        return self._committed(access, [comment_id], work)

    def delete(self, access: TripAccess, comment_id: str) -> bool:
        """Delete a comment; True if a tombstone stays, because it has replies.

        A tombstone goes with its last reply. Raises NotFound and PermissionDenied.
        """

        def work(transaction: CommentTransaction) -> bool:
            role = access.check(transaction.roles)
            comment = transaction.known(comment_id)
            rules.check_may_delete(comment, access.caller.uid, role)
            if comment.thread is None:
                if transaction.replies(comment_id, 1):
                    transaction.put(comment_id, rules.tombstone(comment, self._clock.now()))
                    return True
            else:
                first = transaction.read(comment.thread)
                if first and first.deleted_at and transaction.replies(comment.thread, 2) == [comment_id]:
                    transaction.delete(comment.thread)
            transaction.delete(comment_id)
            return False

        return self._store.transact(access.trip_id, [comment_id], work)

    def resolve(self, access: TripAccess, comment_id: str) -> Comment:
        """Settle a thread; once is enough."""
        return self._change(
            access, comment_id, lambda comment: rules.resolved(comment, access.caller.uid, self._clock.now())
        )

    def reopen(self, access: TripAccess, comment_id: str) -> Comment:
        """Open a thread again; once is enough."""
        return self._change(access, comment_id, rules.reopened)

    def _change(self, access: TripAccess, comment_id: str, decide: Callable[[Comment], Comment]) -> Comment:
        def work(transaction: CommentTransaction) -> tuple[Comment, Event | None]:
            access.check(transaction.roles)
            before = transaction.known(comment_id)
            after = decide(before)
            if after != before:
                transaction.put(comment_id, after)
            return after, None

        return self._committed(access, [comment_id], work)

    def _committed(
        self,
        access: TripAccess,
        comment_ids: list[str],
        work: Callable[[CommentTransaction], tuple[Comment, Event | None]],
    ) -> Comment:
        comment, event = self._store.transact(access.trip_id, comment_ids, work)
        if event:
            self._outbox.publish(event)
        return comment

    def _mention(
        self,
        transaction: CommentTransaction,
        access: TripAccess,
        event_id: str,
        comment_id: str,
        comment: Comment,
        before: Sequence[str],
    ) -> Event | None:
        """Tell those who are mentioned now and were not before, if anybody."""
        people = rules.newly_mentioned(before, comment.mentions, access.caller.uid)
        if not people:
            return None
        event = Event(
            event_id=event_id,
            type="trip.comment_mentioned.v1",
            trip_id=access.trip_id,
            actor=access.caller.uid,
            at=comment.edited_at or comment.created_at,
            data={
                "name": access.caller.name or "Traveller",
                "commentId": comment_id,
                "on": comment.on,
                "targetId": comment.target_id,
                "mentions": people,
                "text": comment.text[:EXCERPT],
            },
        )
        transaction.add_event(event)
        return event

    def _target_there(self, access: TripAccess, request: CreateCommentRequest) -> bool:
        if request.target_id is None:
            return True
        return request.target_id in self._plans.read(access).doc["days" if request.on == "day" else "stops"]


def _same(earlier: Comment, fingerprint: str) -> Comment:
    if earlier.fingerprint != fingerprint:
        raise AlreadyExists(
            "This requestId was used for a different comment; send a new one",
            reason="REQUEST_ID_REUSED",
            metadata={"field": "requestId"},
        )
    return earlier


def _no_target(request: CreateCommentRequest) -> NotFound:
    return NotFound(
        f"There is no such {request.on} in the plan.",
        reason="DAY_NOT_FOUND" if request.on == "day" else "STOP_NOT_FOUND",
        metadata={"field": "targetId"},
    )


def _replayable_id(access: TripAccess, request_id: str) -> str:
    return hashlib.sha256(f"{access.caller.uid}/{access.trip_id}/comment/{request_id}".encode()).hexdigest()[:20]
