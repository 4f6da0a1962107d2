"""Problems and solutions as JSON documents (docs/itinerary-problem.schema.json,
docs/itinerary-solution.schema.json)."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from math import inf
from typing import Any, TypeVar

from .problem import Problem
from .solution import Solution
from .validation import ProblemError

T = TypeVar("T")
JSON = Any
NUMBERS: Mapping[Any, set[type]] = {float: {int, float}, int: {int}}
"""What is a number of a kind just as it is."""


def problem_from_json(document: JSON) -> Problem:
    """Read a problem. Raises ProblemError that names the field which is missing, unknown or of the wrong type."""
    return read(Problem, document, "problem")


def problem_to_json(problem: Problem) -> dict[str, JSON]:
    return typing.cast(dict[str, JSON], write(problem))


def solution_to_json(solution: Solution) -> dict[str, JSON]:
    """The solution as a document, with `feasible` spelt out."""
    return {"feasible": solution.feasible, **write(solution)}


def write(value: object) -> JSON:
    """Dataclasses as objects, tuples as lists, infinity as null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: write(getattr(value, f.name)) for f in fields(value) if f.init}
    if isinstance(value, (tuple, list)):
        return [write(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    return None if value == inf else value


def read(kind: type[T], document: JSON, where: str) -> T:
    """A dataclass from an object; names of fields are those of the dataclass."""
    if not isinstance(document, Mapping):
        raise ProblemError(where, "must be an object")
    hints = _hints(typing.cast(Any, kind))
    known = [f for f in fields(typing.cast(Any, kind)) if f.init]
    unknown = set(document) - {f.name for f in known}
    if unknown:
        raise ProblemError(where, f"unknown field {sorted(unknown)[0]!r}")
    values = {f.name: _value(hints[f.name], document[f.name], f"{where}.{f.name}") for f in known if f.name in document}
    try:
        return kind(**values)
    except TypeError as error:
        raise ProblemError(where, str(error).partition(") ")[2]) from None


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, value: JSON, where: str) -> Any:
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _choice(options, value, where)
    if origin is tuple:
        return _items(options, value, where)
    if origin is frozenset:
        return frozenset(_items((options[0], ...), value, where))
    if is_dataclass(hint):
        return read(typing.cast(type, hint), value, where)
    if hint is float:
        if value is None:
            return inf
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
    elif hint is int and isinstance(value, float) and value.is_integer():
        return int(value)
    elif isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        if hint is str and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise ProblemError(where, "must be text: half a character is none")
        return value
    raise ProblemError(where, f"must be {hint.__name__}")


def _choice(options: Iterable[Any], value: JSON, where: str) -> Any:
    options = tuple(options)
    if value is None and type(None) in options:
        return None
    listed = isinstance(value, list)
    for option in options:
        if option is not type(None) and (typing.get_origin(option) is tuple) == listed:
            return _value(option, value, where)
    raise ProblemError(where, "is of the wrong type")


def _items(options: tuple[Any, ...], value: JSON, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ProblemError(where, "must be a list")
    if options[1:] == (...,):
        if set(map(type, value)) <= NUMBERS.get(options[0], set()):
            return tuple(value)
        return tuple(_value(options[0], item, f"{where}[{index}]") for index, item in enumerate(value))
    if len(value) != len(options):
        raise ProblemError(where, f"must have {len(options)} values")
    return tuple(_value(option, item, where) for option, item in zip(options, value, strict=True))
