"""One question to Google Maps Platform: paced, tried again when that helps, given up in time, its failures ours."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from google.api_core import exceptions as google
from google.rpc import error_details_pb2

from shared.cloud.breaker import Breaker
from shared.maps.pace import Pace
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, NotFound, TravvyError, Unavailable
from shared.runtime.logs import log

T = TypeVar("T")

# Cloud Endpoints answers an overload with UNKNOWN now and then; the other two are documented as worth a retry.
_PASSING: Final = (google.ServiceUnavailable, google.InternalServerError, google.Unknown)
_BUSY: Final = google.ResourceExhausted
_LATE: Final = google.DeadlineExceeded


@dataclass(frozen=True)
class Patience:
    """How long one question may take in all, and one attempt; pauses between attempts grow from the first to the
    longest. All in seconds."""

    in_all: float = 20.0
    attempt: float = 8.0
    attempts: int = 4
    first_pause: float = 0.25
    longest_pause: float = 4.0


@dataclass
class Asking:
    """Asks one service. `asked` and `units` count what was sent (attempts, and what they cost), for logs and tests."""

    service: str
    breaker: Breaker
    pace: Pace
    patience: Patience = field(default_factory=Patience)
    pause: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    asked: int = 0
    units: int = 0

    def ask(self, attempt: Callable[[float], T], *, units: int = 1, until: float | None = None) -> T:
        """What `attempt(timeout in seconds)` answers; it must read its whole answer, a stream too.

        `units` is what one attempt uses of the quota, `until` (monotonic) when the answer is of no use any more.
        Raises Unavailable (MAPS_UNAVAILABLE, MAPS_BUSY, SERVICE_RESTING), DeadlineExceeded (MAPS_TIMEOUT), NotFound
        (MAPS_NOT_FOUND) and FailedPrecondition (MAPS_MISCONFIGURED).
        """
        end = min(self.monotonic() + self.patience.in_all, until if until is not None else float("inf"))
        for number in range(1, self.patience.attempts + 1):
            self._wait_for_quota(units, end)
            left = end - self.monotonic()
            if left <= 0:
                raise _late(self.service)
            try:
                with self.breaker.attempt(_is_down):
                    self.asked += 1
                    self.units += units
                    return attempt(min(left, self.patience.attempt))
            except google.GoogleAPICallError as error:
                failure, again = _failure(self.service, error)
                if not again or number == self.patience.attempts:
                    raise failure from error
                wait = failure.retry_after if failure.retry_after is not None else self._backoff(number)
                if wait > self.patience.longest_pause or self.monotonic() + wait >= end:
                    raise failure from error
                self.pause(wait)
        raise AssertionError("the last attempt returns or raises")

    def _wait_for_quota(self, units: int, end: float) -> None:
        patience = min(self.patience.longest_pause, end - self.monotonic())
        wait = self.pace.reserve(units, patience)
        if wait is None:
            raise Unavailable(
                "Too many map questions at the moment. Try again in a minute",
                reason="MAPS_BUSY",
                metadata={"service": self.service},
                retry_after=round(self.pace.wait(units), 1),
            )
        if wait:
            self.pause(wait)

    def _backoff(self, number: int) -> float:
        longest = min(self.patience.first_pause * 2.0 ** (number - 1), self.patience.longest_pause)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


def _is_down(error: Exception) -> bool:
    return isinstance(error, (*_PASSING, _LATE))


def _failure(service: str, error: google.GoogleAPICallError) -> tuple[TravvyError, bool]:
    """The error as ours, and whether asking again may help."""
    log.warning("map question failed", service=service, error=type(error).__name__)
    if isinstance(error, _LATE):
        return _late(service), True
    if isinstance(error, google.NotFound):
        return NotFound("There is no such place any more", reason="MAPS_NOT_FOUND"), False
    if isinstance(error, (_BUSY, *_PASSING)):
        busy = isinstance(error, _BUSY)
        return (
            Unavailable(
                "The map service is busy at the moment. Try again soon",
                reason="MAPS_BUSY" if busy else "MAPS_UNAVAILABLE",
                metadata={"service": service},
                retry_after=_retry_delay(error),
            ),
            True,
        )
    wrong = FailedPrecondition(
        "The map service is not set up correctly on our side",
        reason="MAPS_MISCONFIGURED",
        metadata={"service": service, "code": str(getattr(error.grpc_status_code, "name", ""))},
    )
    return wrong, False


def _late(service: str) -> DeadlineExceeded:
    return DeadlineExceeded(
        "The map service took too long to answer. Try again in a moment",
        reason="MAPS_TIMEOUT",
        metadata={"service": service},
    )


def _retry_delay(error: google.GoogleAPICallError) -> float | None:
    """Seconds after which the service wants to be asked again (google.rpc.RetryInfo), if it says."""
    for detail in error.details:
        if isinstance(detail, error_details_pb2.RetryInfo):
            return float(detail.retry_delay.ToTimedelta().total_seconds())
    return None
