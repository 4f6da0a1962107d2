"""What a rule may know about the documents of a query: what the query's filters guarantee, and nothing from the rows.

A field tested for equality has that value. A field with another filter is a `Constrained` value, of which a comparison
is known only if a single filter settles it. Every other field is undefined. Whatever is not known is an error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from emulator.firestore.rules.errors import EvaluationError
from emulator.firestore.rules.values import Symbolic, equal, identity, show, type_name

_RANGES: Final = {"<", "<=", ">", ">="}
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a query: `operator` is ==, !=, <, <=, >, >=, in, not-in, array-contains or array-contains-any;
    the value of those with many operands is a list."""

    field: tuple[str, ...]
    operator: str
    value: Any

    def plain(self) -> "Filter":
        """The same filter, with equality for `in` one value, and containing it for any of one value."""
        if self.operator in ("in", "array-contains-any") and len(self.value) == 1:
            return Filter(self.field, "==" if self.operator == "in" else "array-contains", self.value[0])
        return self


def _comparable(left: Any, right: Any) -> bool:
    kinds = {type_name(left), type_name(right)}
    return kinds <= {"int", "float"} or (len(kinds) == 1 and kinds <= {"string", "timestamp", "bytes"})


class Constrained(Symbolic):
    """A field with filters other than equality."""

    __slots__ = ("field", "filters")

    def __init__(self, field: tuple[str, ...], filters: Sequence[Filter]) -> None:
        self.field = field
        self.filters = filters

    def __str__(self) -> str:
        filters = " and ".join(f"{each.operator} {show(each.value)}" for each in self.filters)
        return f"{'.'.join(self.field)} ({filters})"

    def _unknown(self, what: str) -> EvaluationError:
        return EvaluationError(f"the query does not settle {what} for {self}")

    def _excludes(self, value: Any) -> bool:
        for each in self.filters:
            if each.operator == "!=" and equal(each.value, value):
                return True
            if each.operator == "not-in" and any(equal(item, value) for item in each.value):
                return True
        return False

    def equals(self, value: Any) -> bool:
        """`field == value`: false where a filter excludes the value; nothing else settles it."""
        if not isinstance(value, Constrained) and self._excludes(value):
            return False
        raise self._unknown(f"== {show(value)}")

    def compares(self, operator: str, value: Any) -> bool:
        """`field < value` and its kin, where a range filter implies it or its opposite."""
        for wanted, answer in ((operator, True), (_OPPOSITE[operator], False)):
            if any(_implies(each, wanted, value) for each in self.filters):
                return answer
        raise self._unknown(f"{operator} {show(value)}")

    def holds(self, item: Any) -> bool:
        """`item in field`, where the query asks for arrays that contain it."""
        if any(each.operator == "array-contains" and equal(each.value, item) for each in self.filters):
            return True
        raise self._unknown(f"whether it contains {show(item)}")

    def within(self, items: list[Any]) -> bool:
        """`field in items`, where the query's own `in` has no other value, or its filters exclude all of them."""
        allowed = {identity(item) for item in items}
        for each in self.filters:
            if each.operator == "in" and all(identity(item) in allowed for item in each.value):
                return True
        if items and all(self._excludes(item) for item in items):
            return False
        raise self._unknown(f"in {show(items)}")


def _implies(known: Filter, wanted: str, value: Any) -> bool:
    """Whether `field known.operator known.value` implies `field wanted value`."""
    bound = known.value
    if known.operator not in _RANGES or known.operator[0] != wanted[0] or not _comparable(bound, value):
        return False
    if bound == value:
        return known.operator == wanted or wanted.endswith("=")
    return bool(bound > value if wanted[0] == ">" else bound < value)


class QueryFields(Symbolic):
    """`resource.data` of a query, or a map below it."""

    __slots__ = ("_filters", "_prefix")

    def __init__(self, filters: Sequence[Filter], prefix: tuple[str, ...] = ()) -> None:
        self._filters = filters
        self._prefix = prefix

    def __str__(self) -> str:
        return ".".join(("the query's documents", *self._prefix))

    def member(self, name: str) -> Any:
        """A field: its value, a `Constrained`, or deeper `QueryFields`; an error where the query says nothing."""
        path = (*self._prefix, name)
        filters = [each for each in self._filters if each.field == path]
        for each in filters:
            if each.operator == "==":
                return each.value
        if any(each.field[: len(path)] == path and len(each.field) > len(path) for each in self._filters):
            return QueryFields(self._filters, path)
        if filters:
            return Constrained(path, filters)
        raise EvaluationError(f"the query does not constrain '{'.'.join(path)}', which is undefined therefore")

    def has(self, key: Any) -> bool:
        """`key in data`: a filter is met only by documents that have its field."""
        path = (*self._prefix, key)
        if isinstance(key, str) and any(each.field[: len(path)] == path for each in self._filters):
            return True
        raise EvaluationError(f"the query does not say whether its documents have {show(key)}")

    @staticmethod
    def equals(left: Any, right: Any) -> bool:
        """A map is not null; more about whole maps a query does not say."""
        if left is None or right is None:
            return False
        raise EvaluationError("the query does not constrain all fields of its documents")
