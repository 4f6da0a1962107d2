"""JSON as the callable protocol writes it: 64-bit integers in wrappers, never NaN, always valid UTF-8.

Source: the Firebase callable reference, and the encoders of its Node and Swift implementations.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from pydantic_core import from_json, to_json

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"

_INT64: Final = "type.googleapis.com/google.protobuf.Int64Value"
_UINT64: Final = "type.googleapis.com/google.protobuf.UInt64Value"
_SAFE_INTEGER: Final = 2**53 - 1
_RANGES: Final = {_INT64: range(-(2**63), 2**63), _UINT64: range(2**64)}
_MAY_HOLD_WRAPPER: Final = re.compile(rb"@|\\u0040")
_MAY_HOLD_LARGE_INTEGER: Final = re.compile(rb"\d{16}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,20}")
_MOST_KEY: Final = 100


class RepeatedKeyError(ValueError):
    """One object of a JSON document has a key twice, so that readers may differ on what it says (RFC 8259, 4)."""

    def __init__(self, key: str) -> None:
        self.key = key[:_MOST_KEY]
        super().__init__(f"the key {self.key!r} stands twice in one object")


def decode(body: bytes) -> Any:
    """Parse a JSON document and unwrap its 64-bit integers.

    Raises ValueError, with a message fit for the sender, if the bytes are not strict JSON in UTF-8, RepeatedKeyError if
    an object has a key twice.
    """
    value = from_json(body, allow_inf_nan=False)
    # Known to be strict by now; Python's own parser, alone, takes more than that but shows every key.
    json.loads(body, object_pairs_hook=_refuse_repeated)
    return _unwrap(value) if _MAY_HOLD_WRAPPER.search(body) else value


def encode(value: object) -> bytes:
    """Write a value as compact JSON, integers beyond 2^53 - 1 wrapped, NaN and infinities as null.

    What JSON has no form for is written as the name of its type: an answer must never fail on its own details.
    """
    body = to_json(value, by_alias=True, inf_nan_mode="null", fallback=_type_name)
    if _MAY_HOLD_LARGE_INTEGER.search(body):
        body = to_json(_wrap(from_json(body)))
    return body


def encode_plain(value: object) -> bytes:
    """Write a value as compact JSON, integers as they are: for our own use, not for clients."""
    return to_json(value, inf_nan_mode="null", fallback=_type_name)


def _refuse_repeated(members: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in members:
        if key in seen:
            raise RepeatedKeyError(key)
        seen.add(key)


def _unwrap(value: Any) -> Any:
    if isinstance(value, list):
        return [_unwrap(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "@type" not in value:
        return {key: _unwrap(item) for key, item in value.items()}
    kind, text = value["@type"], value.get("value")
    bounds = _RANGES.get(kind) if isinstance(kind, str) else None
    if bounds is None or not isinstance(text, str) or not _DECIMAL.fullmatch(text) or int(text) not in bounds:
        raise ValueError("an object with '@type' must be an Int64Value or UInt64Value with a decimal string as value")
    return int(text)


def _wrap(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _wrap(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_wrap(item) for item in value]
    if isinstance(value, int) and not -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
        kind = _INT64 if value in _RANGES[_INT64] else _UINT64
        if value not in _RANGES[kind]:
            raise ValueError("an integer of more than 64 bits cannot be answered")
        return {"@type": kind, "value": str(value)}
    return value


def _type_name(value: object) -> str:
    return type(value).__name__
