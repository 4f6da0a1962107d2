"""Asking a service outside with patience: tried again when that helps, given up in time, left in peace when it is down.

Every paid service is asked this way: `google_calls.py` (Vision, Speech), `shared/maps/asking.py` and
`shared/assistant/model.py` say what troubles mean there, and make the errors that callers get.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeVar

from shared.cloud.breaker import Breaker
from shared.runtime.logs import log
from shared.runtime.wire import JSON

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


class Kind(Enum):
    """What is wrong: a quota is used up, the service is down for everybody, the answer takes too long, the service
    refuses what it was sent, or us, or nothing is there any more; or the breaker is open."""

    BUSY = auto()
    DOWN = auto()
    LATE = auto()
    REJECTED = auto()
    GONE = auto()
    WRONG = auto()
    RESTING = auto()


@dataclass(frozen=True)
class Trouble:
    """Why an attempt failed: whether asking again may help, whether it counts for the breaker, after how many seconds
    the service wants to be asked again, if it says, its words, and what belongs into the log."""

    kind: Kind
    again: bool = False
    down: bool = False
    wait: float | None = None
    words: str = ""
    told: Mapping[str, JSON] = field(default_factory=dict)


def _no_wait(left: float) -> None:
    """Nothing has to be waited for."""


def _is_down(trouble: Trouble | None) -> bool:
    return trouble is not None and trouble.down


@dataclass
class PatientCalls:
    """Asks one service; `service` is its name in the log. Thread-safe."""

    service: str
    breaker: Breaker
    patience: Patience = field(default_factory=Patience)
    pause: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def patiently(
        self,
        attempt: Callable[[float], T],
        trouble: Callable[[Exception], Trouble | None],
        failure: Callable[[Trouble], Exception],
        *,
        until: float | None = None,
        before: Callable[[float], None] = _no_wait,
    ) -> T:
        """What `attempt(timeout in seconds)` answers, by a client that does not try again by itself.

        `trouble` tells what an error of an attempt means, None if it is none of the service's and to be raised as it
        is; `failure` makes the error that the caller gets. `until` (monotonic) is when the answer is of no use any
        more; `before(seconds left)` is called before each attempt, and may wait or raise.
        """
        end = min(self.monotonic() + self.patience.in_all, float("inf") if until is None else until)
        for number in range(1, self.patience.attempts + 1):
            before(end - self.monotonic())
            left = end - self.monotonic()
            if left <= 0:
                raise failure(Trouble(Kind.LATE))
            try:
                with self.breaker.attempt(lambda error: _is_down(trouble(error))):
                    return attempt(min(left, self.patience.attempt))
            except Exception as error:
                found = trouble(error)
                if found is None:
                    raise
                log.warning("service call failed", service=self.service, error=type(error).__name__, **found.told)
                wait = self._backoff(number) if found.wait is None else found.wait
                last = number == self.patience.attempts or wait > self.patience.longest_pause
                if not found.again or last or self.monotonic() + wait >= end:
                    raise failure(found) from error
            self.pause(wait)
        raise AssertionError("the last attempt returns or raises")

    def _backoff(self, number: int) -> float:
        longest = min(self.patience.first_pause * 2.0 ** (number - 1), self.patience.longest_pause)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret
