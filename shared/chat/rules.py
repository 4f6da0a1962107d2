"""Decisions about conversations, without I/O: who may do what to which message, and what comes next in a thread."""

from dataclasses import asdict
from datetime import datetime
from typing import Final

from shared.chat.answer import Answer
from shared.chat.models import Message, MessageError, MessageState, Thread
from shared.runtime.caller import Role
from shared.runtime.errors import (
    Aborted,
    Cancelled,
    FailedPrecondition,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    TravvyError,
)
from shared.words import failure

MOST_WAITING: Final = 20
"""Questions that may wait in one thread."""
MOST_ATTEMPTS: Final = 20
"""Times that one answer may be begun; the digests of what began it are kept in it."""
TITLE_CHARACTERS: Final = 80


def least_role(private: bool) -> Role:
    """Who only reads a trip may ask for themselves; a shared thread is a word to everybody, as a comment is."""
    return Role.VIEWER if private else Role.VOTER


def check_role(role: Role, private: bool) -> None:
    """Raises PermissionDenied (PRIVATE_ONLY) for a viewer in a shared thread."""
    if not role.at_least(least_role(private)):
        raise PermissionDenied(
            "Viewers ask the assistant in private threads; a shared one needs the role voter",
            reason="PRIVATE_ONLY",
            metadata={"needed": Role.VOTER.value, "actual": role.value},
        )


def visible(thread: Thread | None, uid: str) -> Thread:
    """The thread, if this person may read it. Raises NotFound (THREAD_NOT_FOUND), which hides private ones."""
    if thread is None or (thread.private and thread.by != uid):
        raise NotFound("There is no such conversation.", reason="THREAD_NOT_FOUND", metadata={"field": "threadId"})
    return thread


def answer_known(message: Message | None) -> Message:
    """The message, if it is an answer. Raises NotFound (ANSWER_NOT_FOUND)."""
    if message is None or message.role != "assistant":
        raise NotFound("There is no such answer.", reason="ANSWER_NOT_FOUND", metadata={"field": "messageId"})
    return message


def begun(uid: str, text: str, private: bool, now: datetime, preferred: str | None) -> Thread:
    """A new conversation; until a question shows its language, it is in that which its beginner prefers."""
    title = " ".join(text.split())[:TITLE_CHARACTERS]
    return Thread(private=private, by=uid, title=title, language=preferred, created_at=now, updated_at=now)


def asked(
    thread: Thread,
    question_id: str,
    answer_id: str,
    uid: str,
    text: str,
    fingerprint: str,
    now: datetime,
    *,
    spoken: bool,
    language: str | None,
) -> tuple[Thread, Message, Message]:
    """The thread with one more question, the question, and its answer to come. Raises ResourceExhausted.

    What does not show its language (`language` None) is taken to be in that of the conversation.
    """
    number = thread.next_number
    language = language or thread.language
    question = Message(
        role="user",
        by=uid,
        number=number,
        text=text,
        spoken=spoken,
        language=language,
        state=MessageState.DONE,
        fingerprint=fingerprint,
        created_at=now,
        updated_at=now,
    )
    answer = Message(
        role="assistant",
        by=uid,
        number=number + 1,
        language=language,
        state=MessageState.QUEUED,
        answers=question_id,
        created_at=now,
        updated_at=now,
    )
    after = _queued(thread, answer_id, now).model_copy(update={"next_number": number + 2, "language": language})
    return after, question, answer


def again(thread: Thread, answer_id: str, answer: Message, asked_with: str, now: datetime) -> tuple[Thread, Message]:
    """The answer queued once more. Raises FailedPrecondition (ANSWER_ATTEMPTS) and ResourceExhausted."""
    if answer.attempt >= MOST_ATTEMPTS:
        raise FailedPrecondition(
            f"This was answered {MOST_ATTEMPTS} times; ask in other words", reason="ANSWER_ATTEMPTS"
        )
    update = {
        "state": MessageState.QUEUED,
        "attempt": answer.attempt + 1,
        "superseded": (*answer.superseded, *answer.proposals),
        "asked_with": (*answer.asked_with, asked_with),
        **asdict(Answer()),
        "error": None,
        "writer": None,
        "updated_at": now,
    }
    return _queued(thread, answer_id, now), answer.model_copy(update=update)


def _queued(thread: Thread, answer_id: str, now: datetime) -> Thread:
    if len(thread.waiting) >= MOST_WAITING:
        raise ResourceExhausted(
            f"{MOST_WAITING} questions wait in this conversation; wait for an answer first",
            reason="THREAD_BUSY",
            retry_after=10,
        )
    return thread.model_copy(update={"waiting": (*thread.waiting, answer_id), "updated_at": now})


def check_may_retry(answer: Message, uid: str) -> None:
    """Raises PermissionDenied (NOT_YOURS) or FailedPrecondition (ANSWER_NOT_FAILED)."""
    _check_own(answer, uid)
    if answer.state not in (MessageState.FAILED, MessageState.CANCELLED):
        raise FailedPrecondition(
            f"Only what failed or was cancelled is tried again; this is {answer.state}", reason="ANSWER_NOT_FAILED"
        )


def check_may_regenerate(answer: Message, uid: str) -> None:
    """Raises PermissionDenied (NOT_YOURS) or FailedPrecondition (ANSWER_NOT_DONE)."""
    _check_own(answer, uid)
    if answer.state != MessageState.DONE:
        raise FailedPrecondition(
            f"Only a finished answer is made anew; this is {answer.state}", reason="ANSWER_NOT_DONE"
        )


def check_may_cancel(answer: Message, uid: str, role: Role) -> None:
    """Raises PermissionDenied (NOT_YOURS) unless it is who asked, or the trip's owner."""
    if role != Role.OWNER:
        _check_own(answer, uid)


def _check_own(answer: Message, uid: str) -> None:
    # The assistant works in the name of who asked: nobody else sets it to work again.
    if answer.by != uid:
        raise PermissionDenied("This is for who asked the question", reason="NOT_YOURS")


def ended(answer: Message, state: MessageState, error: MessageError | None, now: datetime) -> Message:
    """The answer as cancelled or failed; what was written of it stays. Unchanged if it has ended."""
    if answer.state.ended:
        return answer
    return answer.model_copy(update={"state": state, "error": error, "writer": None, "updated_at": now})


def without(thread: Thread, answer_id: str, now: datetime) -> Thread:
    """The thread when an answer waits no longer."""
    if answer_id not in thread.waiting:
        return thread
    waiting = tuple(one for one in thread.waiting if one != answer_id)
    return thread.model_copy(update={"waiting": waiting, "updated_at": now})


def taken(answer: Message, attempt: int, writer: str, now: datetime) -> Message:
    """The answer in the hands of a worker; a finished one as it is. Raises Cancelled if nobody wants it any more."""
    if answer.attempt != attempt or answer.state in (MessageState.CANCELLED, MessageState.FAILED):
        raise Cancelled("Nobody waits for this answer any more", reason="ANSWER_CANCELLED")
    if answer.state == MessageState.DONE:
        return answer
    begun = {**asdict(Answer()), "state": MessageState.WRITING, "writer": writer, "updated_at": now}
    return answer.model_copy(update=begun)


def written(message: Message, attempt: int, writer: str, answer: Answer, state: MessageState, now: datetime) -> Message:
    """The message with what was written by now. Raises Cancelled, or Aborted if another worker writes it."""
    if message.attempt != attempt or message.state != MessageState.WRITING:
        raise Cancelled("Nobody waits for this answer any more", reason="ANSWER_CANCELLED")
    if message.writer != writer:
        raise Aborted("Another worker has taken this job over", reason="JOB_TAKEN_OVER")
    return message.model_copy(update={**asdict(answer), "state": state, "updated_at": now})


def given_up(message: Message, attempt: int, writer: str, answer: Answer, error: TravvyError, now: datetime) -> Message:
    """The message as failed by its writer, with what was written by now; unchanged if it is no more this worker's."""
    if message.attempt != attempt or message.writer != writer:
        return message
    words = failure(message.language, error.reason, error.metadata, error.message)
    told = MessageError(code=error.code, reason=error.reason, message=words, retry_after=error.retry_after)
    return ended(message.model_copy(update=asdict(answer)), MessageState.FAILED, told, now)
