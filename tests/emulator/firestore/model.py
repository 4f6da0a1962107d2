"""A naive Firestore: plain Python values, every query a scan, every order a comparison.

Values are None, bool, int, float, str, list and dict; a document's data is a dict.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Any

from emulator.firestore.protos import Value

ABSENT = object()
_RANKS = ((type(None), 0), (bool, 1), (int, 2), (float, 2), (str, 3), (list, 4), (dict, 5))


def to_message(value: Any) -> Value:
    message = Value()
    if value is None:
        message.null_value = 0
    elif isinstance(value, bool):
        message.boolean_value = value
    elif isinstance(value, int):
        message.integer_value = value
    elif isinstance(value, float):
        message.double_value = value
    elif isinstance(value, str):
        message.string_value = value
    elif isinstance(value, list):
        message.array_value.values.extend(map(to_message, value))
        message.array_value.SetInParent()
    else:
        message.map_value.SetInParent()
        for name, inner in value.items():
            message.map_value.fields[name].CopyFrom(to_message(inner))
    return message


def from_message(message: Value) -> Any:
    kind = message.WhichOneof("value_type")
    if kind == "array_value":
        return [from_message(element) for element in message.array_value.values]
    if kind == "map_value":
        return {name: from_message(inner) for name, inner in message.map_value.fields.items()}
    return None if kind == "null_value" else getattr(message, kind)


def rank(value: Any) -> int:
    return next(number for kind, number in _RANKS if isinstance(value, kind))


def compare(left: Any, right: Any) -> int:
    """Firestore's order of two values: negative, zero or positive."""
    if rank(left) != rank(right):
        return rank(left) - rank(right)
    if left is None:
        return 0
    if isinstance(left, list):
        for a, b in zip(left, right, strict=False):
            if different := compare(a, b):
                return different
        return len(left) - len(right)
    if isinstance(left, dict):
        return compare([list(item) for item in sorted(left.items())], [list(item) for item in sorted(right.items())])
    if isinstance(left, float) and math.isnan(left):
        return 0 if isinstance(right, float) and math.isnan(right) else -1
    if isinstance(right, float) and math.isnan(right):
        return 1
    return (left > right) - (left < right)


def look_up(data: Mapping[str, Any], path: str) -> Any:
    value: Any = data
    for segment in path.split("."):
        if not isinstance(value, dict) or segment not in value:
            return ABSENT
        value = value[segment]
    return value


@dataclass(frozen=True)
class Condition:
    path: str
    operator: str
    value: Any

    def holds(self, data: Mapping[str, Any]) -> bool:
        found = look_up(data, self.path)
        if found is ABSENT:
            return False
        if self.operator == "array-contains":
            return isinstance(found, list) and any(compare(element, self.value) == 0 for element in found)
        if self.operator == "array-contains-any":
            return isinstance(found, list) and any(compare(a, b) == 0 for a in found for b in self.value)
        if self.operator == "in":
            return any(compare(found, each) == 0 for each in self.value)
        if self.operator == "not-in":
            return found is not None and None not in self.value and all(compare(found, each) for each in self.value)
        if self.operator == "!=":
            return found is not None and compare(found, self.value) != 0
        if self.operator == "==":
            return compare(found, self.value) == 0
        if rank(found) != rank(self.value):
            return False
        different = compare(found, self.value)
        return {"<": different < 0, "<=": different <= 0, ">": different > 0, ">=": different >= 0}[self.operator]


@dataclass(frozen=True)
class ModelQuery:
    """All conditions of `every` and, if there are any, one of `either`; explicit orders as (path, descending)."""

    every: tuple[Condition, ...] = ()
    either: tuple[Condition, ...] = ()
    orders: tuple[tuple[str, bool], ...] = ()
    start: tuple[tuple[Any, ...], bool] | None = None
    end: tuple[tuple[Any, ...], bool] | None = None
    offset: int = 0
    limit: int | None = None
    group: bool = False

    def full_orders(self) -> list[tuple[str, bool]]:
        unequal = {c.path for c in self.every + self.either if c.operator in ("<", "<=", ">", ">=", "!=", "not-in")}
        descending = self.orders[-1][1] if self.orders else False
        implicit = sorted(unequal - {path for path, _ in self.orders})
        return [*self.orders, *((path, descending) for path in implicit)]

    def run(self, documents: Iterable[tuple[str, Mapping[str, Any]]]) -> list[str]:
        """Names of the results in order; `documents` are (name, data) of the collection or group."""
        orders = self.full_orders()
        name_descending = orders[-1][1] if orders else False

        def key_of(name: str, data: Mapping[str, Any]) -> list[Any]:
            return [*(look_up(data, path) for path, _ in orders), name]

        def by_orders(left: Sequence[Any], right: Sequence[Any]) -> int:
            directions = [*(descending for _, descending in orders), name_descending]
            for a, b, descending in zip(left, right, directions, strict=False):
                if different := compare(a, b):
                    return -different if descending else different
            return 0

        found = []
        for name, data in documents:
            key = key_of(name, data)
            if ABSENT in key or not all(c.holds(data) for c in self.every):
                continue
            if self.either and not any(c.holds(data) for c in self.either):
                continue
            if self.start is not None:
                place = by_orders(key, self.start[0])
                if place < 0 or (place == 0 and not self.start[1]):
                    continue
            if self.end is not None:
                place = by_orders(key, self.end[0])
                if place > 0 or (place == 0 and self.end[1]):
                    continue
            found.append(key)
        found.sort(key=cmp_to_key(by_orders))
        stop = None if self.limit is None else self.offset + self.limit
        return [key[-1] for key in found[self.offset : stop]]


@dataclass
class Model:
    """Documents by name, with all their past."""

    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: list[tuple[Any, dict[str, dict[str, Any]]]] = field(default_factory=list)

    def remember(self, time: Any, keep: int) -> None:
        self.history.append((time, dict(self.documents)))
        del self.history[:-keep]

    def query(
        self, query: ModelQuery, parent: str, collection: str, at: dict[str, dict[str, Any]] | None = None
    ) -> list[str]:
        documents = self.documents if at is None else at
        if query.group:
            candidates = [(n, d) for n, d in documents.items() if n.split("/")[-2] == collection]
        else:
            candidates = [(n, d) for n, d in documents.items() if n.rpartition("/")[0] == f"{parent}/{collection}"]
        return query.run(candidates)
