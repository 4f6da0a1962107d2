"""Asking Google's services by their client libraries, with patience; failures become ours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from google.api_core import exceptions as google
from google.rpc import error_details_pb2

from shared.cloud.patience import Kind, PatientCalls, Trouble
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, Unavailable

T = TypeVar("T")

# Cloud Endpoints answers an overload with UNKNOWN now and then; the others are documented as worth a retry.
_PASSING: Final = (google.ServiceUnavailable, google.InternalServerError, google.Unknown, google.Aborted)
_REJECTED: Final = (google.InvalidArgument, google.OutOfRange, google.MethodNotImplemented)


class RejectedError(Exception):
    """The service says that it can do nothing with what it was sent; asking again would not help."""


def trouble(error: Exception) -> Trouble | None:
    """What an error of Google's client libraries means; None for others."""
    if not isinstance(error, google.GoogleAPICallError):
        return None
    if isinstance(error, google.DeadlineExceeded):
        return Trouble(Kind.LATE, again=True, down=True)
    if isinstance(error, google.ResourceExhausted):
        return Trouble(Kind.BUSY, again=True, down=True, wait=_retry_delay(error))
    if isinstance(error, _PASSING):
        return Trouble(Kind.DOWN, again=True, down=True, wait=_retry_delay(error))
    told = {"code": str(getattr(error.grpc_status_code, "name", ""))}
    if isinstance(error, _REJECTED):
        return Trouble(Kind.REJECTED, words=error.message, told=told)
    return Trouble(Kind.GONE if isinstance(error, google.NotFound) else Kind.WRONG, told=told)


@dataclass
class GoogleCalls(PatientCalls):
    """Asks one service. `title` is its name for people. Thread-safe."""

    title: str = field(kw_only=True)

    def ask(self, attempt: Callable[[float], T]) -> T:
        """What `attempt(timeout in seconds)` answers, by a client that does not try again by itself.

        Raises Unavailable (SERVICE_UNAVAILABLE, SERVICE_BUSY, with retry_after if the service says; SERVICE_RESTING),
        DeadlineExceeded (SERVICE_TIMEOUT), FailedPrecondition (SERVICE_MISCONFIGURED) and RejectedError.
        """
        return self.patiently(attempt, trouble, self._failure)

    def _failure(self, found: Trouble) -> Exception:
        match found.kind:
            case Kind.REJECTED:
                return RejectedError(found.words)
            case Kind.LATE:
                return DeadlineExceeded(
                    f"{self.title} took too long to answer. Try again in a moment",
                    reason="SERVICE_TIMEOUT",
                    metadata={"service": self.service},
                )
            case Kind.BUSY | Kind.DOWN:
                return Unavailable(
                    f"{self.title} is busy at the moment. Try again soon",
                    reason="SERVICE_BUSY" if found.kind is Kind.BUSY else "SERVICE_UNAVAILABLE",
                    metadata={"service": self.service},
                    retry_after=found.wait,
                )
        return FailedPrecondition(
            f"{self.title} is not set up correctly on our side",
            reason="SERVICE_MISCONFIGURED",
            metadata={"service": self.service, "code": found.told.get("code", "")},
        )


def _retry_delay(error: google.GoogleAPICallError) -> float | None:
    """Seconds after which the service wants to be asked again (google.rpc.RetryInfo), if it says."""
    for detail in error.details:
        if isinstance(detail, error_details_pb2.RetryInfo):
            return float(detail.retry_delay.ToTimedelta().total_seconds())
    return None
