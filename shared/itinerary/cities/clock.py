"""How long something may still take."""

from __future__ import annotations

import time
from math import inf


class OutOfTimeError(Exception):
    """A clock was asked to go on and had no time left."""


class Clock:
    """How much time is left of a limit in seconds."""

    def __init__(self, seconds: float) -> None:
        self._end = time.perf_counter() + seconds

    def left(self) -> float:
        return max(0.0, self._end - time.perf_counter())

    def part(self, share: float) -> Clock:
        """A clock for a share of what is left."""
        return Clock(self.left() * share)

    def check(self) -> None:
        """Raises OutOfTimeError if no time is left."""
        if self.left() <= 0:
            raise OutOfTimeError


UNLIMITED = Clock(inf)
