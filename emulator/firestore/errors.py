"""The one error of the service: a canonical status code and production's message."""

from grpc import StatusCode


class StatusError(Exception):
    """What an RPC ends with when it does not succeed; transports render it."""

    def __init__(self, code: StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def number(self) -> int:
        """The numeric google.rpc.Code."""
        return int(self.code.value[0])


def invalid_argument(message: str) -> StatusError:
    return StatusError(StatusCode.INVALID_ARGUMENT, message)


def failed_precondition(message: str) -> StatusError:
    return StatusError(StatusCode.FAILED_PRECONDITION, message)


def not_found(message: str) -> StatusError:
    return StatusError(StatusCode.NOT_FOUND, message)


def already_exists(message: str) -> StatusError:
    return StatusError(StatusCode.ALREADY_EXISTS, message)


def permission_denied(message: str) -> StatusError:
    return StatusError(StatusCode.PERMISSION_DENIED, message)


def aborted(message: str) -> StatusError:
    return StatusError(StatusCode.ABORTED, message)
