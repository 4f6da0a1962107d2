"""One question to Google Maps Platform: paced below its quota, and asked with patience."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from google.api_core import exceptions as google

from shared.cloud.breaker import Breaker
from shared.cloud.google_failures import GoogleFailures
from shared.cloud.patience import Patience, PatientCalls
from shared.maps.pace import Pace
from shared.runtime.errors import NotFound, Unavailable

T = TypeVar("T")

PATIENCE: Final = Patience(in_all=20.0, attempt=8.0, attempts=4, first_pause=0.25, longest_pause=4.0)


@dataclass
class Asking:
    """Asks one service. `asked` and `units` count what was sent (attempts, and what they cost), for logs and tests."""

    service: str
    breaker: Breaker
    pace: Pace
    patience: Patience = PATIENCE
    pause: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    asked: int = 0
    units: int = 0
    _calls: PatientCalls = field(init=False)

    def __post_init__(self) -> None:
        # A quota that is used up says nothing against the service: it is ours, and the pace keeps below it.
        failures = GoogleFailures(
            self.service, "The map service", "MAPS", {google.NotFound: lambda _: _gone()}, busy_is_down=False
        )
        self._calls = PatientCalls(self.breaker, failures, self.patience, self.pause, self.monotonic)

    def ask(self, attempt: Callable[[float], T], *, units: int = 1, until: float | None = None) -> T:
        """What `attempt(timeout in seconds)` answers; it must read its whole answer, a stream too.

        `units` is what one attempt uses of the quota, `until` (monotonic) when the answer is of no use any more.
        Raises Unavailable (MAPS_UNAVAILABLE, MAPS_BUSY, SERVICE_RESTING), DeadlineExceeded (MAPS_TIMEOUT), NotFound
        (MAPS_NOT_FOUND) and FailedPrecondition (MAPS_MISCONFIGURED).
        """

        def counted(timeout: float) -> T:
            self.asked += 1
            self.units += units
            return attempt(timeout)

        return self._calls.ask(counted, until=until, before=lambda left: self._wait_for_quota(units, left))

    def _wait_for_quota(self, units: int, left: float) -> None:
        wait = self.pace.reserve(units, min(self.patience.longest_pause, left))
        if wait is None:
            raise Unavailable(
                "Too many map questions at the moment. Try again in a minute",
                reason="MAPS_BUSY",
                metadata={"service": self.service},
                retry_after=round(self.pace.wait(units), 1),
            )
        if wait:
            self.pause(wait)


def _gone() -> NotFound:
    return NotFound("There is no such place any more", reason="MAPS_NOT_FOUND")
