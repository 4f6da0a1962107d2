"""Faults for what one request to a function causes: its header `x-travvy-fault` orders them from the stand-ins.

    x-travvy-fault: vision/unavailable*3, speech/slow:8@2, gemini/429:3

Before the slash is the service, Gemini if there is none; behind it a fault as in `emulator/common/faults.py`, whose
numbers count what this request, and what it has done in the background, asks of that service. Faults without a number
take the first that are free, in order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from emulator.common.faults import HEADER, Order, UnknownFaultError, Vocabulary
from shared.runtime import trace
from shared.runtime.errors import InvalidArgument, TravvyError, Unavailable
from shared.runtime.outcomes import error_body, http_status

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

USUAL: Final = "gemini"
_TRACES: Final = ("traceparent", "X-Cloud-Trace-Context")

Application = Callable[["WSGIEnvironment", "StartResponse"], Iterable[bytes]]


class UnreachableError(Exception):
    """The stand-in does not take orders; the message says why."""


@dataclass(frozen=True)
class StandIn:
    """A service that can be told to fail. `order` takes `{"fault", "skip", "times", "trace"}`; it raises
    UnreachableError."""

    faults: Vocabulary
    order: Callable[[Mapping[str, Any]], None]


class FaultDoor:
    """A WSGI application before another. Faults are ordered for the request's trace, which goes along with all that the
    request causes, so nobody else's calls are struck, whoever comes first."""

    def __init__(self, inner: Application, standins: Mapping[str, StandIn]) -> None:
        self._inner = inner
        self._standins = standins

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        said = environ.get(_variable(HEADER))
        if said is None:
            return self._inner(environ, start_response)
        visit = trace.from_headers({name: environ.get(_variable(name), "") for name in _TRACES})
        environ[_variable("traceparent")] = visit.traceparent
        try:
            for service, order in orders(said, {name: one.faults for name, one in self._standins.items()}):
                self._standins[service].order({**order, "trace": visit.trace_id})
        except UnknownFaultError as error:
            known = {name: one.faults.known for name, one in self._standins.items()}
            refused = InvalidArgument(str(error), reason="BAD_REQUEST", metadata={"field": HEADER, "known": known})
            return _refused(refused, visit.trace_id, start_response)
        except UnreachableError as error:
            return _refused(Unavailable(str(error), reason="STAND_IN_DOWN"), visit.trace_id, start_response)
        return self._inner(environ, start_response)


def orders(said: str, vocabularies: Mapping[str, Vocabulary]) -> list[tuple[str, dict[str, Any]]]:
    """What a header orders, service by service, each in the order in which it strikes. Raises UnknownFaultError."""
    wanted: dict[str, list[Order]] = {}
    for part in said.split(","):
        service, slash, fault = part.strip().rpartition("/")
        service = service if slash else USUAL
        if service not in vocabularies:
            raise UnknownFaultError(f"No stand-in {service!r} runs here; {_known(vocabularies)}")
        try:
            wanted.setdefault(service, []).append(vocabularies[service].read(fault))
        except UnknownFaultError as error:
            raise UnknownFaultError(f"{service}: {error}") from None
    return [(service, order) for service, some in wanted.items() for order in _in_turn(service, some)]


def _in_turn(service: str, wanted: list[Order]) -> list[dict[str, Any]]:
    """Orders for a queue, which counts the requests to pass over from the end of the fault before."""
    placed: dict[int, Order] = {}
    taken: set[int] = set()
    for order in sorted(wanted, key=lambda one: one.number is None):
        first = order.number or next(number for number in count(1) if taken.isdisjoint(_struck(number, order)))
        if not taken.isdisjoint(_struck(first, order)):
            raise UnknownFaultError(
                f"{service}: a request can be struck by one fault only, not by two from {first} on."
            )
        taken.update(_struck(first, order))
        placed[first] = order
    made, free = [], 1
    for first, order in sorted(placed.items()):
        times = order.times or 1
        made.append({"fault": order.fault.text, "skip": first - free, "times": times})
        free = first + times
    return made


def _struck(first: int, order: Order) -> range:
    return range(first, first + (order.times or 1))


def _known(vocabularies: Mapping[str, Vocabulary]) -> str:
    if not vocabularies:
        return "there is none."
    told = "; ".join(f"{name}/ {', '.join(one.known)}" for name, one in sorted(vocabularies.items()))
    return f"known: {told}."


def _variable(header: str) -> str:
    """The header's name in a WSGI environment."""
    return f"HTTP_{header.upper().replace('-', '_')}"


def _refused(error: TravvyError, trace_id: str, start_response: StartResponse) -> Iterable[bytes]:
    status = http_status(error)
    start_response(
        f"{status} {error.code}", [("Content-Type", "application/json"), ("Access-Control-Allow-Origin", "*")]
    )
    return [json.dumps({"error": error_body(error, trace_id)}).encode()]
