"""What the errors of Gemini's client library mean for whoever asks with patience."""

from typing import Final

import httpx
import httpx2
from google.genai import errors as genai_errors

from shared.cloud.patience import Judged
from shared.runtime.errors import DeadlineExceeded, FailedPrecondition, TravvyError, Unavailable

_RETRYABLE: Final = frozenset({408, 429, 500, 502, 503, 504})
_TRANSPORT: Final = (httpx.TransportError, httpx2.TransportError, genai_errors.UnknownApiResponseError)
_TIMEOUTS: Final = (httpx.TimeoutException, httpx2.TimeoutException)


class ModelFailures:
    """Callers get Unavailable (MODEL_UNAVAILABLE, with retry_after when the service or the breaker says so),
    DeadlineExceeded (MODEL_TIMEOUT) and FailedPrecondition (MODEL_MISCONFIGURED)."""

    service: Final = "gemini"

    def judged(self, error: Exception) -> Judged | None:
        """What an attempt's error means. One that took too long is not tried again: a second would take as long."""
        match error:
            case genai_errors.APIError():
                passing, wait = error.code in _RETRYABLE, _retry_delay(error)
                failure: TravvyError = _unavailable(wait) if passing else _misconfigured(error)
                return Judged(
                    failure, again=passing, down=passing, wait=wait, told={"code": error.code, "status": error.status}
                )
            case DeadlineExceeded():
                return Judged(error, down=True)
            case Unavailable() if error.reason == "SERVICE_RESTING":
                return Judged(_unavailable(error.retry_after))
        if isinstance(error, _TIMEOUTS):
            return Judged(self.late(), down=True)
        if isinstance(error, _TRANSPORT):
            return Judged(_unavailable(None), again=True, down=True)
        return None

    def late(self) -> DeadlineExceeded:
        """That no time is left."""
        return DeadlineExceeded("The assistant took too long to answer. Try again in a moment", reason="MODEL_TIMEOUT")


def _unavailable(retry_after: float | None) -> Unavailable:
    return Unavailable(
        "The assistant is busy at the moment. Try again soon", reason="MODEL_UNAVAILABLE", retry_after=retry_after
    )


def _misconfigured(error: genai_errors.APIError) -> FailedPrecondition:
    return FailedPrecondition(
        "The assistant is not set up correctly on our side; this request cannot be worked on now",
        reason="MODEL_MISCONFIGURED",
        metadata={"code": error.code, "status": error.status or ""},
    )


def _retry_delay(error: genai_errors.APIError) -> float | None:
    """Seconds after which the service wants to be asked again (google.rpc.RetryInfo), if it says."""
    body = error.details if isinstance(error.details, dict) else {}
    for detail in body.get("error", {}).get("details", []):
        delay = str(detail.get("retryDelay", "")).removesuffix("s")
        if delay.replace(".", "", 1).isdigit():
            return float(delay)
    return None
