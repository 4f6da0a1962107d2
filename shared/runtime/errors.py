"""What may go wrong, as the canonical codes; domain code raises these and nothing else.

    TravvyError
    ├── InvalidArgument      the request is wrong whatever the state of the system
    │   └── OutOfRange       … beyond an end (has its own code)
    ├── Unauthenticated      no caller, or a token that proves nothing
    ├── PermissionDenied     the caller is known and may not
    ├── NotFound             no such thing, or not for this caller
    ├── AlreadyExists        what was to be created is there
    ├── FailedPrecondition   not in this state; retrying alone does not help
    ├── Aborted              somebody else was first; read again and retry
    ├── ResourceExhausted    a quota or a rate, see retry_after
    ├── Cancelled            the caller or a person stopped it
    ├── Unavailable          a backend is away for a moment; retry
    ├── DeadlineExceeded     took longer than allowed; retry
    ├── Unimplemented        not offered here
    ├── Internal             our fault; the caller learns the trace id and nothing else
    └── DataLoss             stored data is damaged

`shared/runtime/outcomes.py` turns them into callable errors, HTTP answers, and retry or drop for tasks and events.
"""

# ruff: noqa: N818 - named after the canonical codes, as every client names them

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from shared.runtime.wire import JSON


@dataclass(frozen=True)
class FieldViolation:
    """One field that is wrong: its path in wire names (`stops[2].name`) and what is wrong with it."""

    field: str
    description: str


class TravvyError(Exception):
    """An expected failure. `message` tells a person what to do; `reason` (UPPER_SNAKE) and `metadata` tell a program.

    `retry_after` is in seconds. `violations` names the fields at fault.
    """

    code: ClassVar[str] = "UNKNOWN"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        reason: str,
        metadata: Mapping[str, JSON] | None = None,
        retry_after: float | None = None,
        violations: Sequence[FieldViolation] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after
        self.violations = tuple(violations)


class InvalidArgument(TravvyError):
    """The request is wrong whatever the state of the system."""

    code = "INVALID_ARGUMENT"


class OutOfRange(InvalidArgument):
    """The request goes beyond an end, such as a version that does not exist yet."""

    code = "OUT_OF_RANGE"


class Unauthenticated(TravvyError):
    """There is no caller, or the token proves nothing."""

    code = "UNAUTHENTICATED"


class PermissionDenied(TravvyError):
    """The caller is known and may not do this."""

    code = "PERMISSION_DENIED"


class NotFound(TravvyError):
    """There is no such thing, or not for this caller."""

    code = "NOT_FOUND"


class AlreadyExists(TravvyError):
    """What was to be created is there already."""

    code = "ALREADY_EXISTS"


class FailedPrecondition(TravvyError):
    """The system is not in a state for this; retrying alone does not help."""

    code = "FAILED_PRECONDITION"


class Aborted(TravvyError):
    """Somebody else was first: read again and retry."""

    code = "ABORTED"
    retryable = True


class ResourceExhausted(TravvyError):
    """A quota or a rate is used up; `retry_after` says until when."""

    code = "RESOURCE_EXHAUSTED"
    retryable = True


class Cancelled(TravvyError):
    """The caller or a person stopped it."""

    code = "CANCELLED"


class Unavailable(TravvyError):
    """A backend is away for a moment."""

    code = "UNAVAILABLE"
    retryable = True


class DeadlineExceeded(TravvyError):
    """It took longer than allowed."""

    code = "DEADLINE_EXCEEDED"
    retryable = True


class Unimplemented(TravvyError):
    """Not offered here."""

    code = "UNIMPLEMENTED"


class Internal(TravvyError):
    """Our fault. What the caller sees is the trace id, never this message."""

    code = "INTERNAL"
    retryable = True


class DataLoss(TravvyError):
    """Stored data is damaged."""

    code = "DATA_LOSS"
