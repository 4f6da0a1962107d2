"""The time that all searches for one order may take together."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Clock = Callable[[], float]


class Limit:
    """So many seconds from now on, by a clock."""

    def __init__(self, seconds: float, clock: Clock = time.perf_counter) -> None:
        self._clock = clock
        self._begun = clock()
        self._end = self._begun + seconds

    def left(self) -> float:
        """Seconds, at least 0."""
        return max(0.0, self._end - self._clock())

    def gone(self, share: float) -> bool:
        """Whether a share of the time has passed."""
        return self._clock() >= self._begun + share * (self._end - self._begun)

    def part(self, share: float, kept_back: float = 0.0) -> "Limit":
        """A limit of its own for a share of what is left without the seconds kept back, of which half is the most."""
        left = self.left()
        return Limit(share * (left - min(kept_back, left / 2)), self._clock)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What takes place within the block does not count."""
        begun = self._clock()
        yield
        passed = self._clock() - begun
        self._begun += passed
        self._end += passed
