"""When to stop: any callable `(iterations, best_value) -> bool`, asked every few milliseconds with the iterations that
are done. After PyVRP's `stop/`."""

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

    def left(self, done: int) -> int:
        return self.iterations - done


class MaxSeconds:
    """Stop after a time by `clock`, counted from the first question."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.perf_counter) -> None:
        if not seconds >= 0:
            raise ValueError("seconds must not be negative")
        self.seconds, self.clock = seconds, clock
        self._begun: float | None = None
        self._kept_back = 0.0

    def __call__(self, iterations: int, best: float) -> bool:
        now = self.clock()
        if self._begun is None:
            self._begun = now
        return now - self._begun >= self.seconds - self._kept_back

    def keep_back(self, part: float) -> None:
        """Stop earlier by a part of the time that has passed so far."""
        if self._begun is not None:
            self._kept_back = part * (self.clock() - self._begun)


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

    def left(self, done: int) -> int:
        return self.iterations - (done - self._since)


class FirstOf:
    """Stop as soon as one of the rules says so."""

    def __init__(self, *rules: StopRule) -> None:
        self.rules = rules

    def __call__(self, iterations: int, best: float) -> bool:
        return any(rule(iterations, best) for rule in self.rules)


def iterations_left(rule: StopRule, done: int, most: int) -> int:
    """How many iterations can be done before a rule that counts them has to be asked again, at least 1, at most `most`:
    so it stops after exactly as many as it says, however many are done between two questions."""
    if isinstance(rule, FirstOf):
        return min((iterations_left(one, done, most) for one in rule.rules), default=most)
    if isinstance(rule, (MaxIterations, NoImprovement)):
        return max(1, min(rule.left(done), most))
    return most


def keep_back(rule: StopRule, part: float) -> None:
    """Have rules that go by the clock stop earlier, by a part of the time that has passed since they were first asked:
    what follows the last question grows with what came before the first iteration."""
    if isinstance(rule, FirstOf):
        for one in rule.rules:
            keep_back(one, part)
    elif isinstance(rule, MaxSeconds):
        rule.keep_back(part)
