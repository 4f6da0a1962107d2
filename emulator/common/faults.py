"""Faults on order, for stand-ins: said with a request, or waiting for the next ones.

    kind[:value][*times][@n]        slow:8    503*3    exhausted:2@2    recorded:alhambra

`value` is a number whose meaning depends on the kind, and for `recorded` the name of an answer. `*3` strikes three
requests, `@2` begins with the second one.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from shared.runtime import trace
from shared.runtime.headers import Headers

HEADER: Final = "x-travvy-fault"
"""Header or metadata of a request: the fault that strikes it; with `@n`, only if it is the n-th since a reset."""
RECORDED: Final = "recorded"
_GRAMMAR: Final = re.compile(r"([^:*@]*)(?::([^*@]*))?(?:\*([0-9]{1,4}))?(?:@([0-9]{1,4}))?")
_MOST_TRACED: Final = 256


class UnknownFaultError(Exception):
    """An order that cannot be understood; the message says what there is."""


@dataclass(frozen=True)
class Fault:
    """One fault; what `value` means depends on its kind. `name` is that of a recorded answer."""

    kind: str
    value: float = 0.0
    name: str = ""

    @property
    def text(self) -> str:
        """As it is ordered."""
        return f"{self.kind}:{self.name or repr(self.value)}"


@dataclass(frozen=True)
class Order:
    """A fault for `times` requests; the first of them is the `number`-th, counted from 1."""

    fault: Fault
    times: int | None = None
    number: int | None = None


class Vocabulary:
    """The faults of one stand-in: kinds, each with the value that it has when none is said, and recorded answers, which
    are the JSON files of a directory."""

    def __init__(self, kinds: Mapping[str, float], answers: Path | None = None) -> None:
        self._kinds = dict(kinds)
        self.answers = sorted(path.stem for path in answers.glob("*.json")) if answers else []

    @property
    def known(self) -> list[str]:
        """Everything that can be ordered, without values."""
        return [*sorted(self._kinds), *(f"{RECORDED}:{name}" for name in self.answers)]

    def read(self, text: str) -> Order:
        """An order out of its text. Raises UnknownFaultError."""
        parts = _GRAMMAR.fullmatch(text.strip())
        if not parts:
            raise UnknownFaultError(f"Not a fault: {text!r}; they look like kind:value*times@number.")
        times, number = (None if part is None else int(part) for part in parts.group(3, 4))
        if times == 0 or number == 0:
            raise UnknownFaultError(f"Requests are counted from 1: {text!r}.")
        return Order(self._fault(parts[1].strip(), parts[2]), times, number)

    def _fault(self, kind: str, value: str | None) -> Fault:
        if kind == RECORDED and value in self.answers:
            return Fault(kind, name=value)
        if kind not in self._kinds:
            said = kind if value is None else f"{kind}:{value}"
            raise UnknownFaultError(f"Unknown fault {said!r}; known: {', '.join(self.known)}.")
        if value is None:
            return Fault(kind, self._kinds[kind])
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 <= number < math.inf:
            raise UnknownFaultError(f"The value of fault {kind!r} is not a number: {value!r}.")
        return Fault(kind, number)


@dataclass(frozen=True)
class _Waiting:
    """Passes over the next `skip` requests, then strikes `times`. With a trace, others' requests do not count."""

    fault: Fault
    skip: int
    times: int
    trace_id: str


class FaultQueue:
    """Faults waiting for requests, first in, first out. Thread-safe.

    `refuse` makes the error that is raised for an order that cannot be understood.
    """

    def __init__(self, vocabulary: Vocabulary, refuse: Callable[[str], Exception]) -> None:
        self._vocabulary = vocabulary
        self._refuse = refuse
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._count = 0

    def add(self, order: Mapping[str, Any]) -> None:
        """Queue `{"fault": "slow:2", "skip": 0, "times": 1, "trace": ""}`; `slow:2*3@2` skips one and strikes three.

        Only requests of the trace with this id (32 hexadecimal digits) are struck, and anybody's without one; of orders
        with a trace the oldest are forgotten when there are many. Raises what `refuse` makes.
        """
        read = self._read(str(order.get("fault", "")))
        try:
            skip = int(order.get("skip", 0)) + (read.number or 1) - 1
            times = read.times or int(order.get("times", 1))
        except (TypeError, ValueError):
            raise self._refuse("skip and times are whole numbers.") from None
        if skip < 0 or times < 1:
            raise self._refuse("skip is at least 0, times at least 1.")
        with self._lock:
            self._waiting.append(_Waiting(read.fault, skip, times, str(order.get("trace", ""))))
            traced = [one for one in self._waiting if one.trace_id]
            if len(traced) > _MOST_TRACED:
                self._waiting.remove(traced[0])

    def clear(self) -> None:
        """Forget what waits, and count from the beginning."""
        with self._lock:
            self._waiting.clear()
            self._count = 0

    def next(self, headers: Headers) -> Fault | None:
        """The fault that strikes a request: the one said with it, else the queue's for its trace, else the queue's for
        anybody. Raises what `refuse` makes."""
        said = headers.get(HEADER, "")
        order = self._read(said) if said else None
        if order and order.times:
            raise self._refuse(f"A request is struck once: leave out the times of {said!r}.")
        trace_id = trace.from_headers(headers).trace_id
        with self._lock:
            self._count += 1
            if order:
                return order.fault if order.number in (None, self._count) else None
            return self._queued(trace_id)

    def _read(self, text: str) -> Order:
        try:
            return self._vocabulary.read(text)
        except UnknownFaultError as error:
            raise self._refuse(str(error)) from None

    def _queued(self, trace_id: str) -> Fault | None:
        mine = [place for place, one in enumerate(self._waiting) if one.trace_id == trace_id]
        anybodys = [place for place, one in enumerate(self._waiting) if not one.trace_id]
        if not mine and not anybodys:
            return None
        place = (mine or anybodys)[0]
        first = self._waiting[place]
        if first.skip > 0:
            self._waiting[place] = replace(first, skip=first.skip - 1)
            return None
        if first.times > 1:
            self._waiting[place] = replace(first, times=first.times - 1)
        else:
            del self._waiting[place]
        return first.fault
