"""Methods of values, by type and name. Production writes hexadecimal in upper case and base64 URL-safe, padded."""

import base64
import math
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import re2

from emulator.firestore.rules.constraints import QueryFields
from emulator.firestore.rules.errors import EvaluationError
from emulator.firestore.rules.functions import want
from emulator.firestore.rules.values import (
    NANOS,
    Duration,
    LatLng,
    MapDiff,
    Path,
    RulesSet,
    Symbolic,
    Timestamp,
    Unbound,
    bounded,
    equal,
    type_name,
)

_EARTH_RADIUS_METRES: Final = 6_371_010.0
_DAY: Final = 86_400 * NANOS

_QUIET = re2.Options()
_QUIET.log_errors = False


@lru_cache(maxsize=512)
def _pattern(text: str) -> Any:
    try:
        return re2.compile(text, options=_QUIET)
    except (re2.error, UnicodeEncodeError) as error:
        raise EvaluationError(f"invalid regular expression {text!r}: {error}") from error


def _matches(text: str, pattern: Any) -> bool:
    return _pattern(want(pattern, "string")).fullmatch(text) is not None


def _split(text: str, pattern: Any) -> list[str]:
    pieces, start = [], 0
    for found in _pattern(want(pattern, "string")).finditer(text):
        if found.end() > found.start():
            pieces.append(text[start : found.start()])
            start = found.end()
        elif 0 < found.start() < len(text):
            pieces.append(text[start : found.start()])
            start = found.start()
    return [*pieces, text[start:]]


def _replace(text: str, pattern: Any, replacement: Any) -> str:
    want(replacement, "string")
    return str(bounded(_pattern(want(pattern, "string")).sub(lambda _: replacement, text)))


def _members(value: Any) -> RulesSet:
    return RulesSet(want(value, "list", "set"))


def _has_all(own: Iterable[Any], others: Any) -> bool:
    mine = RulesSet(own)
    return all(item in mine for item in _members(others))


def _has_any(own: Iterable[Any], others: Any) -> bool:
    mine = RulesSet(own)
    return any(item in mine for item in _members(others))


def _has_only(own: Iterable[Any], others: Any) -> bool:
    allowed = _members(others)
    return all(item in allowed for item in own)


def _remove_all(own: list[Any], others: Any) -> list[Any]:
    gone = RulesSet(want(others, "list"))
    return [item for item in own if item not in gone]


def _join(own: list[Any], separator: Any) -> str:
    return str(bounded(str(want(separator, "string")).join(str(want(item, "string")) for item in own)))


def _get(own: Mapping[str, Any], key: Any, default: Any) -> Any:
    """`map.get(key, default)`; a list of keys leads through nested maps."""
    found: Any = own
    for step in want(key, "string", "list") if isinstance(key, list) else [want(key, "string")]:
        if not isinstance(found, Mapping) or not isinstance(step, str) or step not in found:
            return default
        found = found[step]
    return found


def _query_get(own: QueryFields, key: Any, default: Any) -> Any:
    """As for a map, but a key that the query does not constrain is an error: the documents may well have it."""
    found: Any = own
    for step in want(key, "string", "list") if isinstance(key, list) else [want(key, "string")]:
        if isinstance(found, QueryFields):
            found = found.member(want(step, "string"))
        else:
            return _get(found, step, default) if isinstance(found, Mapping) else default
    return found


def _diff_keys(kept: Callable[[MapDiff, str], bool]) -> Callable[[MapDiff], RulesSet]:
    return lambda own: RulesSet(key for key in {**own.before, **own.after} if kept(own, key))


def _added(own: MapDiff, key: str) -> bool:
    return key not in own.before


def _removed(own: MapDiff, key: str) -> bool:
    return key not in own.after


def _unchanged(own: MapDiff, key: str) -> bool:
    return key in own.before and key in own.after and equal(own.before[key], own.after[key])


def _changed(own: MapDiff, key: str) -> bool:
    return key in own.before and key in own.after and not equal(own.before[key], own.after[key])


def _set_of(own: RulesSet, others: Any, kept: Callable[[Any, Any], bool]) -> RulesSet:
    other = want(others, "set")
    return RulesSet(item for item in own if kept(item, other))


def _bind(own: Path, bindings: Any) -> Path:
    want(bindings, "map")
    segments: list[str | Unbound] = []
    for part in own.segments:
        if not isinstance(part, Unbound):
            segments.append(part)
        elif part.name not in bindings:
            raise EvaluationError(f"bind has no value for '{part.name}'")
        else:
            value = want(bindings[part.name], "string", "path")
            segments.extend(value.segments if isinstance(value, Path) else [value])
    return Path(tuple(segments))


def _distance(own: LatLng, other: Any) -> float:
    """Great-circle distance in metres (haversine)."""
    want(other, "latlng")
    here, there = math.radians(own.latitude), math.radians(other.latitude)
    half_width = math.radians(other.longitude - own.longitude) / 2
    chord = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(half_width) ** 2
    return 2 * _EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(chord)))


def _part(kind: str) -> Callable[[Timestamp], int]:
    return lambda own: int(getattr(own.moment(), kind))


Method = tuple[Callable[..., Any], int]

_SETS: Final[dict[str, Method]] = {
    "hasAll": (_has_all, 1),
    "hasAny": (_has_any, 1),
    "hasOnly": (_has_only, 1),
    "size": (len, 0),
}

METHODS: Final[dict[str, dict[str, Method]]] = {
    "string": {
        "matches": (_matches, 1),
        "lower": (str.lower, 0),
        "upper": (str.upper, 0),
        "trim": (str.strip, 0),
        "size": (len, 0),
        "split": (_split, 1),
        "replace": (_replace, 2),
        "toUtf8": (lambda own: own.encode("utf-8", "surrogatepass"), 0),
    },
    "bytes": {
        "size": (len, 0),
        "toBase64": (lambda own: base64.urlsafe_b64encode(own).decode(), 0),
        "toHexString": (lambda own: own.hex().upper(), 0),
    },
    "list": {
        **_SETS,
        "toSet": (RulesSet, 0),
        "concat": (lambda own, other: bounded(own + want(other, "list")), 1),
        "removeAll": (_remove_all, 1),
        "join": (_join, 1),
    },
    "map": {
        "keys": (list, 0),
        "values": (lambda own: list(own.values()), 0),
        "size": (len, 0),
        "get": (_get, 2),
        "diff": (lambda own, before: MapDiff(own, want(before, "map")), 1),
    },
    "constraint": {"get": (_query_get, 2)},
    "map diff": {
        "addedKeys": (_diff_keys(_added), 0),
        "removedKeys": (_diff_keys(_removed), 0),
        "changedKeys": (_diff_keys(_changed), 0),
        "affectedKeys": (_diff_keys(lambda own, key: not _unchanged(own, key)), 0),
        "unchangedKeys": (_diff_keys(_unchanged), 0),
    },
    "set": {
        **_SETS,
        "union": (lambda own, other: RulesSet([*own, *want(other, "set")]), 1),
        "intersection": (lambda own, other: _set_of(own, other, lambda item, others: item in others), 1),
        "difference": (lambda own, other: _set_of(own, other, lambda item, others: item not in others), 1),
    },
    "path": {"bind": (_bind, 1)},
    "timestamp": {
        "year": (_part("year"), 0),
        "month": (_part("month"), 0),
        "day": (_part("day"), 0),
        "hours": (_part("hour"), 0),
        "minutes": (_part("minute"), 0),
        "seconds": (_part("second"), 0),
        "nanos": (lambda own: own.nanos % NANOS, 0),
        "dayOfWeek": (lambda own: own.moment().isoweekday(), 0),
        "dayOfYear": (lambda own: own.moment().timetuple().tm_yday, 0),
        "date": (lambda own: Timestamp(own.nanos // _DAY * _DAY), 0),
        "time": (lambda own: Duration(own.nanos % _DAY), 0),
        "toMillis": (lambda own: own.nanos // 1_000_000, 0),
    },
    "duration": {
        "seconds": (lambda own: _seconds(own), 0),
        "nanos": (lambda own: own.nanos - _seconds(own) * NANOS, 0),
    },
    "latlng": {
        "latitude": (lambda own: own.latitude, 0),
        "longitude": (lambda own: own.longitude, 0),
        "distance": (_distance, 1),
    },
}


def _seconds(own: Duration) -> int:
    whole = abs(own.nanos) // NANOS
    return whole if own.nanos >= 0 else -whole


def call_method(target: Any, name: str, arguments: list[Any]) -> Any:
    """`target.name(arguments)`. Raises EvaluationError for an unknown method or wrong arguments."""
    if isinstance(target, Symbolic) and not (isinstance(target, QueryFields) and name == "get"):
        raise EvaluationError(f"the query does not say what {name}() of {target} is")
    method = METHODS.get(type_name(target), {}).get(name)
    if method is None:
        raise EvaluationError(f"{type_name(target)} has no method {name}()")
    function, arity = method
    if len(arguments) != arity:
        raise EvaluationError(f"{name}() takes {arity} arguments, got {len(arguments)}")
    return function(target, *arguments)
