"""The growing text of an answer, written into its document at a pace that Firestore sustains for one document."""

import time
from dataclasses import replace
from typing import Final

from shared.chat import rules
from shared.chat.answer import Answer
from shared.chat.models import Message, MessageState
from shared.chat.store import ChatStore
from shared.runtime.clock import Clock
from shared.runtime.errors import TravvyError

PACE_SECONDS: Final = 0.25
"""At most four writes a second."""
MOST_CHARACTERS: Final = 60_000


class AnswerWriter:
    """One worker's pen. Every write finds out whether the answer is still wanted, and wanted of this worker."""

    def __init__(
        self, store: ChatStore, clock: Clock, trip_id: str, thread_id: str, message_id: str, attempt: int, writer: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._where = (trip_id, thread_id, message_id)
        self._attempt = attempt
        self._writer = writer
        self._written = ""
        self._due = 0.0

    def take(self) -> Message:
        """The answer, now in this worker's hands; a finished one as it is. Raises Cancelled."""
        return self._store.change_message(
            *self._where, lambda known: rules.taken(known, self._attempt, self._writer, self._clock.now())
        )

    def show(self, text: str) -> None:
        """Let readers see the text so far, unless they were shown something a moment ago. Raises Cancelled, Aborted."""
        if text == self._written or time.monotonic() < self._due:
            return
        self._write(Answer(text), MessageState.WRITING)
        self._due = time.monotonic() + PACE_SECONDS

    def fail(self, error: TravvyError) -> None:
        """End the answer as failed; what was shown of it stays."""
        self._store.change_message(
            *self._where,
            lambda known: rules.given_up(known, self._attempt, self._writer, error, self._clock.now()),
        )

    def finish(self, answer: Answer) -> Message:
        """End the answer as done, whole. Raises Cancelled, Aborted."""
        return self._write(answer, MessageState.DONE)

    def _write(self, answer: Answer, state: MessageState) -> Message:
        answer = replace(answer, text=answer.text[:MOST_CHARACTERS])
        message = self._store.change_message(
            *self._where,
            lambda known: rules.written(known, self._attempt, self._writer, answer, state, self._clock.now()),
        )
        self._written = answer.text
        return message
