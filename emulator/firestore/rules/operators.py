"""Operators on values. Each raises EvaluationError for types it does not take.

Integers are 64 bits wide and overflow is an error; integer division and remainder truncate towards zero.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from emulator.firestore.rules.constraints import Constrained, QueryFields
from emulator.firestore.rules.errors import EvaluationError
from emulator.firestore.rules.values import (
    Duration,
    LatLng,
    Path,
    RulesSet,
    Timestamp,
    bounded,
    checked_int,
    equal,
    identity,
    show,
    type_name,
)

_Number = (int, float)


def _numbers(left: Any, right: Any) -> bool:
    return (
        isinstance(left, _Number)
        and isinstance(right, _Number)
        and not isinstance(left, bool)
        and not isinstance(right, bool)
    )


def refuse(operator: str, left: Any, right: Any) -> EvaluationError:
    """The error for operands that an operator does not take."""
    return EvaluationError(f"{operator} does not take {type_name(left)} and {type_name(right)}")


def add(left: Any, right: Any) -> Any:
    if _numbers(left, right):
        total = left + right
        return checked_int(total) if isinstance(total, int) else total
    if isinstance(left, str) and isinstance(right, str):
        return bounded(left + right)
    if isinstance(left, Timestamp) and isinstance(right, Duration):
        return Timestamp(left.nanos + right.nanos)
    if isinstance(left, Duration) and isinstance(right, (Duration, Timestamp)):
        return type(right)(left.nanos + right.nanos)
    raise refuse("+", left, right)


def subtract(left: Any, right: Any) -> Any:
    if _numbers(left, right):
        difference = left - right
        return checked_int(difference) if isinstance(difference, int) else difference
    if isinstance(left, (Timestamp, Duration)) and isinstance(right, Duration):
        return type(left)(left.nanos - right.nanos)
    if isinstance(left, Timestamp) and isinstance(right, Timestamp):
        return Duration(left.nanos - right.nanos)
    raise refuse("-", left, right)


def multiply(left: Any, right: Any) -> Any:
    if not _numbers(left, right):
        raise refuse("*", left, right)
    product = left * right
    return checked_int(product) if isinstance(product, int) else product


def divide(left: Any, right: Any) -> Any:
    if not _numbers(left, right):
        raise refuse("/", left, right)
    if isinstance(left, int) and isinstance(right, int):
        if right == 0:
            raise EvaluationError("division by zero")
        quotient = abs(left) // abs(right)
        return checked_int(quotient if (left < 0) == (right < 0) else -quotient)
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def remainder(left: Any, right: Any) -> Any:
    if not _numbers(left, right):
        raise refuse("%", left, right)
    if isinstance(left, int) and isinstance(right, int):
        if right == 0:
            raise EvaluationError("division by zero")
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    return math.nan if right == 0 or math.isinf(left) else math.fmod(left, right)


def negate(operand: Any) -> Any:
    if isinstance(operand, bool) or not isinstance(operand, _Number):
        raise EvaluationError(f"- does not take {type_name(operand)}")
    return checked_int(-operand) if isinstance(operand, int) else -operand


def _ordered(left: Any, right: Any) -> bool:
    if _numbers(left, right):
        return True
    return type(left) is type(right) and isinstance(left, (str, Timestamp, Duration, bytes))


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compare(operator: str, left: Any, right: Any) -> bool:
    """`<`, `<=`, `>` or `>=`; a field of a query is compared by what the query says about it."""
    if isinstance(left, Constrained):
        return left.compares(operator, right)
    if isinstance(right, Constrained):
        return right.compares(_MIRRORED[operator], left)
    if not _ordered(left, right):
        raise refuse(operator, left, right)
    if isinstance(left, str):
        left, right = left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass")
    return _COMPARE[operator](left, right)


def equals(left: Any, right: Any) -> bool:
    """`==`"""
    if isinstance(left, Constrained):
        return left.equals(right)
    if isinstance(right, Constrained):
        return right.equals(left)
    if isinstance(left, QueryFields) or isinstance(right, QueryFields):
        return QueryFields.equals(left, right)
    return equal(left, right)


def contains(item: Any, container: Any) -> bool:
    """`item in container`"""
    if isinstance(container, Constrained):
        return container.holds(item)
    if isinstance(container, QueryFields):
        return container.has(item)
    if isinstance(item, Constrained):
        if isinstance(container, (list, RulesSet)):
            return item.within(list(container))
        raise refuse("in", item, container)
    if isinstance(container, list):
        return identity(item) in identity(container)[1]
    if isinstance(container, RulesSet):
        return item in container
    if isinstance(container, Mapping):
        return isinstance(item, str) and item in container
    raise refuse("in", item, container)


def member(target: Any, name: str) -> Any:
    """`target.name`"""
    if isinstance(target, QueryFields):
        return target.member(name)
    if not isinstance(target, Mapping):
        raise EvaluationError(f"{type_name(target)} has no property '{name}'")
    try:
        return target[name]
    except KeyError:
        raise EvaluationError(f"property '{name}' is undefined") from None


def index(target: Any, at: Any) -> Any:
    """`target[at]`"""
    if isinstance(target, (Mapping, QueryFields)):
        if not isinstance(at, str):
            raise EvaluationError(f"a map is indexed by string, not {type_name(at)}")
        return member(target, at)
    if isinstance(target, Path):
        target = list(target.bound())
    if isinstance(target, (list, str)):
        if isinstance(at, bool) or not isinstance(at, int):
            raise EvaluationError(f"{type_name(target)} is indexed by int, not {type_name(at)}")
        if not 0 <= at < len(target):
            raise EvaluationError(f"index {at} is out of range")
        return target[at]
    raise EvaluationError(f"{type_name(target)} cannot be indexed")


def cut(target: Any, low: Any, high: Any) -> Any:
    """`target[low:high]`; bounds left out are None."""
    if not isinstance(target, (list, str, bytes)):
        raise EvaluationError(f"{type_name(target)} cannot be sliced")
    low = 0 if low is None else low
    high = len(target) if high is None else high
    if any(isinstance(bound, bool) or not isinstance(bound, int) for bound in (low, high)):
        raise EvaluationError("the bounds of a slice are integers")
    if not 0 <= low <= high <= len(target):
        raise EvaluationError(f"the slice {low}:{high} is out of range")
    return target[low:high]


_IS: Final[dict[str, Callable[[Any], bool]]] = {
    "number": lambda value: isinstance(value, _Number) and not isinstance(value, bool),
    "latlng": lambda value: isinstance(value, LatLng),
    "constraint": lambda value: isinstance(value, Constrained),
}


def has_type(value: Any, kind: str) -> bool:
    """`value is kind`"""
    if isinstance(value, Constrained) and kind != "constraint":
        raise EvaluationError(f"the query does not say whether {show(value)} is {kind}")
    if isinstance(value, QueryFields):
        return kind == "map"
    test = _IS.get(kind)
    return test(value) if test else type_name(value) == kind


BINARY: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": remainder,
    "==": equals,
    "!=": lambda left, right: not equals(left, right),
    "in": contains,
    "<": lambda left, right: compare("<", left, right),
    "<=": lambda left, right: compare("<=", left, right),
    ">": lambda left, right: compare(">", left, right),
    ">=": lambda left, right: compare(">=", left, right),
}
