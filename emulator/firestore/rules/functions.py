"""Functions that belong to no value: `math.abs(x)`, `string(x)`. `get` and its kin are with the evaluation."""

import hashlib
import math
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from emulator.firestore.rules.errors import EvaluationError
from emulator.firestore.rules.values import (
    NANOS,
    Duration,
    LatLng,
    Path,
    Timestamp,
    Unbound,
    checked_int,
    type_name,
)

_UNITS: Final = {
    "w": 7 * 86_400 * NANOS,
    "d": 86_400 * NANOS,
    "h": 3_600 * NANOS,
    "m": 60 * NANOS,
    "s": NANOS,
    "ms": 1_000_000,
    "ns": 1,
}
_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_FLOAT: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?Infinity|NaN")


def want(value: Any, *kinds: str) -> Any:
    """The value, if it has one of these types; "number" stands for int and float."""
    kind = type_name(value)
    if kind in kinds or ("number" in kinds and kind in ("int", "float")):
        return value
    raise EvaluationError(f"expected {' or '.join(kinds)}, got {kind}")


def _whole(number: int | float, rounded: Callable[[float], int]) -> int:
    if isinstance(number, float) and not math.isfinite(number):
        raise EvaluationError("no integer is near infinity or NaN")
    return number if isinstance(number, int) else checked_int(rounded(number))


def _half_up(number: float) -> int:
    floor = math.floor(number)
    return floor + 1 if number - floor >= 0.5 else floor


def _power(base: Any, exponent: Any) -> float:
    try:
        return math.pow(want(base, "number"), want(exponent, "number"))
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def _root(value: Any) -> float:
    return math.sqrt(value) if want(value, "number") >= 0 else math.nan


def _date(year: Any, month: Any, day: Any) -> Timestamp:
    try:
        return Timestamp.of(datetime(want(year, "int"), want(month, "int"), want(day, "int"), tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise EvaluationError(f"no such date: {error}") from error


def _duration(amount: Any, unit: Any) -> Duration:
    if want(unit, "string") not in _UNITS:
        raise EvaluationError(f"'{unit}' is no unit of time")
    return Duration(want(amount, "int") * _UNITS[unit])


def _time(hours: Any, minutes: Any, seconds: Any, nanos: Any) -> Duration:
    total = (want(hours, "int") * 60 + want(minutes, "int")) * 60 + want(seconds, "int")
    return Duration(total * NANOS + want(nanos, "int"))


def _octets(value: Any) -> bytes:
    value = want(value, "string", "bytes")
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else bytes(value)


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return tuple(table)


_CASTAGNOLI: Final = _crc_table()


def _crc32c(data: bytes) -> bytes:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ _CASTAGNOLI[(crc ^ byte) & 0xFF]
    return (crc ^ 0xFFFFFFFF).to_bytes(4, "little")


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    want(value, "bool", "int", "float", "null", "path")
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(value).replace("inf", "Infinity")
    return str(value)


def _int(value: Any) -> int:
    value = want(value, "int", "float", "string")
    if isinstance(value, str):
        if not _INTEGER.fullmatch(value):
            raise EvaluationError(f"'{value}' is no integer")
        return checked_int(int(value))
    return _whole(value, math.trunc)


def _float(value: Any) -> float:
    value = want(value, "int", "float", "string")
    if isinstance(value, str) and not _FLOAT.fullmatch(value):
        raise EvaluationError(f"'{value}' is no number")
    return float(value)


_PLACE: Final = re.compile(r"\{([A-Za-z_$][\w$]*)\}|\$\(([A-Za-z_$][\w$]*)\)")


def _path(value: Any) -> Path:
    if isinstance(value, Path):
        return value
    segments: list[str | Unbound] = []
    for text in want(value, "string").strip("/").split("/"):
        place = _PLACE.fullmatch(text)
        segments.append(Unbound(place[1] or place[2]) if place else text)
    return Path(tuple(segments))


Builtin = tuple[Callable[..., Any], int]

CASTS: Final[dict[str, Builtin]] = {
    "string": (_string, 1),
    "int": (_int, 1),
    "float": (_float, 1),
    "path": (_path, 1),
    "debug": (lambda value: value, 1),
}

NAMESPACES: Final[dict[str, dict[str, Builtin]]] = {
    "math": {
        "abs": (lambda value: checked_int(abs(value)) if type_name(value) == "int" else abs(want(value, "float")), 1),
        "ceil": (lambda value: _whole(want(value, "number"), math.ceil), 1),
        "floor": (lambda value: _whole(want(value, "number"), math.floor), 1),
        "round": (lambda value: _whole(want(value, "number"), _half_up), 1),
        "sqrt": (_root, 1),
        "pow": (_power, 2),
        "isNaN": (lambda value: math.isnan(want(value, "number")), 1),
    },
    "timestamp": {
        "date": (_date, 3),
        "value": (lambda millis: Timestamp(want(millis, "int") * 1_000_000), 1),
    },
    "duration": {
        "value": (_duration, 2),
        "time": (_time, 4),
        "abs": (lambda value: Duration(abs(want(value, "duration").nanos)), 1),
    },
    "latlng": {
        "value": (lambda latitude, longitude: LatLng(want(latitude, "number"), want(longitude, "number")), 2),
    },
    "hashing": {
        "md5": (lambda value: hashlib.md5(_octets(value), usedforsecurity=False).digest(), 1),
        "sha256": (lambda value: hashlib.sha256(_octets(value)).digest(), 1),
        "crc32": (lambda value: zlib.crc32(_octets(value)).to_bytes(4, "little"), 1),
        "crc32c": (lambda value: _crc32c(_octets(value)), 1),
    },
}
