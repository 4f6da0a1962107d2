"""The growing text of an answer, written into its document at a pace that Firestore sustains for one document."""

import time
from collections.abc import Sequence
from typing import Final

from shared.chat import rules
from shared.chat.answer import Answer, Data
from shared.chat.models import Message, MessageState
from shared.chat.store import ChatStore
from shared.runtime.clock import Clock
from shared.runtime.errors import TravvyError

PACE_SECONDS: Final = 0.25
"""At most four writes a second."""
MOST_CHARACTERS: Final = 60_000


class AnswerWriter:
    """One worker's pen. Every write finds out whether the answer is still wanted, and wanted of this worker.

    `where` is trip, thread and message, `attempt` which beginning of the answer the worker was sent for.
    """

    def __init__(self, store: ChatStore, clock: Clock, where: tuple[str, str, str], attempt: int, writer: str) -> None:
        self._store = store
        self._clock = clock
        self._where = where
        self._attempt = attempt
        self._writer = writer
        self._results: list[Data] = []
        self._written = Answer()
        self._due = 0.0

    def take(self) -> Message:
        """The answer, now in this worker's hands; a finished one as it is. Raises Cancelled."""
        return self._store.change_message(
            *self._where, lambda known: rules.taken(known, self._attempt, self._writer, self._clock.now())
        )

    def told(self, results: Sequence[Data]) -> None:
        """Hear what tools told: from now on the answer says what they did. Readers see a proposal or a poll at once."""
        self._results += results
        answer = self._so_far(self._written.text)
        if (answer.proposals, answer.polls) != (self._written.proposals, self._written.polls):
            self._write(answer, MessageState.WRITING)

    @property
    def due(self) -> bool:
        """Whether readers may be shown something more: not if they were a moment ago."""
        return time.monotonic() >= self._due

    def show(self, text: str) -> None:
        """Let readers see the text so far. Raises Cancelled, Aborted."""
        if text == self._written.text:
            return
        self._write(self._so_far(text), MessageState.WRITING)
        self._due = time.monotonic() + PACE_SECONDS

    def fail(self, error: TravvyError) -> None:
        """End the answer as failed; what was shown of it stays, and so does what tools did."""
        answer = self._so_far(self._written.text)
        self._store.change_message(
            *self._where,
            lambda known: rules.given_up(known, self._attempt, self._writer, answer, error, self._clock.now()),
        )

    def finish(self, text: str) -> Message:
        """End the answer as done, whole. Raises Cancelled, Aborted."""
        return self._write(self._so_far(text), MessageState.DONE)

    def _so_far(self, text: str) -> Answer:
        return Answer.of(text[:MOST_CHARACTERS], self._results)

    def _write(self, answer: Answer, state: MessageState) -> Message:
        message = self._store.change_message(
            *self._where,
            lambda known: rules.written(known, self._attempt, self._writer, answer, state, self._clock.now()),
        )
        self._written = answer
        return message
