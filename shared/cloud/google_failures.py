"""What the errors of Google's client libraries mean for whoever asks with patience."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from google.api_core import exceptions as google
from google.rpc import error_details_pb2

from shared.cloud.patience import Judged
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, Unavailable

# Cloud Endpoints answers an overload with UNKNOWN now and then; the others are documented as worth a retry.
_PASSING: Final = (google.ServiceUnavailable, google.InternalServerError, google.Unknown, google.Aborted)
_BUSY: Final = google.ResourceExhausted
_LATE: Final = google.DeadlineExceeded


class RejectedError(Exception):
    """The service says that it can do nothing with what it was sent; asking again would not help."""


def rejected(error: google.GoogleAPICallError) -> RejectedError:
    """The error as that."""
    return RejectedError(error.message)


REJECTED: Final[Mapping[type[google.GoogleAPICallError], Callable[[google.GoogleAPICallError], Exception]]] = {
    google.InvalidArgument: rejected,
    google.OutOfRange: rejected,
    google.MethodNotImplemented: rejected,
}


@dataclass(frozen=True)
class GoogleFailures:
    """`service` is its name for programs, `title` for people; reasons begin with `prefix`. `refusals` are answers that
    say no, by what callers get of them. With `busy_is_down` a quota that is used up counts for the breaker.

    Callers get Unavailable (…_UNAVAILABLE, …_BUSY, with retry_after if the service says), DeadlineExceeded (…_TIMEOUT),
    FailedPrecondition (…_MISCONFIGURED) and what `refusals` say.
    """

    service: str
    title: str
    prefix: str = "SERVICE"
    refusals: Mapping[type[google.GoogleAPICallError], Callable[[google.GoogleAPICallError], Exception]] = field(
        default_factory=lambda: REJECTED
    )
    busy_is_down: bool = True

    def judged(self, error: Exception) -> Judged | None:
        """What an attempt's error means; None if it does not come from the service."""
        if not isinstance(error, google.GoogleAPICallError):
            return None
        for kind, refusal in self.refusals.items():
            if isinstance(error, kind):
                return Judged(refusal(error))
        if isinstance(error, _LATE):
            return Judged(self.late(), again=True, down=True)
        if isinstance(error, (_BUSY, *_PASSING)):
            busy, wait = isinstance(error, _BUSY), _retry_delay(error)
            failure = Unavailable(
                f"{self.title} is busy at the moment. Try again soon",
                reason=f"{self.prefix}_{'BUSY' if busy else 'UNAVAILABLE'}",
                metadata={"service": self.service},
                retry_after=wait,
            )
            return Judged(failure, again=True, down=self.busy_is_down or not busy, wait=wait)
        wrong = FailedPrecondition(
            f"{self.title} is not set up correctly on our side",
            reason=f"{self.prefix}_MISCONFIGURED",
            metadata={"service": self.service, "code": str(getattr(error.grpc_status_code, "name", ""))},
        )
        return Judged(wrong)

    def late(self) -> DeadlineExceeded:
        """That no time is left."""
        return DeadlineExceeded(
            f"{self.title} took too long to answer. Try again in a moment",
            reason=f"{self.prefix}_TIMEOUT",
            metadata={"service": self.service},
        )


def _retry_delay(error: google.GoogleAPICallError) -> float | None:
    """Seconds after which the service wants to be asked again (google.rpc.RetryInfo), if it says."""
    for detail in error.details:
        if isinstance(detail, error_details_pb2.RetryInfo):
            return float(detail.retry_delay.ToTimedelta().total_seconds())
    return None
