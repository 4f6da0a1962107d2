"""Field transforms: server time, increment, maximum, minimum, union, removal."""

import math
from collections.abc import Iterable

from emulator.firestore import values
from emulator.firestore.clock import to_timestamp
from emulator.firestore.errors import invalid_argument
from emulator.firestore.paths import NAME, parse_field_path
from emulator.firestore.protos import ArrayValue, Document, FieldTransform, Value

MAX_TRANSFORMS = 500
_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1


def apply_transforms(document: Document, transforms: Iterable[FieldTransform], now: int) -> list[Value]:
    """Applies transforms in order, in place; returns one result each (null for the array transforms)."""
    results = []
    for transform in transforms:
        path = parse_field_path(transform.field_path)
        if path == NAME:
            raise invalid_argument("__name__ cannot be transformed.")
        current = values.field(document, path)
        value = _transformed(transform, current, now)
        values.put(document, path, value)
        in_array = transform.WhichOneof("transform_type") in ("append_missing_elements", "remove_all_from_array")
        results.append(Value(null_value=0) if in_array else value)
    return results


def _transformed(transform: FieldTransform, current: Value | None, now: int) -> Value:
    kind = transform.WhichOneof("transform_type")
    if kind == "set_to_server_value":
        if transform.set_to_server_value != FieldTransform.ServerValue.Value("REQUEST_TIME"):
            raise invalid_argument("Unknown server value.")
        return Value(timestamp_value=to_timestamp(now))
    if kind in ("increment", "maximum", "minimum"):
        operand = getattr(transform, kind)
        if not values.is_number(operand):
            raise invalid_argument(f"The operand of {kind} must be a number.")
        if current is None or not values.is_number(current):
            return operand
        return _sum(current, operand) if kind == "increment" else _extreme(current, operand, kind == "maximum")
    if kind == "append_missing_elements":
        return _union(current, transform.append_missing_elements.values)
    if kind == "remove_all_from_array":
        removed = {values.key(element) for element in transform.remove_all_from_array.values}
        kept = [element for element in _elements(current) if values.key(element) not in removed]
        return Value(array_value=ArrayValue(values=kept))
    raise invalid_argument("Field transform has no operation.")


def _sum(current: Value, operand: Value) -> Value:
    total = values.number(current) + values.number(operand)
    if isinstance(total, int):
        return Value(integer_value=max(_INT64_MIN, min(_INT64_MAX, total)))
    return Value(double_value=total)


def _extreme(current: Value, operand: Value, maximum: bool) -> Value:
    # Equal operands keep the field (3 and 3.0, 0 and -0.0); NaN wins a maximum and a minimum alike.
    for value in (current, operand):
        if math.isnan(values.number(value)):
            return value
    left, right = values.key(current), values.key(operand)
    if left == right:
        return current
    return operand if (right > left) == maximum else current


def _elements(current: Value | None) -> Iterable[Value]:
    return () if current is None else current.array_value.values


def _union(current: Value | None, added: Iterable[Value]) -> Value:
    union = Value(array_value=ArrayValue(values=_elements(current)))
    present = {values.key(element) for element in union.array_value.values}
    for element in added:
        encoded = values.key(element)
        if encoded not in present:
            present.add(encoded)
            union.array_value.values.append(element)
    return union
