"""Asking one of Google's AI services with patience: tried again when that helps, given up in time, failures ours."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from google.api_core import exceptions as google
from google.rpc import error_details_pb2

from shared.cloud.breaker import Breaker
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, TravvyError, Unavailable
from shared.runtime.logs import log

T = TypeVar("T")

_PASSING: Final = (google.ServiceUnavailable, google.InternalServerError, google.Unknown, google.Aborted)
_BUSY: Final = google.ResourceExhausted
_LATE: Final = google.DeadlineExceeded
_REJECTED: Final = (google.InvalidArgument, google.OutOfRange)


class RejectedError(Exception):
    """The service says that it can do nothing with what it was sent; asking again would not help."""


@dataclass(frozen=True)
class Patience:
    """How long one question may take in all, and one attempt; pauses between attempts grow from the first to the
    longest. All in seconds."""

    in_all: float = 60.0
    attempt: float = 30.0
    attempts: int = 3
    first_pause: float = 0.5
    longest_pause: float = 8.0


@dataclass
class PatientCalls:
    """Asks one service. `service` is its name for programs, `title` for people. Thread-safe."""

    service: str
    title: str
    breaker: Breaker
    patience: Patience = field(default_factory=Patience)
    pause: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic

    def ask(self, attempt: Callable[[float], T]) -> T:
        """What `attempt(timeout in seconds)` answers, by a client that does not try again by itself.

        Raises Unavailable (SERVICE_UNAVAILABLE, SERVICE_BUSY, with retry_after if the service says; SERVICE_RESTING),
        DeadlineExceeded (SERVICE_TIMEOUT), FailedPrecondition (SERVICE_MISCONFIGURED) and RejectedError.
        """
        end = self.monotonic() + self.patience.in_all
        for number in range(1, self.patience.attempts + 1):
            left = end - self.monotonic()
            if left <= 0:
                raise self._late()
            try:
                with self.breaker.attempt(_is_down):
                    return attempt(min(left, self.patience.attempt))
            except _REJECTED as error:
                raise RejectedError(error.message) from error
            except google.GoogleAPICallError as error:
                failure, again = self._failure(error)
                wait = failure.retry_after if failure.retry_after is not None else self._backoff(number)
                last = number == self.patience.attempts or wait > self.patience.longest_pause
                if not again or last or self.monotonic() + wait >= end:
                    raise failure from error
                self.pause(wait)
        raise AssertionError("the last attempt returns or raises")

    def _backoff(self, number: int) -> float:
        longest = min(self.patience.first_pause * 2.0 ** (number - 1), self.patience.longest_pause)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret

    def _failure(self, error: google.GoogleAPICallError) -> tuple[TravvyError, bool]:
        """The error as ours, and whether asking again may help."""
        log.warning("service call failed", service=self.service, error=type(error).__name__)
        if isinstance(error, _LATE):
            return self._late(), True
        words = f"{self.title} is busy at the moment. Try again soon"
        told = {"service": self.service}
        if isinstance(error, _BUSY):
            wait = _retry_delay(error)
            return Unavailable(words, reason="SERVICE_BUSY", metadata=told, retry_after=wait), True
        if isinstance(error, _PASSING):
            wait = _retry_delay(error)
            return Unavailable(words, reason="SERVICE_UNAVAILABLE", metadata=told, retry_after=wait), True
        wrong = FailedPrecondition(
            f"{self.title} is not set up correctly on our side",
            reason="SERVICE_MISCONFIGURED",
            metadata={"service": self.service, "code": str(getattr(error.grpc_status_code, "name", ""))},
        )
        return wrong, False

    def _late(self) -> DeadlineExceeded:
        return DeadlineExceeded(
            f"{self.title} took too long to answer. Try again in a moment",
            reason="SERVICE_TIMEOUT",
            metadata={"service": self.service},
        )


def _is_down(error: Exception) -> bool:
    return isinstance(error, (*_PASSING, _BUSY, _LATE))


def _retry_delay(error: google.GoogleAPICallError) -> float | None:
    """Seconds after which the service wants to be asked again (google.rpc.RetryInfo), if it says."""
    for detail in error.details:
        if isinstance(detail, error_details_pb2.RetryInfo):
            return float(detail.retry_delay.ToTimedelta().total_seconds())
    return None
