"""The names of tasks that are over: not to be used again for about an hour."""

from __future__ import annotations

import struct
from collections.abc import Callable

from emulator.common.store import Store

GRAVE = "grave"
KEEP_SECONDS = 3600


class Graves:
    """Names by the time (seconds since the epoch) at which their task ended."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._ended: dict[str, float] = {name: struct.unpack("<d", data)[0] for name, data in store.load(GRAVE)}

    def add(self, name: str) -> None:
        self._forget_old()
        self._ended.pop(name, None)
        self._ended[name] = self._now()
        self._store.put(GRAVE, name, struct.pack("<d", self._now()))

    def has(self, name: str) -> bool:
        """Whether a task of this name ended within the last hour."""
        ended = self._ended.get(name)
        return ended is not None and self._now() - ended < KEEP_SECONDS

    def _forget_old(self) -> None:
        # In order of ending, so only the oldest need a look.
        while self._ended:
            oldest = next(iter(self._ended))
            if self.has(oldest):
                return
            del self._ended[oldest]
            self._store.delete(GRAVE, oldest)
