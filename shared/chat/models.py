"""Stored documents of conversations: `trips/{t}/threads/{threadId}` and `…/messages/{messageId}` below it.

Who may read a thread reads its messages by listener. `…/memory/summary`, which nobody reads but the assistant, holds
what the older part of a long conversation came down to.
"""

from enum import StrEnum
from typing import Literal

from shared.documents import Document, Instant


class MessageState(StrEnum):
    QUEUED = "queued"
    WRITING = "writing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (MessageState.DONE, MessageState.FAILED, MessageState.CANCELLED)


class Thread(Document):
    """A conversation. `waiting` has the answers to come, by id; the first of them is being written.

    `next_number` is the place that the next question gets, `language` that of the latest question that shows one, or
    else what who began it prefers.
    """

    private: bool
    by: str
    title: str
    next_number: int = 1
    language: str | None = None
    waiting: tuple[str, ...] = ()
    created_at: Instant
    updated_at: Instant


class MessageError(Document):
    """Why an answer failed, in the words and codes of a callable error; `retry_after` in seconds."""

    code: str
    reason: str
    message: str
    retry_after: float | None = None


class Message(Document):
    """A question or its answer; `by` is who asked, in whose name the assistant works. `number` orders a thread.

    An answer's `text` grows while it is written; `citations` are the ids of places that it names, `proposals` and
    `polls` of what it put before the group, `left_out` says what it could not propose, and why, `compromises` what is
    otherwise than it was wanted. `attributions` must be shown with it. `attempt` counts how often it was begun,
    `asked_with` has digests of the requests that began it, `writer` is the worker that writes it now. `fingerprint` is
    of a question's request; `language` is that of both, if it shows and is one of ours; a question is `spoken` if its
    text is what was heard of a recording.
    """

    role: Literal["user", "assistant"]
    by: str
    number: int
    text: str = ""
    spoken: bool = False
    language: str | None = None
    state: MessageState
    citations: tuple[str, ...] = ()
    proposals: tuple[str, ...] = ()
    polls: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    compromises: tuple[str, ...] = ()
    attributions: tuple[str, ...] = ()
    answers: str | None = None
    attempt: int = 1
    superseded: tuple[str, ...] = ()
    asked_with: tuple[str, ...] = ()
    fingerprint: str | None = None
    writer: str | None = None
    error: MessageError | None = None
    created_at: Instant
    updated_at: Instant


class Summary(Document):
    """What the messages up to the number `covers` came down to."""

    text: str
    covers: int
