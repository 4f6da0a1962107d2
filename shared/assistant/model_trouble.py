"""What the errors of Gemini's client library mean, and what callers get of them."""

from typing import Final

import httpx
import httpx2
from google.genai import errors as genai_errors

from shared.cloud.patience import Kind, Trouble
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, TravvyError, Unavailable
from shared.runtime.wire import JSON

_RETRYABLE: Final = frozenset({408, 429, 500, 502, 503, 504})
_TRANSPORT: Final = (httpx.TransportError, httpx2.TransportError, genai_errors.UnknownApiResponseError)
_TIMEOUTS: Final = (httpx.TimeoutException, httpx2.TimeoutException)


def trouble(error: Exception) -> Trouble | None:
    """What an attempt's error means; None for others. One that took too long is not tried again: a second would too."""
    if isinstance(error, genai_errors.APIError):
        told: dict[str, JSON] = {"code": error.code, "status": error.status or ""}
        if error.code in _RETRYABLE:
            return Trouble(Kind.DOWN, again=True, down=True, wait=_retry_delay(error), told=told)
        return Trouble(Kind.WRONG, told=told)
    if isinstance(error, (*_TIMEOUTS, DeadlineExceeded)):
        return Trouble(Kind.LATE, down=True)
    if isinstance(error, _TRANSPORT):
        return Trouble(Kind.DOWN, again=True, down=True)
    if isinstance(error, Unavailable) and error.reason == "SERVICE_RESTING":
        return Trouble(Kind.RESTING, wait=error.retry_after)
    return None


def failure(found: Trouble) -> TravvyError:
    """Unavailable (MODEL_UNAVAILABLE, with retry_after when the service or the breaker says so), DeadlineExceeded
    (MODEL_TIMEOUT) or FailedPrecondition (MODEL_MISCONFIGURED)."""
    match found.kind:
        case Kind.LATE:
            return too_slow()
        case Kind.DOWN | Kind.RESTING:
            return Unavailable(
                "The assistant is busy at the moment. Try again soon",
                reason="MODEL_UNAVAILABLE",
                retry_after=found.wait,
            )
    return FailedPrecondition(
        "The assistant is not set up correctly on our side; this request cannot be worked on now",
        reason="MODEL_MISCONFIGURED",
        metadata={"code": found.told.get("code", ""), "status": found.told.get("status", "")},
    )


def too_slow() -> DeadlineExceeded:
    """That the model took longer than it had."""
    return DeadlineExceeded("The assistant took too long to answer. Try again in a moment", reason="MODEL_TIMEOUT")


def _retry_delay(error: genai_errors.APIError) -> float | None:
    """Seconds after which the service wants to be asked again (google.rpc.RetryInfo), if it says."""
    body = error.details if isinstance(error.details, dict) else {}
    for detail in body.get("error", {}).get("details", []):
        delay = str(detail.get("retryDelay", "")).removesuffix("s")
        if delay.replace(".", "", 1).isdigit():
            return float(delay)
    return None
