"""The one mapping from failures to answers.

Callable and HTTP functions answer each code with its HTTP status (`HTTP_STATUS`). For the others:

- A retryable code (ABORTED, RESOURCE_EXHAUSTED, UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL) and any unknown exception:
  the status of the code, so that the task is retried, the message redelivered, the schedule's run repeated.
- UNAUTHENTICATED at the door: 401, and so retried too: nothing is lost while a key or an account is being repaired.
- Any other code: a task is answered 200 with an ERROR line, because trying again cannot help; the job document it
  belongs to says what became of it. A message is refused until it reaches the dead-letter topic, where a person can
  see and replay it: messages are never dropped. A schedule shows the failed run.

The caller of a function that failed with INTERNAL learns the trace id and nothing else.
"""

import sys
from typing import Final

from shared.runtime.errors import (
    Aborted,
    DeadlineExceeded,
    Internal,
    ResourceExhausted,
    TravvyError,
    Unauthenticated,
    Unavailable,
)
from shared.runtime.wire import JSON

DOMAIN: Final = "travvy"

HTTP_STATUS: Final = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INTERNAL": 500,
    "DATA_LOSS": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}


_STATUS_OF_REASON: Final = {"METHOD_NOT_ALLOWED": 405, "REQUEST_TOO_LARGE": 413, "CONTENT_TYPE": 415}


def http_status(error: TravvyError) -> int:
    """The HTTP status of a canonical code, or the more telling one that HTTP has for a few reasons."""
    return _STATUS_OF_REASON.get(error.reason, HTTP_STATUS[error.code])


def task_drops(error: TravvyError) -> bool:
    """Whether a task that failed so is done with, because no further attempt could succeed."""
    return not error.retryable and not isinstance(error, Unauthenticated)


def error_body(error: TravvyError, trace_id: str) -> dict[str, JSON]:
    """What a caller may see of a failure, as the callable protocol's `error` (details after AIP-193)."""
    if isinstance(error, Internal):
        return {
            "status": error.code,
            "message": f"Something went wrong on our side. If you report it, name {trace_id}.",
            "details": {"reason": "INTERNAL", "domain": DOMAIN, "metadata": {"traceId": trace_id}},
        }
    details: dict[str, JSON] = {"reason": error.reason, "domain": DOMAIN, "metadata": error.metadata}
    if error.violations:
        details["fieldViolations"] = [
            {"field": item.field, "description": item.description} for item in error.violations
        ]
    if error.retry_after is not None:
        details["retryAfterSeconds"] = error.retry_after
    return {"status": error.code, "message": error.message, "details": details}


def error_headers(error: TravvyError) -> dict[str, str]:
    """The HTTP headers that go with a failure."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if error.reason == "METHOD_NOT_ALLOWED":
        headers["Allow"] = str(error.metadata["allowed"])
    return headers


def known(error: Exception) -> TravvyError:
    """The failure as a TravvyError: itself, a backend's passing trouble by its code, or Internal."""
    if isinstance(error, TravvyError):
        return error
    backend = sys.modules.get("google.api_core.exceptions")
    if backend is not None:
        if isinstance(error, ValueError) and isinstance(error.__cause__, backend.Aborted):
            # How the Firestore library says that a transaction lost every attempt.
            error = error.__cause__
        transient: dict[type[Exception], type[TravvyError]] = {
            backend.ServiceUnavailable: Unavailable,
            backend.DeadlineExceeded: DeadlineExceeded,
            backend.RetryError: DeadlineExceeded,
            backend.Aborted: Aborted,
            backend.TooManyRequests: ResourceExhausted,
        }
        for kind, ours in transient.items():
            if isinstance(error, kind):
                return ours("A service we depend on is busy. Try again.", reason="BACKEND_BUSY", retry_after=1)
    return Internal(str(error), reason="INTERNAL")
