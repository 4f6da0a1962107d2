"""Listening to Firestore so that listening also ends, and costs little, while Firestore is away."""

import time
from collections.abc import Callable
from typing import Any, Final

from google.cloud.firestore import CollectionReference, DocumentReference, Query

REOPEN_SECONDS: Final = 0.1

Told = Callable[[list[Any], list[Any], Any], None]
"""What the library calls with the documents as they are, what changed, and when."""


def listen(target: DocumentReference | CollectionReference | Query, told: Told) -> Callable[[], None]:
    """Tell of a document or a query now and whenever it changes, from a background thread; returns how to stop.

    Left alone, the library opens a broken stream again at once, as fast as it can, and goes on with it for ever when
    it is told to stop while the server cannot be reached. Neither has a public setting.
    """
    watch: Any = target.on_snapshot(told)
    stream = watch._rpc
    if stream is not None:
        stream._reopen_throttle = _Pause()

    def stop() -> None:
        if stream is not None:
            stream._callbacks.clear()
            stream._should_terminate = lambda _error: True
        watch.unsubscribe()
        if stream is not None:
            # Whatever was being opened just now belongs to nobody any more.
            with stream._operational_lock:
                if stream.call is not None:
                    stream.call.cancel()

    return stop


class _Pause:
    """Taken around each opening of a stream after the first."""

    def __enter__(self) -> None:
        time.sleep(REOPEN_SECONDS)

    def __exit__(self, *_error: object) -> None:
        pass
