"""Faults that a test or a local run can ask for: by the header `x-travvy-fault`, or queued for the next requests."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from emulator.gemini import errors
from emulator.gemini.errors import ApiError, bad_request

HEADER = "x-travvy-fault"
KINDS = frozenset({"safety", "prompt_blocked", "max_tokens", "malformed_json", "429", "500", "503", "slow", "cut"})
_DEFAULT_VALUE = {"429": 1.0, "slow": 30.0}


@dataclass(frozen=True)
class Fault:
    """One fault. `value`: seconds until a retry for 429, seconds of delay for slow. It passes over the next
    `skip` generating requests and then strikes `times` of them."""

    kind: str
    value: float = 0.0
    skip: int = 0
    times: int = 1


def parse(text: str) -> Fault:
    """`kind` or `kind:value`, as the header carries it. Raises ApiError 400 for an unknown kind or value."""
    kind, _, value = text.strip().partition(":")
    if kind not in KINDS:
        raise bad_request(f"Unknown fault {kind!r}; known: {', '.join(sorted(KINDS))}.", HEADER)
    try:
        return Fault(kind, float(value) if value else _DEFAULT_VALUE.get(kind, 0.0))
    except ValueError as error:
        raise bad_request(f"The value of fault {kind!r} is not a number: {value!r}.", HEADER) from error


class FaultQueue:
    """Faults waiting for generating requests, first in, first out. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, body: Mapping[str, Any]) -> Fault:
        """Queue `{"fault": "429:2", "skip": 0, "times": 1}`."""
        fault = replace(
            parse(str(body.get("fault", ""))), skip=int(body.get("skip", 0)), times=int(body.get("times", 1))
        )
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def next(self, header: str | None) -> Fault | None:
        """The fault that strikes this request: the header's, else the queue's."""
        if header:
            return parse(header)
        with self._lock:
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


def refusal(fault: Fault, model: str) -> ApiError | None:
    """The error answer that the fault stands for, if it is one."""
    if fault.kind == "429":
        return errors.quota_exceeded(model, max(1, round(fault.value)))
    if fault.kind == "500":
        return errors.internal()
    return errors.overloaded() if fault.kind == "503" else None


SAFETY_RATINGS: list[dict[str, Any]] = [
    {"category": "HARM_CATEGORY_DANGEROUS_CONTENT", "probability": "HIGH", "blocked": True},
    {"category": "HARM_CATEGORY_HARASSMENT", "probability": "NEGLIGIBLE"},
]


def damage(fault: Fault, parts: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """The parts and the finish reason of an answer that the fault has spoilt."""
    if fault.kind == "safety":
        return [], "SAFETY"
    calls = [part for part in parts if "functionCall" in part]
    if fault.kind == "max_tokens":
        half = [{"text": part["text"][: max(1, len(part["text"]) // 2)]} for part in parts if "text" in part]
        return half, "MAX_TOKENS"
    if fault.kind == "malformed_json":
        if calls:
            return [], "MALFORMED_FUNCTION_CALL"
        return [{"text": part["text"][:-1] + ',"'} for part in parts if "text" in part], "STOP"
    return parts, "STOP"
