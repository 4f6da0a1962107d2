"""Use cases of conversations: ask, cancel, retry, regenerate. None needs a model, so these functions start fast."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from shared.chat import rules
from shared.chat.models import Message, MessageError, MessageState, Thread
from shared.chat.requests import AnswerAgainRequest, ChatRequest
from shared.chat.store import ChatStore, ChatTransaction
from shared.jobs.models import Job, JobState
from shared.jobs.service import JobService
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import AlreadyExists
from shared.runtime.ids import Ids
from shared.trips.models import Trip
from shared.trips.rules import visible
from shared.trips.service import TripService
from shared.users.asking import Asker
from shared.words import language_of, ours

KIND: Final = "ai-chat"


@dataclass(frozen=True)
class Asked:
    """An answer to come or already there."""

    thread_id: str
    message_id: str
    answer: Message


class ChatService:
    """Each use case is one transaction on the thread, behind it the job of the answer whose turn it is.

    An answer's state is what counts. Its job only carries the work, so a job that died leaves nothing behind that
    cancelling does not put right.
    """

    def __init__(
        self, store: ChatStore, trips: TripService, jobs: JobService, clock: Clock, ids: Ids, asker: Asker
    ) -> None:
        self._asker = asker
        self._store = store
        self._trips = trips
        self._jobs = jobs
        self._clock = clock
        self._ids = ids

    def authorise(self, access: TripAccess, found: Trip | None, thread_id: str | None, private: bool) -> Trip:
        """The trip as it was found, for somebody who may ask in this thread, or in a new one.

        Raises NotFound (TRIP_NOT_FOUND, THREAD_NOT_FOUND) and PermissionDenied. No round trip, three with a thread.
        """
        trip = visible(found, access)
        if thread_id is not None:
            uid = access.caller.uid
            thread = self._store.transact(access.trip_id, thread_id, [], lambda found: rules.visible(found.thread, uid))
            private = thread.private
        rules.check_role(trip.roles[access.caller.uid], private)
        return trip

    def ask(
        self,
        access: TripAccess,
        request: ChatRequest,
        *,
        authorised: bool = False,
        spoken: bool = False,
        language: str | None = None,
    ) -> Asked:
        """Store a question and set the assistant to work; a resend by `requestId` answers with the first one.

        `spoken` marks a question whose text is what was heard of a recording, in this `language` (BCP 47). Who was
        `authorised` just now is asked for their role once, in the transaction, and not before it as well.

        Raises NotFound (THREAD_NOT_FOUND), PermissionDenied, ResourceExhausted (THREAD_BUSY) and AlreadyExists
        (REQUEST_ID_REUSED).
        """
        uid, now = access.caller.uid, self._clock.now()
        heard = ours(language) or language_of(request.text)
        preferred = None
        if heard or request.thread_id is not None:
            self._authorise(access, authorised)
        else:
            _, own = self._asker.beside(uid, lambda: self._authorise(access, authorised))
            preferred = ours(own.language)
        question_id = (
            _digest(uid, access.trip_id, "chat", request.request_id) if request.request_id else self._ids.new()
        )
        thread_id = request.thread_id or _digest(question_id, "thread")
        answer_id = _digest(question_id, "answer")
        fingerprint = hashlib.sha256(request.model_dump_json().encode()).hexdigest()

        def work(transaction: ChatTransaction) -> tuple[Thread, Message]:
            role = access.check(transaction.roles)
            if request.thread_id is None and transaction.thread is None:
                thread = rules.begun(uid, request.text, bool(request.private), now, preferred)
            else:
                thread = rules.visible(transaction.thread, uid)
            rules.check_role(role, thread.private)
            if earlier := transaction.message(question_id):
                if earlier.fingerprint != fingerprint:
                    raise _reused()
                return thread, rules.answer_known(transaction.message(answer_id))
            thread, question, answer = rules.asked(
                thread, question_id, answer_id, uid, request.text, fingerprint, now, spoken=spoken, language=heard
            )
            transaction.put_thread(thread)
            transaction.put_message(question_id, question)
            transaction.put_message(answer_id, answer)
            return thread, answer

        thread, answer = self._store.transact(access.trip_id, thread_id, [question_id, answer_id], work)
        self._start_first(access.trip_id, thread_id, thread, {answer_id: answer})
        return Asked(thread_id, answer_id, answer)

    def _authorise(self, access: TripAccess, authorised: bool) -> None:
        if not authorised:
            self._trips.get(access)

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
        self._trips.get(access)
        now = self._clock.now()
        asked_with = _digest(access.caller.uid, "again", request.request_id or self._ids.new())

        def work(transaction: ChatTransaction) -> tuple[Thread, Message]:
            role = access.check(transaction.roles)
            thread = rules.visible(transaction.thread, access.caller.uid)
            rules.check_role(role, thread.private)
            answer = rules.answer_known(transaction.message(request.message_id))
            if asked_with in answer.asked_with:
                return thread, answer
            check(answer, access.caller.uid)
            thread, answer = rules.again(thread, request.message_id, answer, asked_with, now)
            transaction.put_thread(thread)
            transaction.put_message(request.message_id, answer)
            return thread, answer

        thread, answer = self._store.transact(access.trip_id, request.thread_id, [request.message_id], work)
        self._start_first(access.trip_id, request.thread_id, thread, {request.message_id: answer})
        return Asked(request.thread_id, request.message_id, answer)

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
        work = {"threadId": thread_id, "messageId": message_id, "attempt": answer.attempt}
        asker, key = _in_the_name_of(answer, trip_id), f"{message_id}-{answer.attempt}"
        _, job = self._jobs.start(asker, KIND, work, key, language=answer.language)
        if job.state.ended:
            self.settle(trip_id, job)


def _in_the_name_of(answer: Message, trip_id: str) -> TripAccess:
    """Access of who asked, which the worker checks when it begins."""
    asker = Caller.absent(answer.by, answer.created_at)
    return TripAccess(asker, trip_id, Role.VIEWER)


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:20]


def _reused() -> AlreadyExists:
    return AlreadyExists(
        "This requestId was used for a different question; send a new one",
        reason="REQUEST_ID_REUSED",
        metadata={"field": "requestId"},
    )
