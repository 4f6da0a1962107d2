"""What Google's front end does before a service sees a request: the key, the mask, the quota, and faults on order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from emulator.common.faults import HEADER, Fault, FaultQueue
from emulator.common.rpc import Handler, StatusError
from emulator.maps import faults, masks

KEY: Final = "x-goog-api-key"
UNKNOWN_KEY: Final = "invalid"
"""A key that no project has."""
FOREIGN_KEY: Final = "restricted"
"""A key that may be used for other services only."""
_DOMAIN: Final = "googleapis.com"


@dataclass
class Gate:
    """Admits requests and keeps a record of them. `per_minute`: units (elements, or requests of Places) a minute."""

    per_minute: float = 3_000.0
    faults: FaultQueue = field(default_factory=faults.queue)
    seen: list[dict[str, Any]] = field(default_factory=list)
    _used: list[tuple[float, int]] = field(default_factory=list)

    def reset(self, per_minute: float = 3_000.0) -> None:
        self.per_minute = per_minute
        self.faults.clear()
        self.seen.clear()
        self._used.clear()

    def admit(self, method: str, metadata: dict[str, str], units: int, request: Any) -> Fault | None:
        """Raises StatusError as the front end does; returns the fault that strikes, if any."""
        _check_key(metadata.get(KEY))
        mask = metadata.get(masks.METADATA, "")
        self.seen.append({"method": method, "units": units, "mask": mask, "request": str(request)})
        fault = self.faults.next(metadata.get(HEADER))
        if fault and fault.kind == "exhausted":
            raise RefusedError(grpc.StatusCode.RESOURCE_EXHAUSTED, _quota_text(method), retry=fault.value)
        if fault and fault.kind in ("unavailable", "internal", "unknown"):
            raise StatusError(grpc.StatusCode[fault.kind.upper()], "The service is currently unavailable.")
        now = time.monotonic()
        self._used = [(at, count) for at, count in self._used if at > now - 60]
        if sum(count for _, count in self._used) + units > self.per_minute:
            raise RefusedError(grpc.StatusCode.RESOURCE_EXHAUSTED, _quota_text(method))
        self._used.append((now, units))
        return fault


class RefusedError(StatusError):
    """A refusal with details."""

    def __init__(self, code: Any, message: str, *, reason: str = "RATE_LIMIT_EXCEEDED", retry: float = 0.0) -> None:
        super().__init__(code, message)
        self.details: list[Any] = [error_details_pb2.ErrorInfo(reason=reason, domain=_DOMAIN)]
        if retry:
            delay = duration_pb2.Duration()
            delay.FromNanoseconds(round(retry * 1e9))
            self.details.append(error_details_pb2.RetryInfo(retry_delay=delay))


def _check_key(key: str | None) -> None:
    if not key:
        text = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key."
        raise StatusError(grpc.StatusCode.PERMISSION_DENIED, text)
    if key == UNKNOWN_KEY:
        text = "API key not valid. Please pass a valid API key."
        raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, text, reason="API_KEY_INVALID")
    if key == FOREIGN_KEY:
        text = "Requests to this API are blocked."
        raise RefusedError(grpc.StatusCode.PERMISSION_DENIED, text, reason="API_KEY_SERVICE_BLOCKED")


def _quota_text(method: str) -> str:
    return f"Quota exceeded for quota metric '{method} requests' and limit '{method} requests per minute'."


def unary(gate: Gate, name: str, request: Any, method: Callable[[Any, str], Any]) -> Handler:
    """A unary call; `method(message, mask)` is asked once the gate lets the request pass."""

    async def call(message: Any, context: Any) -> Any:
        try:
            metadata = {key: str(value) for key, value in context.invocation_metadata()}
            fault = gate.admit(name, metadata, 1, message)
            answer = method(message, metadata.get(masks.METADATA, ""))
            await _delay(fault)
            return answer
        except StatusError as error:
            await _abort(context, error)

    return grpc.unary_unary_rpc_method_handler(call, request.FromString, _serialize)


def streamed(
    gate: Gate, name: str, request: Any, units: Callable[[Any], int], method: Callable[[Any, str, Fault | None], Any]
) -> Handler:
    """A call that streams its answer; `units(message)` says what it uses of the quota."""

    async def call(message: Any, context: Any) -> AsyncIterator[Any]:
        try:
            metadata = {key: str(value) for key, value in context.invocation_metadata()}
            fault = gate.admit(name, metadata, units(message), message)
            answers = list(method(message, metadata.get(masks.METADATA, ""), fault))
            await _delay(fault)
            if fault and fault.kind in ("cut", "short"):
                kept = int(fault.value) if fault.kind == "cut" else len(answers) - int(fault.value)
                answers = answers[:kept]
            for answer in answers:
                yield answer
            if fault and fault.kind == "cut":
                raise StatusError(grpc.StatusCode.UNAVAILABLE, "Stream removed")
        except StatusError as error:
            await _abort(context, error)

    return grpc.unary_stream_rpc_method_handler(call, request.FromString, _serialize)


async def _delay(fault: Fault | None) -> None:
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.value)


async def _abort(context: Any, error: StatusError) -> None:
    details = getattr(error, "details", [])
    if not details:
        await context.abort(error.code, error.message)
        return
    status = status_pb2.Status(code=error.code.value[0], message=error.message)
    for detail in details:
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    await context.abort_with_status(rpc_status.to_status(status))


def _serialize(message: Any) -> bytes:
    data: bytes = message.SerializeToString()
    return data
