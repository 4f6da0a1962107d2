"""Filters of a query: parsing with production's refusals, matching, and normalisation to disjunctions."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from emulator.firestore import values
from emulator.firestore.errors import StatusError, invalid_argument
from emulator.firestore.guard import Constraint, Operator
from emulator.firestore.paths import NAME, FieldPath, check_document_name, format_field_path, parse_field_path
from emulator.firestore.protos import Document, StructuredQuery, Value

MAX_DISJUNCTIONS = 30
_MAX_IN = 30
_MAX_NOT_IN = 10

INEQUALITIES = frozenset({"<", "<=", ">", ">=", "!=", "not-in"})
_RANGES = frozenset({"<", "<=", ">", ">="})

_OPERATORS: dict[str, Operator] = {
    "LESS_THAN": "<",
    "LESS_THAN_OR_EQUAL": "<=",
    "GREATER_THAN": ">",
    "GREATER_THAN_OR_EQUAL": ">=",
    "EQUAL": "==",
    "NOT_EQUAL": "!=",
    "ARRAY_CONTAINS": "array-contains",
    "IN": "in",
    "ARRAY_CONTAINS_ANY": "array-contains-any",
    "NOT_IN": "not-in",
}
_UNARY: dict[str, tuple[Operator, Value]] = {
    "IS_NAN": ("==", Value(double_value=math.nan)),
    "IS_NULL": ("==", Value(null_value=0)),
    "IS_NOT_NAN": ("!=", Value(double_value=math.nan)),
    "IS_NOT_NULL": ("!=", Value(null_value=0)),
}


class Bound(NamedTuple):
    """An edge of a range of keys: before all keys that begin with `key`, or after all of them."""

    key: bytes
    after: bool

    @property
    def ascending(self) -> bytes:
        return self.key + values.AFTER if self.after else self.key

    @property
    def descending(self) -> bytes:
        """The same edge among complemented keys, where what lay before it lies after it."""
        flipped = values.complement(self.key)
        return flipped if self.after else flipped + values.AFTER


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """One comparison of a field with a value. `among` holds all values of the `in` or `array-contains-any` that this
    one was split from, if there are several."""

    path: FieldPath
    operator: Operator
    value: Value
    among: Value | None = None
    key: bytes = field(init=False)
    keys: frozenset[bytes] = field(init=False)
    _range: tuple[bytes, bytes] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", values.key(self.value))
        members = self.value.array_value.values if self.operator == "not-in" else ()
        object.__setattr__(self, "keys", frozenset(map(values.key, members)))
        lower, upper = self.bounds() if self.is_range else (Bound(b"", False), Bound(b"", False))
        object.__setattr__(self, "_range", (lower.ascending, upper.ascending))

    @property
    def identity(self) -> tuple[FieldPath, str, bytes]:
        """Equal for filters that mean the same."""
        return self.path, self.operator, self.key

    def matches(self, document: Document) -> bool:
        if self.operator == "array-contains":
            value = values.field(document, self.path)
            return value is not None and any(values.key(element) == self.key for element in value.array_value.values)
        found = values.field_key(document, self.path)
        return found is not None and self._accepts(found)

    def _accepts(self, found: bytes) -> bool:
        match self.operator:
            case "==":
                return found == self.key
            case "!=":
                return found != self.key and found != values.NULL_KEY
            case "not-in":
                return values.NULL_KEY not in self.keys and found not in self.keys and found != values.NULL_KEY
            case _:
                lower, upper = self._range
                return lower <= found < upper

    def bounds(self) -> tuple[Bound, Bound]:
        """The half-open range of keys that an equality or a range comparison accepts."""
        first, last = values.class_bounds(self.key)
        match self.operator:
            case "==":
                return Bound(self.key, False), Bound(self.key, True)
            case "<":
                return Bound(first, True), Bound(self.key, False)
            case "<=":
                return Bound(first, True), Bound(self.key, True)
            case ">":
                return Bound(self.key, True), Bound(last, True)
            case ">=":
                return Bound(self.key, False), Bound(last, True)
            case _:
                raise AssertionError(f"{self.operator} accepts no single range")

    def as_asked(self) -> Constraint:
        """The filter as the caller wrote it, not split into disjuncts."""
        if self.among is None:
            return Constraint(self.path, self.operator, self.value)
        return Constraint(self.path, "in" if self.operator == "==" else "array-contains-any", self.among)

    @property
    def is_range(self) -> bool:
        return self.operator in _RANGES


Conjunction = tuple[Filter, ...]


def normalise(filter_: StructuredQuery, root: str, parent: str, all_descendants: bool) -> tuple[Conjunction, ...]:
    """The disjunctive normal form of a filter message; without a filter one empty conjunction.

    Raises INVALID_ARGUMENT for what production refuses. `root` is the database's `.../documents`, `parent` the
    collection's parent: filters on `__name__` must name documents there."""
    parser = _Parser(root, parent, all_descendants)
    disjuncts = parser.disjuncts(filter_)
    if len(disjuncts) > MAX_DISJUNCTIONS:
        raise _too_many(len(disjuncts))
    parser.check()
    unique = {frozenset(f.identity for f in conjunction): conjunction for conjunction in disjuncts}
    return tuple(unique.values())


def _too_many(disjunctions: int) -> StatusError:
    return invalid_argument(
        f"Given filter has {disjunctions} disjunctions after normalization, "
        f"which exceeds the limit of {MAX_DISJUNCTIONS}."
    )


class _Parser:
    def __init__(self, root: str, parent: str, all_descendants: bool) -> None:
        self._root = root
        self._parent = parent
        self._all_descendants = all_descendants
        self._not_equal = 0
        self._not_in = 0
        self._disjunctive = False

    def disjuncts(self, message: StructuredQuery) -> list[Conjunction]:
        kind = message.WhichOneof("filter_type")
        if kind is None:
            return [()]
        if kind == "composite_filter":
            return self._composite(message.composite_filter)
        if kind == "unary_filter":
            unary = message.unary_filter
            name = StructuredQuery.UnaryFilter.Operator.Name(unary.op)
            if name not in _UNARY:
                raise invalid_argument("Unary filter has no operator.")
            operator, value = _UNARY[name]
            path = parse_field_path(unary.field.field_path)
            if path == NAME:
                raise invalid_argument(f"Unary operator {name} cannot be applied to __name__.")
            self._count(operator)
            return [(Filter(path, operator, value),)]
        return self._field(message.field_filter)

    def check(self) -> None:
        if self._not_equal + self._not_in > 1 and self._not_in:
            raise invalid_argument(
                "Only a single NOT_EQUAL, NOT_IN, IS_NOT_NAN, or IS_NOT_NULL filter allowed per query."
            )
        if self._not_in and self._disjunctive:
            raise invalid_argument("NOT_IN cannot be used in the same query with OR, IN or ARRAY_CONTAINS_ANY.")

    def _composite(self, composite: StructuredQuery) -> list[Conjunction]:
        name = StructuredQuery.CompositeFilter.Operator.Name(composite.op)
        if name not in ("AND", "OR"):
            raise invalid_argument("Composite filter has no operator.")
        if not composite.filters:
            raise invalid_argument("Composite filter must contain at least one filter.")
        parts = [self.disjuncts(inner) for inner in composite.filters]
        if name == "OR":
            self._disjunctive = self._disjunctive or len(parts) > 1
            return [conjunction for part in parts for conjunction in part]
        size = math.prod(map(len, parts))
        if size > MAX_DISJUNCTIONS:
            raise _too_many(size)
        return [_merge(choice) for choice in product(*parts)]

    def _field(self, message: StructuredQuery) -> list[Conjunction]:
        name = StructuredQuery.FieldFilter.Operator.Name(message.op)
        if name not in _OPERATORS:
            raise invalid_argument("Field filter has no operator.")
        operator = _OPERATORS[name]
        path = parse_field_path(message.field.field_path)
        value = message.value
        if value.WhichOneof("value_type") is None:
            raise invalid_argument(f"The value of the filter on {format_field_path(path)} is not set.")
        self._count(operator)
        if operator in ("in", "not-in", "array-contains-any"):
            members = self._members(name, value)
            if path == NAME:
                for member in members:
                    self._check_name(member)
            if operator == "not-in":
                return [(Filter(path, operator, value),)]
            self._disjunctive = self._disjunctive or len(members) > 1
            single: Operator = "==" if operator == "in" else "array-contains"
            if path == NAME and single == "array-contains":
                raise invalid_argument("__name__ filters do not support ARRAY_CONTAINS_ANY.")
            among = value if len(members) > 1 else None
            return [(Filter(path, single, member, among),) for member in members]
        if path == NAME:
            if operator == "array-contains":
                raise invalid_argument("__name__ filters do not support ARRAY_CONTAINS.")
            self._check_name(value)
        return [(Filter(path, operator, value),)]

    def _members(self, name: str, value: Value) -> Sequence[Value]:
        if value.WhichOneof("value_type") != "array_value":
            raise invalid_argument(f"'{name}' requires an ArrayValue.")
        members: Sequence[Value] = value.array_value.values
        if not members:
            raise invalid_argument(f"'{name}' requires an non-empty ArrayValue.")
        limit = _MAX_NOT_IN if name == "NOT_IN" else _MAX_IN
        if len(members) > limit:
            raise invalid_argument(f"'{name}' supports up to {limit} comparison values.")
        return members

    def _count(self, operator: Operator) -> None:
        self._not_equal += operator == "!="
        self._not_in += operator == "not-in"

    def _check_name(self, value: Value) -> None:
        if value.WhichOneof("value_type") != "reference_value":
            raise invalid_argument("__key__ filter value must be a Key")
        name = value.reference_value
        if not name.startswith(self._root + "/"):
            raise invalid_argument(f'__name__ filter value "{name}" must be a document of this database.')
        check_document_name(name)


def _merge(choice: Iterable[Conjunction]) -> Conjunction:
    merged = {f.identity: f for conjunction in choice for f in conjunction}
    if sum(f.operator == "array-contains" for f in merged.values()) > 1:
        raise invalid_argument("A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.")
    return tuple(merged.values())
