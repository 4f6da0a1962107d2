"""Asking a service outside with patience: tried again when that helps, given up in time, left in peace when it is down.

Every paid service is asked this way. Which failure means what is told by its `Failures`: `google_failures.py` for what
Google's client libraries raise, `shared/assistant/model_failures.py` for Gemini.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from shared.cloud.breaker import Breaker
from shared.runtime.logs import log

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How long one question may take in all, and one attempt; pauses between attempts grow from the first to the
    longest. All in seconds."""

    in_all: float = 60.0
    attempt: float = 30.0
    attempts: int = 3
    first_pause: float = 0.5
    longest_pause: float = 8.0


@dataclass(frozen=True)
class Judged:
    """A failed attempt: what the caller gets of it, whether asking again may help, whether the service is down for
    everybody, after how many seconds it wants to be asked again, if it says, and what else belongs into the log."""

    failure: Exception
    again: bool = False
    down: bool = False
    wait: float | None = None
    told: Mapping[str, object] = field(default_factory=dict)


class Failures(Protocol):
    """What the failures of a service mean. Pure: it is asked more than once."""

    @property
    def service(self) -> str:
        """The service's name for programs."""
        ...

    def judged(self, error: Exception) -> Judged | None:
        """What an attempt's error means; None if it is none of the service's, and to be raised as it is."""
        ...

    def late(self) -> Exception:
        """That no time is left."""
        ...


def _told(error: Exception, judged: Judged) -> dict[str, object]:
    return {"error": type(error).__name__, **judged.told}


def _no_wait(left: float) -> None:
    """Nothing has to be waited for."""


@dataclass
class PatientCalls:
    """Asks one service. Thread-safe."""

    breaker: Breaker
    failures: Failures
    patience: Patience = field(default_factory=Patience)
    pause: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def ask(
        self,
        attempt: Callable[[float], T],
        *,
        until: float | None = None,
        before: Callable[[float], None] = _no_wait,
    ) -> T:
        """What `attempt(timeout in seconds)` answers, by a client that does not try again by itself.

        `until` (monotonic) is when the answer is of no use any more; `before(seconds left)` is called before each
        attempt, and may wait or raise. Raises what `failures` makes of errors, and Unavailable (SERVICE_RESTING, with
        retry_after) while the breaker is open, unless `failures` makes something else of it.
        """
        end = min(self.monotonic() + self.patience.in_all, float("inf") if until is None else until)
        for number in range(1, self.patience.attempts + 1):
            before(end - self.monotonic())
            left = end - self.monotonic()
            if left <= 0:
                raise self.failures.late()
            try:
                with self.breaker.attempt(self._is_down):
                    return attempt(min(left, self.patience.attempt))
            except Exception as error:
                judged = self.failures.judged(error)
                if judged is None:
                    raise
                log.warning("service call failed", service=self.failures.service, **_told(error, judged))
                wait = self._backoff(number) if judged.wait is None else judged.wait
                last = number == self.patience.attempts or wait > self.patience.longest_pause
                if not judged.again or last or self.monotonic() + wait >= end:
                    raise judged.failure from error
            self.pause(wait)
        raise AssertionError("the last attempt returns or raises")

    def _is_down(self, error: Exception) -> bool:
        judged = self.failures.judged(error)
        return judged is not None and judged.down

    def _backoff(self, number: int) -> float:
        longest = min(self.patience.first_pause * 2.0 ** (number - 1), self.patience.longest_pause)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
