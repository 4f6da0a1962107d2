"""Message ids: decimal digits, increasing, never twice, also across restarts."""

from __future__ import annotations

from collections.abc import Callable


class MessageIds:
    """Ids from the clock in microseconds, each greater than the one before."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._last = 0

    def new(self) -> str:
        self._last = max(self._last + 1, int(self._now() * 1e6))
        return str(self._last)
