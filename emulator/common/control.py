"""How a stand-in behind gRPC is steered: by a service of its own, `travvy.emulator.<Part>`, in JSON (UTF-8 bytes).

| method | takes | what it does |
|---|---|---|
| `Order` | `{"fault": "exhausted:2", "skip": 0, "times": 1, "trace": ""}` | a fault waits for requests |
| `Record` | `{"answer": {…}}`, in the service's form | it is the answer to the next request that no fault strikes |
| `Requests` | | what was asked since the last reset: `{"requests": […]}` |
| `Reset` | | forgets faults, answers and requests |
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import grpc

from emulator.common.faults import FaultQueue, Vocabulary
from emulator.common.recorded import Recorded
from emulator.common.rpc import Handler, StatusError, abort, invalid

_SECONDS: Final = 20.0

Method = Callable[[dict[str, Any]], Mapping[str, Any] | None]
"""Takes an order and answers; None is an empty answer. Raises StatusError."""


def service(part: str) -> str:
    """The full name of a part's control service."""
    return f"travvy.emulator.{part.capitalize()}"


def method(answer: Method) -> Handler:
    """A method of a control service."""

    async def call(message: bytes, context: Any) -> bytes:
        try:
            return json.dumps(answer(_order(message)) or {}).encode()
        except StatusError as error:
            await abort(context, error)

    return grpc.unary_unary_rpc_method_handler(call)


class Steered:
    """What a stand-in is told beforehand, faults and answers, and what it tells afterwards: requests it has seen."""

    def __init__(self, vocabulary: Vocabulary, recorded: Recorded) -> None:
        self.faults = FaultQueue(vocabulary, invalid)
        self.answers: list[Any] = []
        self.seen: list[dict[str, Any]] = []
        self._recorded = recorded

    def methods(self) -> dict[str, Handler]:
        """The control service over this."""
        return {
            "Order": method(self.faults.add),
            "Record": method(lambda order: self.answers.append(self._recorded.parsed(order.get("answer")))),
            "Requests": method(lambda _: {"requests": self.seen}),
            "Reset": method(lambda _: self.reset()),
        }

    def reset(self) -> None:
        """Forget everything."""
        self.faults.clear()
        self.answers.clear()
        self.seen.clear()


class Control:
    """Steers the stand-in of a part over a channel. Raises grpc.RpcError with what is wrong with an order."""

    def __init__(self, part: str, channel: grpc.Channel) -> None:
        self._service = service(part)
        self._channel = channel

    def order(self, fault: str, *, skip: int = 0, times: int = 1, **more: str) -> None:
        """The fault strikes `times` requests, after `skip` of them; with a `trace` (its id) only requests of that."""
        self.call("Order", {"fault": fault, "skip": skip, "times": times, **more})

    def requests(self) -> list[dict[str, Any]]:
        """What was asked since the last `reset`."""
        found: list[dict[str, Any]] = self.call("Requests", {})["requests"]
        return found

    def reset(self) -> None:
        """Forget faults, answers and requests."""
        self.call("Reset", {})

    def call(self, name: str, order: Mapping[str, Any]) -> dict[str, Any]:
        """Call a method of the control service."""
        call = self._channel.unary_unary(f"/{self._service}/{name}")
        answer: dict[str, Any] = json.loads(call(json.dumps(order).encode(), timeout=_SECONDS))
        return answer


def _order(message: bytes) -> dict[str, Any]:
    try:
        order = json.loads(message or b"{}")
    except ValueError as error:
        raise invalid(f"Not JSON: {error}") from None
    if not isinstance(order, dict):
        raise invalid("An order is a JSON object.")
    return order
