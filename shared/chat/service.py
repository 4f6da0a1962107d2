"""Use cases of conversations: ask, cancel, retry, regenerate. None needs a model, so these functions start fast."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.chat import rules
from shared.chat.models import Message, MessageError, MessageState, Thread
from shared.chat.requests import AnswerAgainRequest, ChatRequest
from shared.chat.store import ChatStore, ChatTransaction
from shared.cloud.joint import Part
from shared.jobs.models import Job, JobState
from shared.jobs.service import JobService, NewJob
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import AlreadyExists
from shared.runtime.ids import Ids
from shared.trips.models import Trip
from shared.trips.rules import visible
from shared.users.asking import Profiles
from shared.words import language_of, ours

KIND: Final = "ai-chat"


@dataclass(frozen=True)
class Asked:
    """An answer to come or already there."""

    thread_id: str
    message_id: str
    answer: Message


class ChatService:
    """Each use case is one transaction on the thread, with the job of the answer if it is its turn.

    An answer's state is what counts. Its job only carries the work, so a job that died leaves nothing behind that
    cancelling does not put right.
    """

    def __init__(self, store: ChatStore, jobs: JobService, clock: Clock, ids: Ids, profiles: Profiles) -> None:
        self._profiles = profiles
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._ids = ids

    def authorise(self, access: TripAccess, found: Trip | None, thread_id: str | None, private: bool) -> Trip:
        """The trip as it was found, for somebody who may ask in this thread, or in a new one.

        Raises NotFound (TRIP_NOT_FOUND, THREAD_NOT_FOUND) and PermissionDenied. No round trip, one with a thread.
        """
        trip = visible(found, access)
        if thread_id is not None:
            uid = access.caller.uid
            thread = rules.visible(self._store.thread(access.trip_id, thread_id), uid)
            private = thread.private
        rules.check_role(trip.roles[access.caller.uid], private)
        return trip

    def ask(
        self,
        access: TripAccess,
        request: ChatRequest,
        *,
        spoken: bool = False,
        language: str | None = None,
        along: Sequence[Part] = (),
    ) -> Asked:
        """Store a question and set the assistant to work; a resend by `requestId` answers with the first one.

        `spoken` marks a question whose text is what was heard of a recording, in this `language` (BCP 47). What comes
        `along` is written with the question, or with the resend.

        Raises NotFound (THREAD_NOT_FOUND), PermissionDenied, ResourceExhausted (THREAD_BUSY) and AlreadyExists
        (REQUEST_ID_REUSED).
        """
        uid, now = access.caller.uid, self._clock.now()
        heard = ours(language) or language_of(request.text)
        preferred = None
        if not heard and request.thread_id is None:
            preferred = ours(self._profiles([uid])[uid].language)
        question_id = (
            _digest(uid, access.trip_id, "chat", request.request_id) if request.request_id else self._ids.new()
        )
        thread_id = request.thread_id or _digest(question_id, "thread")
        answer_id = _digest(question_id, "answer")
        fingerprint = hashlib.sha256(request.model_dump_json().encode()).hexdigest()

        def work(transaction: ChatTransaction) -> tuple[Thread, Message, NewJob | None]:
            role = access.check(transaction.roles)
            if request.thread_id is None and transaction.thread is None:
                thread = rules.begun(uid, request.text, bool(request.private), now, preferred)
            else:
                thread = rules.visible(transaction.thread, uid)
            rules.check_role(role, thread.private)
            if earlier := transaction.message(question_id):
                if earlier.fingerprint != fingerprint:
                    raise _reused()
                return thread, rules.answer_known(transaction.message(answer_id)), None
            thread, question, answer = rules.asked(
                thread, question_id, answer_id, uid, request.text, fingerprint, now, spoken=spoken, language=heard
            )
            transaction.put_thread(thread)
            transaction.put_message(question_id, question)
            transaction.put_message(answer_id, answer)
            return thread, answer, self._with_job(transaction, access.trip_id, thread_id, thread, answer_id, answer)

        parts = [*access.join(), *along]
        thread, answer, job = self._store.transact(access.trip_id, thread_id, [question_id, answer_id], work, parts)
        self._begin(access.trip_id, thread_id, thread, {answer_id: answer}, job)
        return Asked(thread_id, answer_id, answer)

    def cancel(self, access: TripAccess, thread_id: str, message_id: str) -> Asked:
        """Stop an answer, for who asked and for the trip's owner; one that has ended stays as it is."""
        now = self._clock.now()

        def work(transaction: ChatTransaction) -> tuple[Thread, Message]:
            role = access.check(transaction.roles)
            thread = rules.visible(transaction.thread, access.caller.uid)
            answer = rules.answer_known(transaction.message(message_id))
            rules.check_may_cancel(answer, access.caller.uid, role)
            thread, answer = (
                rules.without(thread, message_id, now),
                rules.ended(answer, MessageState.CANCELLED, None, now),
            )
            transaction.put_thread(thread)
            transaction.put_message(message_id, answer)
            return thread, answer

        thread, answer = self._store.transact(access.trip_id, thread_id, [message_id], work)
        self._start_first(access.trip_id, thread_id, thread, {message_id: answer})
        return Asked(thread_id, message_id, answer)

    def retry(self, access: TripAccess, request: AnswerAgainRequest) -> Asked:
        """Begin an answer again that failed or was cancelled, for who asked. Raises FailedPrecondition otherwise."""
        return self._again(access, request, rules.check_may_retry)

    def regenerate(self, access: TripAccess, request: AnswerAgainRequest) -> Asked:
        """Have a finished answer made anew, in its place, for who asked. Raises FailedPrecondition otherwise."""
        return self._again(access, request, rules.check_may_regenerate)

    def _again(self, access: TripAccess, request: AnswerAgainRequest, check: Callable[[Message, str], None]) -> Asked:
        now = self._clock.now()
        asked_with = _digest(access.caller.uid, "again", request.request_id or self._ids.new())

        thread_id, message_id = request.thread_id, request.message_id

        def work(transaction: ChatTransaction) -> tuple[Thread, Message, NewJob | None]:
            role = access.check(transaction.roles)
            thread = rules.visible(transaction.thread, access.caller.uid)
            rules.check_role(role, thread.private)
            answer = rules.answer_known(transaction.message(message_id))
            if asked_with in answer.asked_with:
                return thread, answer, None
            check(answer, access.caller.uid)
            thread, answer = rules.again(thread, message_id, answer, asked_with, now)
            transaction.put_thread(thread)
            transaction.put_message(message_id, answer)
            return thread, answer, self._with_job(transaction, access.trip_id, thread_id, thread, message_id, answer)

        parts = access.join()
        thread, answer, job = self._store.transact(access.trip_id, thread_id, [message_id], work, parts)
        self._begin(access.trip_id, thread_id, thread, {message_id: answer}, job)
        return Asked(thread_id, message_id, answer)

    def settle(self, trip_id: str, job: Job) -> None:
        """After a job has ended, however: its answer ends too, and the next of the thread is begun. Safe to repeat."""
        thread_id, message_id = job.request["threadId"], job.request["messageId"]
        now = self._clock.now()

        def work(transaction: ChatTransaction) -> Thread | None:
            answer = transaction.message(message_id)
            if transaction.thread is None or answer is None:
                return transaction.thread
            if answer.attempt != job.request["attempt"]:
                return transaction.thread
            error = MessageError(**job.error.model_dump()) if job.error else None
            state = MessageState.CANCELLED if job.state == JobState.CANCELLED else MessageState.FAILED
            thread = rules.without(transaction.thread, message_id, now)
            transaction.put_thread(thread)
            transaction.put_message(message_id, rules.ended(answer, state, error, now))
            return thread

        thread = self._store.transact(trip_id, thread_id, [message_id], work)
        if thread:
            self._start_first(trip_id, thread_id, thread, {})

    def _with_job(
        self,
        transaction: ChatTransaction,
        trip_id: str,
        thread_id: str,
        thread: Thread,
        answer_id: str,
        answer: Message,
    ) -> NewJob | None:
        """The job of an answer that has just been queued, written with it; None if others wait before it."""
        if thread.waiting[0] != answer_id:
            return None
        access, work, key = _work(trip_id, thread_id, answer_id, answer)
        job = self._jobs.prepared(access, KIND, work, key, language=answer.language)
        transaction.write(job.stored)
        return job

    def _begin(
        self, trip_id: str, thread_id: str, thread: Thread, known: Mapping[str, Message], job: NewJob | None
    ) -> None:
        if job:
            self._jobs.begin(job)
        else:
            self._start_first(trip_id, thread_id, thread, known)

    def _start_first(self, trip_id: str, thread_id: str, thread: Thread, known: Mapping[str, Message]) -> None:
        """Have the first waiting answer written; once more does nothing, and revives what a dead call left undone.

        `known` has messages that need not be read. An answer whose job has died is settled, so that it holds up nobody.
        """
        if not thread.waiting:
            return
        message_id = thread.waiting[0]
        answer = known.get(message_id) or self._store.message(trip_id, thread_id, message_id)
        if answer is None:
            return
        access, work, key = _work(trip_id, thread_id, message_id, answer)
        _, job = self._jobs.start(access, KIND, work, key, language=answer.language)
        if job.state.ended:
            self.settle(trip_id, job)


def _work(trip_id: str, thread_id: str, answer_id: str, answer: Message) -> tuple[TripAccess, dict[str, Any], str]:
    """What makes the job of an answer: access of who asked, which the worker checks when it begins, and what to do
    under which key."""
    asker = Caller.absent(answer.by, answer.created_at)
    work = {"threadId": thread_id, "messageId": answer_id, "attempt": answer.attempt}
    return TripAccess(asker, trip_id, Role.VIEWER), work, f"{answer_id}-{answer.attempt}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:20]


def _reused() -> AlreadyExists:
    return AlreadyExists(
        "This requestId was used for a different question; send a new one",
        reason="REQUEST_ID_REUSED",
        metadata={"field": "requestId"},
    )
