"""Faults on order, for stand-ins: by the header or metadata `x-travvy-fault` of a request, or queued for the next."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

HEADER: Final = "x-travvy-fault"
"""Carries `kind` or `kind:value`, for this request; with `@n` behind it, only if this is the n-th since a reset."""


@dataclass(frozen=True)
class Fault:
    """One fault; what `value` means depends on its kind. Queued, it passes over the next `skip` requests and then
    strikes `times` of them."""

    kind: str
    value: float = 0.0
    skip: int = 0
    times: int = 1


class FaultQueue:
    """Faults waiting for requests, first in, first out. Thread-safe.

    `kinds` are the faults that there are, with the value of each when none is said; `refuse` makes the error that is
    raised for an order that cannot be understood.
    """

    def __init__(self, kinds: Mapping[str, float], refuse: Callable[[str], Exception]) -> None:
        self._kinds = kinds
        self._refuse = refuse
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._count = 0

    def add(self, order: Mapping[str, Any]) -> Fault:
        """Queue `{"fault": "slow:2", "skip": 0, "times": 1}`; `slow:2@3` skips two. Raises what `refuse` makes."""
        text, number = self._numbered(str(order.get("fault", "")))
        fault = self._parse(text)
        try:
            skip = int(order.get("skip", 0)) + max((number or 1) - 1, 0)
            fault = replace(fault, skip=skip, times=int(order.get("times", 1)))
        except (TypeError, ValueError):
            raise self._refuse("skip and times are whole numbers.") from None
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Forget what waits, and count from the beginning."""
        with self._lock:
            self._waiting.clear()
            self._count = 0

    def next(self, said: str | None) -> Fault | None:
        """The fault that strikes this request: the one said with it, else the queue's. Raises what `refuse` makes."""
        with self._lock:
            self._count += 1
            return self._said(said) if said else self._queued()

    def _said(self, text: str) -> Fault | None:
        order, number = self._numbered(text)
        fault = self._parse(order)
        return fault if number in (None, self._count) else None

    def _numbered(self, text: str) -> tuple[str, int | None]:
        order, at, number = text.partition("@")
        if at and not number.strip().isdecimal():
            raise self._refuse(f"Not the number of a request: {number!r}.")
        return order, int(number) if at else None

    def _queued(self) -> Fault | None:
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

    def _parse(self, text: str) -> Fault:
        kind, _, value = text.strip().partition(":")
        if kind not in self._kinds:
            raise self._refuse(f"Unknown fault {kind!r}; known: {', '.join(sorted(self._kinds))}.")
        try:
            return Fault(kind, float(value) if value else self._kinds[kind])
        except ValueError:
            raise self._refuse(f"The value of fault {kind!r} is not a number: {value!r}.") from None
