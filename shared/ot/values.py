"""JSON values: strict equality and the faults that no value in an op may have. Iterative, so depth does no harm."""

import math
import re
from typing import Any

# Integers a JavaScript number holds without ambiguity: 2^53 itself is also what 2^53 + 1 becomes there.
LARGEST_INTEGER = 2**53 - 1

# From here on JavaScript writes a whole number with an exponent, which other languages read as a float again.
SMALLEST_WITH_EXPONENT = 1e21

# As keys, these reach JavaScript's Object.prototype instead of the document.
PROTOTYPE_NAMES = frozenset(
    {
        "__proto__",
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    }
)

_SURROGATE = re.compile("[\ud800-\udfff]")


def is_index(value: object) -> bool:
    """Whether the value is a non-negative whole number, and neither a boolean nor a float that looks like one."""
    return type(value) is int and 0 <= value <= LARGEST_INTEGER


def is_scalar(value: object) -> bool:
    """Whether the value is null, a boolean, a number or a string."""
    return not isinstance(value, dict | list)


def equal(a: Any, b: Any) -> bool:
    """Whether two JSON values are the same; 1, 1.0 and true are three different values."""
    pending = [(a, b)]
    while pending:
        a, b = pending.pop()
        if a is b:
            continue
        if type(a) is not type(b):
            return False
        if isinstance(a, dict):
            if a.keys() != b.keys():
                return False
            pending.extend((value, b[key]) for key, value in a.items())
        elif isinstance(a, list):
            if len(a) != len(b):
                return False
            pending.extend(zip(a, b, strict=True))
        elif a != b:
            return False
    return True


def with_plain_numbers(value: Any) -> Any:
    """A copy of the value with whole floats as integers, which is how JavaScript writes them."""
    box = [value]
    pending: list[tuple[Any, Any]] = [(box, 0)]
    copied: Any
    while pending:
        parent, key = pending.pop()
        value = parent[key]
        if isinstance(value, float) and value.is_integer() and abs(value) <= LARGEST_INTEGER:
            parent[key] = int(value)
        elif isinstance(value, dict):
            parent[key] = copied = value.copy()
            pending.extend((copied, inner) for inner in copied)
        elif isinstance(value, list):
            parent[key] = copied = value.copy()
            pending.extend((copied, index) for index in range(len(copied)))
    return box[0]


def fault(value: Any) -> str | None:
    """The reason why a value may not stand in an op, or None if it may.

    Reasons: NUMBER_NOT_FINITE, INTEGER_TOO_LARGE, LONE_SURROGATE, FORBIDDEN_KEY, KEY_NOT_TEXT, NOT_JSON.
    """
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            if not value.isascii() and _SURROGATE.search(value):
                return "LONE_SURROGATE"
        elif value is None or isinstance(value, bool):
            continue
        elif isinstance(value, int | float):
            if reason := number_fault(value):
                return reason
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            for key in value:
                if reason := key_fault(key):
                    return reason
            pending.extend(value.values())
        else:
            return "NOT_JSON"
    return None


def number_fault(number: float) -> str | None:
    """The reason why a number may not stand in an op (as `fault`), or None if it may."""
    if isinstance(number, float) and not math.isfinite(number):
        return "NUMBER_NOT_FINITE"
    whole_in_json = isinstance(number, int) or abs(number) < SMALLEST_WITH_EXPONENT
    return "INTEGER_TOO_LARGE" if abs(number) > LARGEST_INTEGER and whole_in_json else None


def key_fault(key: Any) -> str | None:
    """The reason why a key may not stand in an op (as `fault`), or None if it may."""
    if not isinstance(key, str):
        return "KEY_NOT_TEXT"
    if key in PROTOTYPE_NAMES:
        return "FORBIDDEN_KEY"
    return None if key.isascii() or not _SURROGATE.search(key) else "LONE_SURROGATE"
