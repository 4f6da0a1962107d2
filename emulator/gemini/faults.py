"""The faults that this stand-in can be told to have, and what they make of an answer."""

from __future__ import annotations

from typing import Any, Final

from emulator.common.faults import HEADER, Fault, FaultQueue, Vocabulary
from emulator.gemini import errors
from emulator.gemini.errors import ApiError, bad_request

FAULTS: Final = Vocabulary(
    {
        "safety": 0.0,
        "prompt_blocked": 0.0,
        "max_tokens": 0.0,
        "malformed_json": 0.0,
        "429": 1.0,
        "500": 0.0,
        "503": 0.0,
        "slow": 30.0,
        "cut": 0.0,
    }
)
"""safety: the answer is withheld. prompt_blocked: the question is. max_tokens: half an answer. malformed_json: JSON or
a call that does not parse. 429[:seconds]: too many requests, with a delay until the next. slow[:seconds]: each piece of
the answer takes that long. cut: the connection breaks off within the answer."""


def queue() -> FaultQueue:
    """An empty one; what it cannot understand is a bad request."""
    return FaultQueue(FAULTS, lambda words: bad_request(words, HEADER))


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
