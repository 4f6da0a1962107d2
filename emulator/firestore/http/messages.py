"""Requests and responses, and errors as Google's APIs render them."""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from grpc import StatusCode

from emulator.firestore.errors import StatusError

JSON = "application/json; charset=UTF-8"
TEXT = "text/plain; charset=utf-8"

TURN_BYTES = 64 * 1024
"""After so much of a long answer, others have their turn on the loop."""

_HTTP_STATUS = {
    StatusCode.CANCELLED: 499,
    StatusCode.INVALID_ARGUMENT: 400,
    StatusCode.DEADLINE_EXCEEDED: 504,
    StatusCode.NOT_FOUND: 404,
    StatusCode.ALREADY_EXISTS: 409,
    StatusCode.PERMISSION_DENIED: 403,
    StatusCode.UNAUTHENTICATED: 401,
    StatusCode.RESOURCE_EXHAUSTED: 429,
    StatusCode.FAILED_PRECONDITION: 400,
    StatusCode.ABORTED: 409,
    StatusCode.OUT_OF_RANGE: 400,
    StatusCode.UNIMPLEMENTED: 501,
    StatusCode.UNAVAILABLE: 503,
}


@dataclass(frozen=True)
class Request:
    """A whole request. `path` is still percent-encoded; header names are lower-case; `address` is where we listen."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    address: tuple[str, int] = ("", 0)

    @cached_property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        return tuple(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    def parameter(self, name: str) -> str | None:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), None)


@dataclass(frozen=True, slots=True)
class Response:
    """What is sent back; a body that is an iterator is sent piece by piece, as it comes."""

    status: int = 200
    body: bytes | AsyncGenerator[bytes, None] = b""
    content_type: str = TEXT
    headers: tuple[tuple[str, str], ...] = ()

    def with_headers(self, headers: tuple[tuple[str, str], ...]) -> "Response":
        return replace(self, headers=self.headers + headers)


def json_response(value: Any, status: int = 200) -> Response:
    return Response(status, json.dumps(value).encode(), JSON)


def error_body(error: StatusError) -> dict[str, Any]:
    """The JSON form of an error: HTTP status, message, name of the canonical code."""
    return {"error": {"code": http_status(error), "message": error.message, "status": error.code.name}}


def http_status(error: StatusError) -> int:
    return _HTTP_STATUS.get(error.code, 500)
