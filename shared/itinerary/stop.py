"""When to stop: any callable `(iterations, best_value) -> bool`, asked before every iteration, and again and again
in the middle of one, with the iterations that are done. After PyVRP's `stop/`."""

from __future__ import annotations

import time
from collections.abc import Callable

StopRule = Callable[[int, float], bool]


class MaxIterations:
    """Stop after a number of iterations: the same answer on every machine."""

    def __init__(self, iterations: int) -> None:
        if iterations < 0:
            raise ValueError("iterations must not be negative")
        self.iterations = iterations

    def __call__(self, iterations: int, best: float) -> bool:
        return iterations >= self.iterations


class MaxSeconds:
    """Stop after a time, counted from the first question."""

    def __init__(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("seconds must not be negative")
        self.seconds = seconds
        self._end: float | None = None

    def __call__(self, iterations: int, best: float) -> bool:
        now = time.perf_counter()
        if self._end is None:
            self._end = now + self.seconds
        return now >= self._end


class NoImprovement:
    """Stop when the best value has not risen for a number of iterations."""

    def __init__(self, iterations: int) -> None:
        self.iterations = iterations
        self._best = float("-inf")
        self._since = 0

    def __call__(self, iterations: int, best: float) -> bool:
        if best > self._best:
            self._best, self._since = best, iterations
        return iterations - self._since >= self.iterations


class FirstOf:
    """Stop as soon as one of the rules says so."""

    def __init__(self, *rules: StopRule) -> None:
        self.rules = rules

    def __call__(self, iterations: int, best: float) -> bool:
        return any(rule(iterations, best) for rule in self.rules)
