"""Channels to stand-ins on this machine: plain gRPC, and the trace goes along, by which they tell whose call it is."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import grpc

from shared.runtime import trace

TRACE: Final = "traceparent"


class _Details(NamedTuple):
    """What a call is made with (grpc.ClientCallDetails)."""

    method: str
    timeout: float | None
    metadata: Any
    credentials: Any
    wait_for_ready: bool | None
    compression: Any


class _Traced(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    """Adds the current trace to the metadata of each call."""

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return continuation(_traced(details), request)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:
        return continuation(_traced(details), request)


def channel(address: str) -> grpc.Channel:
    """A channel to `host:port`."""
    return grpc.intercept_channel(grpc.insecure_channel(address), _Traced())


def _traced(details: Any) -> _Details:
    metadata = [*(details.metadata or ()), (TRACE, trace.current().traceparent)]
    return _Details(
        details.method,
        details.timeout,
        metadata,
        details.credentials,
        details.wait_for_ready,
        details.compression,
    )
