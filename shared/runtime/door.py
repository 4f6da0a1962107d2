"""What every kind of function does at its door: trace, limits, body, and one log line that says how it went."""

import io
import ipaddress
import time
from functools import lru_cache
from typing import Final

import flask

from shared.runtime import limiter, logs, trace
from shared.runtime.errors import Internal, InvalidArgument, TravvyError
from shared.runtime.outcomes import known
from shared.runtime.registry import FunctionSpec
from shared.runtime.settings import settings

_CHUNK: Final = 64 * 1024
_MOST_DRAINED: Final = 32 * 1024 * 1024


class Door:
    """The door of one function; its limiters last as long as the instance."""

    def __init__(self, spec: FunctionSpec) -> None:
        self.spec = spec
        self._callers = _limiter(spec.limits.per_caller_per_minute)
        self._addresses = _limiter(spec.limits.per_address_per_minute)

    def open(self, request: flask.Request) -> "Visit":
        """Begin to handle a request."""
        return Visit(self.spec, request)

    def admit_address(self, request: flask.Request) -> None:
        """Raise ResourceExhausted if the request's address calls too often."""
        if self._addresses and settings().rate_limits:
            limiter.admit(self._addresses, client_address(request), "this address")

    def admit_caller(self, uid: str) -> None:
        """Raise ResourceExhausted if the person calls too often."""
        if self._callers and settings().rate_limits:
            limiter.admit(self._callers, uid, "this account")

    def body(self, request: flask.Request) -> bytes:
        """The request's body. Raises InvalidArgument, before anything is parsed, if it is too large or incomplete."""
        self.refuse_large(request)
        limit = self.spec.limits.body_bytes
        try:
            body = _read(request, limit + 1)
        except Exception as error:
            # Each server has its own kinds for a body that breaks off or is badly chunked; nothing else can fail here.
            raise InvalidArgument("The body is broken or incomplete.", reason="BODY_INCOMPLETE") from error
        if len(body) > limit:
            raise self._too_large(request)
        return body

    def bound(self, request: flask.Request) -> None:
        """Raise InvalidArgument if the body is too large; one that does not announce its size is read for that."""
        self.refuse_large(request)
        if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
            request.stream = io.BytesIO(self.body(request))

    def refuse_large(self, request: flask.Request) -> None:
        """Raise InvalidArgument if the request announces a body that is too large; read none of it."""
        if (request.content_length or 0) > self.spec.limits.body_bytes:
            raise self._too_large(request)

    def _too_large(self, request: flask.Request) -> InvalidArgument:
        if (request.content_length or 0) <= _MOST_DRAINED:
            _drain(request)
        limit = self.spec.limits.body_bytes
        return InvalidArgument(
            f"The request is too large: at most {limit} bytes.",
            reason="REQUEST_TOO_LARGE",
            metadata={"limitBytes": limit},
        )


class Visit:
    """One request on its way through: knows its trace and writes its log line."""

    def __init__(self, spec: FunctionSpec, request: flask.Request) -> None:
        self._spec = spec
        self._started = time.perf_counter()
        self.trace = trace.from_headers(request.headers)
        trace.enter(self.trace)
        logs.reset_labels()
        logs.label(function=spec.name)

    def failed(self, error: Exception) -> TravvyError:
        """The failure as it may be answered; whatever was not foreseen is logged with its stack."""
        failure = known(error)
        if failure is not error or isinstance(failure, Internal):
            logs.log.exception(f"{self._spec.name} failed: {type(error).__name__}", error)
        return failure

    def done(self, code: str, **fields: object) -> None:
        """Write the request's one log line."""
        milliseconds = round((time.perf_counter() - self._started) * 1000, 1)
        write = logs.log.error if code in ("INTERNAL", "DATA_LOSS", "UNKNOWN") else logs.log.info
        write(
            f"{self._spec.name} {code} {milliseconds:g} ms",
            function=self._spec.name,
            code=code,
            ms=milliseconds,
            **fields,
        )


def client_address(request: flask.Request) -> str:
    """The address of whoever called: what the last trusted proxy saw, or the peer itself where there is none.

    Google's front end appends the address that it sees to X-Forwarded-For (one proxy); an external load balancer in
    front appends the caller's and then its own (two). Everything further left is what callers like to claim.
    """
    proxies = settings().trusted_proxies
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    seen = forwarded[-proxies] if proxies and len(forwarded) >= proxies else request.remote_addr
    return _subscriber(seen or "unknown")


@lru_cache(maxsize=2048)
def _subscriber(address: str) -> str:
    """An IPv4 address, or the /64 network that one IPv6 subscriber has to choose 2^64 addresses from."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.IPv6Network((known, 64), strict=False))


def _limiter(per_minute: int | None) -> limiter.Limiter | None:
    return limiter.Limiter(per_minute) if per_minute else None


def _read(request: flask.Request, most: int) -> bytes:
    chunks, left = [], most
    while left and (chunk := request.stream.read(min(_CHUNK, left))):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


def _drain(request: flask.Request) -> None:
    """Read on without keeping: closing a connection while the client still sends would lose our answer."""
    left = _MOST_DRAINED
    while left > 0 and (chunk := request.stream.read(_CHUNK)):
        left -= len(chunk)
