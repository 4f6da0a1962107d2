"""The values of the rules language that Python has no fitting type for, and what equality means.

null, bool, int (64 bits), float, str, bytes, list and dict stand for themselves; a set is a `RulesSet`, because its
members may be lists and maps.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from emulator.firestore.rules.errors import EvaluationError

NANOS: Final = 1_000_000_000
INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1
MAX_VALUES: Final = 200_000
MAX_LENGTH: Final = 1 << 20
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MIN_NANOS: Final = -62_135_596_800 * NANOS
_MAX_NANOS: Final = 253_402_300_800 * NANOS - 1


class Symbolic:
    """A value known only by what a query guarantees; whoever needs the value itself gets an error."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, order=True)
class Timestamp:
    """A moment, in nanoseconds since 1970 UTC; years 1 to 9999."""

    nanos: int

    def __post_init__(self) -> None:
        if not _MIN_NANOS <= self.nanos <= _MAX_NANOS:
            raise EvaluationError("the timestamp is outside the years 1 to 9999")

    @classmethod
    def of(cls, moment: datetime) -> "Timestamp":
        """From an aware datetime."""
        return cls((moment - EPOCH) // timedelta(microseconds=1) * 1000)

    def moment(self) -> datetime:
        """To whole microseconds, UTC."""
        return EPOCH + timedelta(microseconds=self.nanos // 1000)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span of time in nanoseconds."""

    nanos: int


@dataclass(frozen=True, slots=True)
class LatLng:
    """A point on Earth, in degrees."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise EvaluationError("the latitude or longitude is out of range")


@dataclass(frozen=True, slots=True)
class Unbound:
    """A place in a path that `bind` has still to fill."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """`/a/b`; relative to nothing: a document's path begins with `databases`."""

    segments: tuple[str | Unbound, ...]

    def __str__(self) -> str:
        parts = (f"{{{part.name}}}" if isinstance(part, Unbound) else part for part in self.segments)
        return "/" + "/".join(parts)

    def bound(self) -> tuple[str, ...]:
        """The segments, of a path that has no place left to fill."""
        segments = tuple(part for part in self.segments if isinstance(part, str))
        if len(segments) != len(self.segments):
            raise EvaluationError(f"the path {self} has unbound segments")
        return segments


@dataclass(frozen=True, slots=True)
class MapDiff:
    """What `after.diff(before)` knows."""

    after: Mapping[str, Any]
    before: Mapping[str, Any]


class RulesSet:
    """Distinct values, in the order in which they came."""

    __slots__ = ("_members",)

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self._members: dict[Any, Any] = {}
        budget = _Budget()
        for value in values:
            self._members.setdefault(identity(value, budget), value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._members.values())

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, value: object) -> bool:
        return identity(value) in self._members

    def identities(self) -> Any:
        """The members' identities, for comparing whole sets."""
        return self._members.keys()


class _Budget:
    """How many values a comparison may still visit: lists that share parts can be exponentially large."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_VALUES

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise EvaluationError("the values are too large to compare")


def identity(value: Any, budget: _Budget | None = None) -> Any:
    """Something hashable that is equal for equal values, and only for those (`1` and `1.0` are equal, `1` and `true`
    are not, NaN is not even equal to itself)."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, float) and math.isnan(value):
        return ("nan", object())
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, (list, Mapping, RulesSet)):
        budget = budget or _Budget()
        budget.spend(len(value) + 1)
        if isinstance(value, list):
            return ("list", tuple(identity(item, budget) for item in value))
        if isinstance(value, RulesSet):
            return ("set", frozenset(value.identities()))
        return ("map", frozenset((key, identity(item, budget)) for key, item in value.items()))
    if isinstance(value, MapDiff):
        return ("diff", identity(value.after, budget), identity(value.before, budget))
    if isinstance(value, Symbolic):
        raise EvaluationError(f"the query does not say what {value} is")
    return (type(value).__name__, value)


def equal(left: Any, right: Any) -> bool:
    """`==` of the rules language; values of different types are unequal, except that int and float are numbers."""
    if left is None or right is None:
        return left is right
    if type(left) is type(right) and not isinstance(left, (list, dict, RulesSet, MapDiff)):
        return bool(left == right)
    return bool(identity(left) == identity(right))


_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "bool"),
    (int, "int"),
    (float, "float"),
    (str, "string"),
    (bytes, "bytes"),
    (list, "list"),
    (Mapping, "map"),
    (RulesSet, "set"),
    (Timestamp, "timestamp"),
    (Duration, "duration"),
    (LatLng, "latlng"),
    (Path, "path"),
    (MapDiff, "map diff"),
)
TYPES: Final = frozenset(
    {"bool", "bytes", "constraint", "duration", "float", "int", "latlng", "list", "map", "null", "number", "path",
     "set", "string", "timestamp"}
)  # fmt: skip


def type_name(value: Any) -> str:
    """The type of a value as the rules language calls it."""
    if value is None:
        return "null"
    return next((name for kind, name in _NAMES if isinstance(value, kind)), "constraint")


def checked_int(number: int) -> int:
    """The number, if 64 bits hold it."""
    if not INT_MIN <= number <= INT_MAX:
        raise EvaluationError("integer overflow")
    return number


def bounded(value: Any) -> Any:
    """The string, list or bytes, if it is no longer than any document could be."""
    if len(value) > MAX_LENGTH:
        raise EvaluationError(f"the {type_name(value)} is longer than {MAX_LENGTH}")
    return value


def show(value: Any, limit: int = 120) -> str:
    """A value as one would write it in rules, for explanations; cut after `limit` characters."""
    text = _show(value, 4)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _show(value: Any, depth: int) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return "'" + value[:200].replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, (Mapping, list, RulesSet)):
        return _show_many(value, depth)
    if isinstance(value, Timestamp):
        return value.moment().isoformat()
    if isinstance(value, Duration):
        return f"{value.nanos / NANOS:g}s"
    return str(value)


def _show_many(values: Mapping[Any, Any] | list[Any] | RulesSet, depth: int) -> str:
    opening, closing = "[]" if isinstance(values, list) else "{}"
    if depth == 0:
        return f"{opening}…{closing}"
    shown = itertools.islice(values.items() if isinstance(values, Mapping) else values, 10)
    if isinstance(values, Mapping):
        parts = [f"{_show(key, 0)}: {_show(item, depth - 1)}" for key, item in shown]
    else:
        parts = [_show(item, depth - 1) for item in shown]
    return opening + ", ".join(parts) + (", …" if len(values) > 10 else "") + closing
