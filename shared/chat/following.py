"""An answer as it grows, for callers who wait for it: what a listener on its document sees, until it has ended."""

import time
from collections.abc import Generator
from queue import Empty, Queue

from shared.chat.models import Message
from shared.chat.requests import AnswerChunk, AnswerResponse
from shared.chat.service import Asked
from shared.chat.store import ChatStore

FOLLOWED_SECONDS = 170.0
"""Longer than an answer takes; whoever has waited that long goes on with a listener."""


class Following:
    def __init__(self, store: ChatStore, seconds: float = FOLLOWED_SECONDS) -> None:
        self._store = store
        self._seconds = seconds

    def answer(self, trip_id: str, asked: Asked, *, streaming: bool) -> Generator[AnswerChunk, None, AnswerResponse]:
        """At once the answer as it is, or with `streaming` first what is written of it, piece by piece."""
        answer = asked.answer
        if streaming and not answer.state.ended:
            answer = yield from self._pieces(trip_id, asked)
        return AnswerResponse.of(trip_id, asked.thread_id, asked.message_id, answer)

    def _pieces(self, trip_id: str, asked: Asked) -> Generator[AnswerChunk, None, Message]:
        shown, latest, attempt = "", asked.answer, asked.answer.attempt
        yield self._chunk(asked, latest, "", restart=False)
        seen: Queue[Message | None] = Queue()
        stop = self._store.follow(trip_id, asked.thread_id, asked.message_id, seen)
        until = time.monotonic() + self._seconds
        try:
            while True:
                try:
                    found = seen.get(timeout=max(0.0, until - time.monotonic()))
                except Empty:
                    return latest
                if found is None:
                    return latest
                if found.attempt < attempt:
                    continue
                goes_on = found.text.startswith(shown)
                if found.text != shown or found.state != latest.state:
                    text = found.text[len(shown) :] if goes_on else found.text
                    yield self._chunk(asked, found, text, restart=not goes_on)
                shown, latest = found.text, found
                if found.state.ended:
                    return found
        finally:
            stop()

    def _chunk(self, asked: Asked, answer: Message, text: str, *, restart: bool) -> AnswerChunk:
        return AnswerChunk(
            thread_id=asked.thread_id, message_id=asked.message_id, state=answer.state, text=text, restart=restart
        )
