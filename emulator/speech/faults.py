"""The faults that this stand-in can be told to have."""

from __future__ import annotations

from typing import Any, Final

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from emulator.common.faults import Fault, FaultQueue
from emulator.common.rpc import StatusError, invalid

_KINDS: Final = {
    "unavailable": 0.0,
    "internal": 0.0,
    "late": 0.0,
    "denied": 0.0,
    "exhausted": 0.0,
    "slow": 30.0,
    "empty": 0.0,
    "cut": 0.0,
}
"""unavailable, internal, late (DEADLINE_EXCEEDED), denied (PERMISSION_DENIED): that status. exhausted[:seconds]:
RESOURCE_EXHAUSTED, with RetryInfo if there are seconds. slow[:seconds]: the answer takes that long. empty: no results.
cut: the answer was made, and its connection breaks before it arrives."""
_STATUS: Final = {
    "unavailable": (grpc.StatusCode.UNAVAILABLE, "The service is currently unavailable."),
    "internal": (grpc.StatusCode.INTERNAL, "Internal error encountered."),
    "late": (grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline exceeded."),
    "denied": (grpc.StatusCode.PERMISSION_DENIED, "Cloud Speech-to-Text API has not been used in this project before."),
    "exhausted": (grpc.StatusCode.RESOURCE_EXHAUSTED, "Quota exceeded for quota metric 'Recognize requests'."),
}


def queue() -> FaultQueue:
    """An empty one; what it cannot understand is INVALID_ARGUMENT."""
    return FaultQueue(_KINDS, invalid)


def refuse(fault: Fault | None) -> None:
    """Raises FaultError if the fault is a status."""
    if fault and fault.kind in _STATUS:
        raise FaultError(*_STATUS[fault.kind], retry=fault.value)


class FaultError(StatusError):
    """A status on order, with when to come again (seconds; 0: not said)."""

    def __init__(self, code: Any, message: str, *, retry: float = 0.0) -> None:
        super().__init__(code, message)
        self.retry = retry

    def status(self) -> Any:
        """As google.rpc.Status, for the trailing metadata."""
        found = status_pb2.Status(code=self.code.value[0], message=self.message)
        if self.retry:
            delay = duration_pb2.Duration()
            delay.FromNanoseconds(round(self.retry * 1e9))
            packed = any_pb2.Any()
            packed.Pack(error_details_pb2.RetryInfo(retry_delay=delay))
            found.details.append(packed)
        return rpc_status.to_status(found)
