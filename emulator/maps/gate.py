"""What Google's front end does before a service sees a request: the key, the mask, the quota, and faults on order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import grpc

from emulator.common import statuses
from emulator.common.faults import Fault, FaultQueue, Vocabulary
from emulator.common.rpc import Handler, StatusError, abort, asked, invalid, metadata, serialize
from emulator.maps import masks

KEY: Final = "x-goog-api-key"
UNKNOWN_KEY: Final = "invalid"
"""A key that no project has."""
FOREIGN_KEY: Final = "restricted"
"""A key that may be used for other services only."""
_MINUTE_SECONDS: Final = 60.0


class Gate:
    """Admits requests to one API and keeps a record of them. `per_minute`: units (elements, or requests of Places) a
    minute."""

    def __init__(self, api: str, vocabulary: Vocabulary, per_minute: float) -> None:
        self.faults = FaultQueue(vocabulary, invalid)
        self.seen: list[dict[str, Any]] = []
        self._api = api
        self._per_minute = per_minute
        self._used: list[tuple[float, int]] = []

    def reset(self, per_minute: float) -> None:
        """Forget everything; from now on this is the quota."""
        self.faults.clear()
        self.seen.clear()
        self._used.clear()
        self._per_minute = per_minute

    def admit(self, method: str, told: dict[str, str], units: int, request: Any) -> Fault | None:
        """The fault that strikes, if any. `told` is the call's metadata. Raises StatusError as the front end does."""
        _check_key(told.get(KEY))
        self.seen.append(
            {"method": method, "units": units, "mask": told.get(masks.METADATA, ""), "request": str(request)}
        )
        metric = f"{method} requests"
        fault = self.faults.next(told)
        statuses.refuse(fault, self._api, metric)
        now = time.monotonic()
        self._used = [(at, count) for at, count in self._used if at > now - _MINUTE_SECONDS]
        if sum(count for _, count in self._used) + units > self._per_minute:
            raise statuses.exhausted(metric)
        self._used.append((now, units))
        return fault


def _check_key(key: str | None) -> None:
    if not key:
        text = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key."
        raise StatusError(grpc.StatusCode.PERMISSION_DENIED, text)
    if key == UNKNOWN_KEY:
        text = "API key not valid. Please pass a valid API key."
        raise StatusError(grpc.StatusCode.INVALID_ARGUMENT, text, [statuses.error_info("API_KEY_INVALID")])
    if key == FOREIGN_KEY:
        raise statuses.denied("Requests to this API are blocked.", "API_KEY_SERVICE_BLOCKED")


def unary(gate: Gate, name: str, request: Any, method: Callable[[Any, str], Any]) -> Handler:
    """A unary call; `method(message, mask)` is asked once the gate lets the request pass."""

    async def answer(message: Any, told: dict[str, str]) -> Any:
        fault = gate.admit(name, told, 1, message)
        found = method(message, told.get(masks.METADATA, ""))
        await _delay(fault)
        return found

    return asked(request, answer)


def streamed(
    gate: Gate, name: str, request: Any, units: Callable[[Any], int], method: Callable[[Any, str, Fault | None], Any]
) -> Handler:
    """A call that streams its answer; `units(message)` says what it uses of the quota."""

    async def call(message: Any, context: Any) -> AsyncIterator[Any]:
        try:
            told = metadata(context)
            fault = gate.admit(name, told, units(message), message)
            answers = list(method(message, told.get(masks.METADATA, ""), fault))
            await _delay(fault)
            for answer in _kept(answers, fault):
                yield answer
            if fault and fault.kind == "cut":
                raise StatusError(grpc.StatusCode.UNAVAILABLE, "Stream removed")
        except StatusError as error:
            await abort(context, error)

    return grpc.unary_stream_rpc_method_handler(call, request.FromString, serialize)


def _kept(answers: list[Any], fault: Fault | None) -> list[Any]:
    """What of a stream arrives."""
    if fault and fault.kind == "cut":
        return answers[: int(fault.value)]
    if fault and fault.kind == "short":
        return answers[: max(len(answers) - int(fault.value), 0)]
    return answers


async def _delay(fault: Fault | None) -> None:
    if fault and fault.kind == "slow":
        await asyncio.sleep(fault.value)
