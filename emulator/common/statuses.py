"""The faults that every Google service behind gRPC can have: a status instead of an answer."""

from __future__ import annotations

from typing import Final

import grpc
from google.rpc import error_details_pb2

from emulator.common.faults import Fault
from emulator.common.rpc import StatusError, retry_info

KINDS: Final = {"unavailable": 0.0, "internal": 0.0, "unknown": 0.0, "late": 0.0, "denied": 0.0, "exhausted": 0.0}
"""unavailable, internal, unknown, late (DEADLINE_EXCEEDED), denied (PERMISSION_DENIED): that status.
exhausted[:seconds]: RESOURCE_EXHAUSTED, with RetryInfo if there are seconds."""
DOMAIN: Final = "googleapis.com"
_CODES: Final = {
    "unavailable": (grpc.StatusCode.UNAVAILABLE, "The service is currently unavailable."),
    "internal": (grpc.StatusCode.INTERNAL, "Internal error encountered."),
    "unknown": (grpc.StatusCode.UNKNOWN, "Unknown Error."),
    "late": (grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline exceeded."),
}


def refuse(fault: Fault | None, api: str, metric: str) -> None:
    """Raises StatusError if the fault is a status. `api` is the service's name, `metric` that of its quota."""
    if fault is None:
        return
    if fault.kind in _CODES:
        raise StatusError(*_CODES[fault.kind])
    if fault.kind == "denied":
        raise denied(f"{api} has not been used in this project before or it is disabled.", "SERVICE_DISABLED")
    if fault.kind == "exhausted":
        raise exhausted(metric, fault.value)


def denied(message: str, reason: str) -> StatusError:
    """PERMISSION_DENIED, with the reason for programs."""
    return StatusError(grpc.StatusCode.PERMISSION_DENIED, message, [error_info(reason)])


def exhausted(metric: str, retry_seconds: float = 0.0) -> StatusError:
    """That the quota of a minute is used up, and when to come again (seconds; 0: not said)."""
    message = f"Quota exceeded for quota metric '{metric}' and limit '{metric} per minute'."
    details = [error_info("RATE_LIMIT_EXCEEDED"), *([retry_info(retry_seconds)] if retry_seconds else [])]
    return StatusError(grpc.StatusCode.RESOURCE_EXHAUSTED, message, details)


def error_info(reason: str) -> error_details_pb2.ErrorInfo:
    """Why, in a word for programs (google.rpc.ErrorInfo)."""
    return error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN)
