"""One question to Google Maps Platform: paced below its quota, and asked with patience."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from shared.cloud import google_calls
from shared.cloud.patience import Kind, Patience, PatientCalls, Trouble
from shared.maps.pace import Pace
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, NotFound, TravvyError, Unavailable

T = TypeVar("T")

PATIENCE: Final = Patience(in_all=20.0, attempt=8.0, attempts=4, first_pause=0.25, longest_pause=4.0)


@dataclass
class Asking(PatientCalls):
    """Asks one service. `asked` and `units` count what was sent (attempts, and what they cost), for logs and tests."""

    patience: Patience = PATIENCE
    pace: Pace = field(kw_only=True)
    asked: int = 0
    units: int = 0

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

        def before(left: float) -> None:
            self._wait_for_quota(units, left)

        return self.patiently(counted, _trouble, self._failure, until=until, before=before)

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

    def _failure(self, found: Trouble) -> TravvyError:
        match found.kind:
            case Kind.GONE:
                return NotFound("There is no such place any more", reason="MAPS_NOT_FOUND")
            case Kind.LATE:
                return DeadlineExceeded(
                    "The map service took too long to answer. Try again in a moment",
                    reason="MAPS_TIMEOUT",
                    metadata={"service": self.service},
                )
            case Kind.BUSY | Kind.DOWN:
                return Unavailable(
                    "The map service is busy at the moment. Try again soon",
                    reason="MAPS_BUSY" if found.kind is Kind.BUSY else "MAPS_UNAVAILABLE",
                    metadata={"service": self.service},
                    retry_after=found.wait,
                )
        return FailedPrecondition(
            "The map service is not set up correctly on our side",
            reason="MAPS_MISCONFIGURED",
            metadata={"service": self.service, "code": found.told.get("code", "")},
        )


def _trouble(error: Exception) -> Trouble | None:
    """A quota that is used up says nothing against the service: it is ours, and the pace keeps below it."""
    found = google_calls.trouble(error)
    return replace(found, down=False) if found and found.kind is Kind.BUSY else found
