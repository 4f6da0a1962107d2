"""Server-sent events: frames as they come, and a comment when nothing came for a while, so that proxies stay open."""

import queue
import threading
from collections.abc import Generator, Iterator
from contextvars import ContextVar, copy_context
from typing import Final

PING: Final = b": ping\n\n"
PING_SECONDS: Final = 30.0
_MOST_WAITING: Final = 16
_WANTED: ContextVar[bool] = ContextVar("stream_wanted", default=False)


def stream_wanted() -> bool:
    """Whether this call is answered with an event stream: who wants only the result should not wait for its pieces."""
    return _WANTED.get()


def want_stream(wanted: bool) -> None:
    """Note it for the handler of this call."""
    _WANTED.set(wanted)


def frame(payload: bytes) -> bytes:
    """One event; JSON has no raw line breaks, so it is always one line."""
    return b"data: " + payload + b"\n\n"


class EventStream:
    """Iterates over the frames that a generator makes in a thread of its own, with a ping after each silence.

    `close`, which the server calls when the client is gone, closes the generator at its next frame.
    """

    def __init__(self, frames: Generator[bytes, None, None], ping_seconds: float = PING_SECONDS) -> None:
        self._frames = frames
        self._ping_seconds = ping_seconds
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_MOST_WAITING)
        self._closed = threading.Event()
        threading.Thread(target=copy_context().run, args=(self._produce,), daemon=True, name="event-stream").start()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            item = self._waiting.get(timeout=self._ping_seconds)
        except queue.Empty:
            return PING
        if item is None:
            raise StopIteration
        return item

    def close(self) -> None:
        """Stop; frames that nobody will read are thrown away, which also frees a producer that waits for room."""
        self._closed.set()
        while not self._waiting.empty():
            self._waiting.get_nowait()

    def _produce(self) -> None:
        try:
            for item in self._frames:
                self._waiting.put(item)
                if self._closed.is_set():
                    break
        finally:
            self._frames.close()
            if not self._closed.is_set():
                self._waiting.put(None)
