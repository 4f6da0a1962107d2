"""Values: their order as bytes, equality, look-up of fields.

`key(value)` is a byte string such that bytewise order is Firestore's order of values and equal bytes mean equal
values (so 1 and 1.0 share a key). Keys are prefix-free: they can be concatenated, and complementing every byte
reverses their order. Indexes, cursors and comparisons all rest on this one encoding.
"""

import math
import struct
from collections.abc import Iterable

from emulator.firestore.paths import NAME, FieldPath, name_key
from emulator.firestore.protos import Document, Value

# The first byte of a key is the type of its value; types share a class when comparisons cross between them.
# 08 null, 10 boolean, 18 NaN, 19 number, 20 timestamp, 28 string, 30 bytes, 38 reference, 40 geo point, 48 array,
# 50 vector, 58 map
_CLASS_WIDTH = 8

AFTER = b"\xff"
"""Appended to a key, sorts after every longer key that begins with it."""

NULL_KEY = b"\x08"
NAN_KEY = b"\x18"

_END = b"\x00"
_TEXT_END = b"\x00\x01"
_COMPLEMENT = bytes(range(255, -1, -1))
_SIGN = 1 << 63
_MASK = (1 << 64) - 1


def key(value: Value) -> bytes:
    """The order-preserving encoding of a value (see the module)."""
    kind = value.WhichOneof("value_type")
    if kind == "string_value":
        return b"\x28" + _text(value.string_value.encode())
    if kind == "integer_value":
        return _integer_key(value.integer_value)
    if kind == "double_value":
        return _double_key(value.double_value)
    if kind == "boolean_value":
        return b"\x10\x01" if value.boolean_value else b"\x10\x00"
    if kind == "timestamp_value":
        stamp = value.timestamp_value
        return b"\x20" + struct.pack(">QI", stamp.seconds + _SIGN, stamp.nanos)
    if kind == "map_value":
        return _map_key(value)
    if kind == "array_value":
        return b"\x48" + b"".join(map(key, value.array_value.values)) + _END
    if kind == "reference_value":
        return reference_key(value.reference_value)
    if kind == "bytes_value":
        return b"\x30" + _text(value.bytes_value)
    if kind == "geo_point_value":
        point = value.geo_point_value
        return b"\x40" + _ordered(point.latitude) + _ordered(point.longitude)
    return NULL_KEY


def reference_key(name: str) -> bytes:
    """The key of a reference to the document `name`."""
    return b"\x38" + name_key(name)


def _text(encoded: bytes) -> bytes:
    return encoded.replace(b"\x00", b"\x00\xff") + _TEXT_END


def _ordered(number: float) -> bytes:
    bits: int = struct.unpack(">Q", struct.pack(">d", number + 0.0))[0]
    return ((~bits & _MASK) if bits & _SIGN else bits | _SIGN).to_bytes(8, "big")


def _integer_key(number: int) -> bytes:
    # Beyond 2**53 several integers share a double; what rounding lost breaks the tie.
    nearest = float(number)
    return b"\x19" + _ordered(nearest) + (number - int(nearest) + 0x8000).to_bytes(2, "big")


def _double_key(number: float) -> bytes:
    return NAN_KEY if math.isnan(number) else b"\x19" + _ordered(number) + b"\x80\x00"


def _map_key(value: Value) -> bytes:
    fields = value.map_value.fields
    if is_vector(value):
        elements = fields["value"].array_value.values
        return b"\x50" + len(elements).to_bytes(4, "big") + b"".join(map(key, elements))
    out = [b"\x58"]
    for name in sorted(fields):
        out += (b"\x01", _text(name.encode()), key(fields[name]))
    out.append(_END)
    return b"".join(out)


def is_vector(value: Value) -> bool:
    """Whether a map value is the wire form of a vector."""
    fields = value.map_value.fields
    return "__type__" in fields and fields["__type__"].string_value == "__vector__" and "value" in fields


def complement(encoded: bytes) -> bytes:
    """The same key in a descending index."""
    return encoded.translate(_COMPLEMENT)


def class_bounds(encoded: bytes) -> tuple[bytes, bytes]:
    """Two keys after which the keys of all values of this one's type begin and end; an inequality never leaves them.
    They are no type's first byte, so that they bound complemented keys as well."""
    first = encoded[0] // _CLASS_WIDTH * _CLASS_WIDTH
    return bytes((first - 1,)), bytes((first + _CLASS_WIDTH - 1,))


def is_number(value: Value) -> bool:
    return value.WhichOneof("value_type") in ("integer_value", "double_value")


def number(value: Value) -> int | float:
    """The Python number of a number value."""
    if value.WhichOneof("value_type") == "integer_value":
        return int(value.integer_value)
    return float(value.double_value)


def field(document: Document, path: FieldPath) -> Value | None:
    """The value at a field path, or None where there is none. `__name__` is the document's own reference."""
    fields = document.fields
    if path == NAME:
        return Value(reference_value=document.name)
    last = len(path) - 1
    for depth, segment in enumerate(path):
        if segment not in fields:
            return None
        value = fields[segment]
        if depth == last:
            return value
        if value.WhichOneof("value_type") != "map_value":
            return None
        fields = value.map_value.fields
    return None


def field_key(document: Document, path: FieldPath) -> bytes | None:
    """The key of the value at a field path, or None where there is none."""
    if path == NAME:
        return reference_key(document.name)
    value = field(document, path)
    return None if value is None else key(value)


def project(document: Document, paths: Iterable[FieldPath]) -> Document:
    """A copy of the document with only the fields at these paths."""
    copy = Document(name=document.name, create_time=document.create_time, update_time=document.update_time)
    for path in paths:
        value = None if path == NAME else field(document, path)
        if value is not None:
            put(copy, path, value)
    return copy


def put(document: Document, path: FieldPath, value: Value) -> None:
    """Sets the value at a field path in place, making maps of whatever stands in the way."""
    fields = document.fields
    for segment in path[:-1]:
        inner = fields[segment]
        if inner.WhichOneof("value_type") != "map_value":
            inner.Clear()
            inner.map_value.SetInParent()
        fields = inner.map_value.fields
    fields[path[-1]].CopyFrom(value)


def remove(document: Document, path: FieldPath) -> None:
    """Deletes the value at a field path in place, if there is one."""
    fields = document.fields
    for segment in path[:-1]:
        if segment not in fields or fields[segment].WhichOneof("value_type") != "map_value":
            return
        fields = fields[segment].map_value.fields
    if path[-1] in fields:
        del fields[path[-1]]
