"""Faults on order, for the next requests or by the metadata `x-travvy-fault` of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from emulator.common.rpc import invalid

METADATA: Final = "x-travvy-fault"
KINDS: Final = frozenset({"unavailable", "internal", "unknown", "exhausted", "slow", "cut", "element", "short"})
"""unavailable, internal, unknown: that status. exhausted[:seconds]: RESOURCE_EXHAUSTED, with RetryInfo if there are
seconds. slow[:seconds]: the answer takes that long. cut[:n]: a stream breaks off after n elements. element[:n]: n
elements carry a status of their own. short[:n]: a stream ends well, n elements early."""
_USUALLY: Final = {"slow": 30.0, "cut": 1.0, "element": 1.0, "short": 1.0}


@dataclass(frozen=True)
class Fault:
    """One fault. It passes over the next `skip` requests and then strikes `times` of them."""

    kind: str
    value: float = 0.0
    skip: int = 0
    times: int = 1


def parse(text: str) -> Fault:
    """`kind` or `kind:value`. Raises StatusError (INVALID_ARGUMENT)."""
    kind, _, value = text.strip().partition(":")
    if kind not in KINDS:
        raise invalid(f"Unknown fault {kind!r}; known: {', '.join(sorted(KINDS))}.")
    try:
        return Fault(kind, float(value) if value else _USUALLY.get(kind, 0.0))
    except ValueError:
        raise invalid(f"The value of fault {kind!r} is not a number: {value!r}.") from None


class FaultQueue:
    """Faults waiting for requests, first in, first out."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, order: Mapping[str, Any]) -> None:
        """Queue `{"fault": "exhausted:2", "skip": 0, "times": 1}`."""
        fault = parse(str(order.get("fault", "")))
        self._waiting.append(replace(fault, skip=int(order.get("skip", 0)), times=int(order.get("times", 1))))

    def clear(self) -> None:
        self._waiting.clear()

    def next(self, metadata: str | None) -> Fault | None:
        """The fault that strikes this request: that of its metadata, else the queue's."""
        if metadata:
            return parse(metadata)
        if not self._waiting:
            return None
        first = self._waiting[0]
        if first.skip > 0:
            self._waiting[0] = replace(first, skip=first.skip - 1)
            return None
        if first.times > 1:
            self._waiting[0] = replace(first, times=first.times - 1)
        else:
            del self._waiting[0]
        return first
