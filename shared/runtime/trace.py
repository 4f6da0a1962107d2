"""The trace a request belongs to: read from its headers, kept for the time it runs, handed on to what it causes.

Formats: W3C Trace Context, and Google's X-Cloud-Trace-Context (`TRACE/SPAN;o=1`, span in decimal).
"""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from shared.runtime.headers import Headers

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_CLOUD_TRACE: Final = re.compile(r"([0-9a-fA-F]{32})(?:/([0-9]{1,20}))?(?:;o=([0-9]))?")


@dataclass(frozen=True)
class Trace:
    """A trace id (32 hexadecimal digits), the span (16) this process works in, and whether it is sampled."""

    trace_id: str
    span_id: str
    sampled: bool = True

    @property
    def traceparent(self) -> str:
        """The W3C header that continues this trace elsewhere."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace:
    """The trace of the request being handled; outside of any, a new one that stays current."""
    trace = _current.get()
    if trace is None:
        trace = new()
        _current.set(trace)
    return trace


def enter(trace: Trace) -> None:
    """Make a trace the current one of this context."""
    _current.set(trace)


def new() -> Trace:
    """A trace that nobody knows yet."""
    drawn = secrets.token_hex(24)
    return Trace(drawn[:32], drawn[32:])


def from_headers(headers: Headers) -> Trace:
    """The trace that the headers continue, or a new one; malformed headers count as absent."""
    parent = _TRACEPARENT.fullmatch(headers.get("traceparent", "").strip().lower())
    if parent and int(parent[1], 16) and int(parent[2], 16):
        return Trace(parent[1], parent[2], bool(int(parent[3], 16) & 1))
    cloud = _CLOUD_TRACE.fullmatch(headers.get("X-Cloud-Trace-Context", "").strip())
    if cloud and int(cloud[1], 16):
        span = int(cloud[2] or 0) & (2**64 - 1)
        return Trace(cloud[1].lower(), f"{span:016x}" if span else secrets.token_hex(8), cloud[3] == "1")
    return new()
