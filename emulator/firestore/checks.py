"""What a document may contain: limits and forms that production enforces on every write."""

from emulator.firestore.errors import invalid_argument
from emulator.firestore.paths import is_reserved, relative
from emulator.firestore.protos import Document, Value
from emulator.firestore.values import is_vector

_MAX_DEPTH = 20
_MAX_DOCUMENT_BYTES = 1_048_576
_MAX_VECTOR_DIMENSION = 2048
_NANOS_PER_MICRO = 1000


def check_document(document: Document) -> None:
    """Raises INVALID_ARGUMENT for a document that production refuses; truncates timestamps to microseconds."""
    for name, value in document.fields.items():
        _check_field_name(name)
        _check(value, 1, False, name)
    if document.ByteSize() > _MAX_DOCUMENT_BYTES // 2 and document_size(document) > _MAX_DOCUMENT_BYTES:
        raise invalid_argument(
            f"Document '{document.name}' cannot be written because its size ({document_size(document):,} bytes) "
            f"exceeds the maximum allowed size of {_MAX_DOCUMENT_BYTES:,} bytes."
        )


def _check(value: Value, depth: int, in_array: bool, name: str) -> None:
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        if depth > _MAX_DEPTH:
            raise invalid_argument(f"Property {name} contains a map or array nested more than {_MAX_DEPTH} levels.")
        if is_vector(value):
            _check_vector(value)
            return
        for inner_name, inner in value.map_value.fields.items():
            _check_field_name(inner_name)
            _check(inner, depth + 1, False, name)
    elif kind == "array_value":
        if in_array:
            raise invalid_argument(f"Property {name} contains an invalid nested entity.")
        if depth > _MAX_DEPTH:
            raise invalid_argument(f"Property {name} contains a map or array nested more than {_MAX_DEPTH} levels.")
        for element in value.array_value.values:
            _check(element, depth + 1, True, name)
    elif kind == "timestamp_value":
        stamp = value.timestamp_value
        if not -62135596800 <= stamp.seconds <= 253402300799 or not 0 <= stamp.nanos < 1_000_000_000:
            raise invalid_argument(f"Property {name} contains an invalid timestamp.")
        if stamp.nanos % _NANOS_PER_MICRO:
            stamp.nanos -= stamp.nanos % _NANOS_PER_MICRO
    elif kind == "geo_point_value":
        point = value.geo_point_value
        if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):
            raise invalid_argument(f"Property {name} contains an invalid geo point.")
    elif kind is None:
        raise invalid_argument(f"Property {name} has no value.")


def _check_vector(value: Value) -> None:
    elements = value.map_value.fields["value"].array_value.values
    if not 0 < len(elements) <= _MAX_VECTOR_DIMENSION:
        raise invalid_argument(f"Vectors must have between 1 and {_MAX_VECTOR_DIMENSION} dimensions.")
    if any(element.WhichOneof("value_type") not in ("double_value", "integer_value") for element in elements):
        raise invalid_argument("Vectors must contain only numbers.")


def _check_field_name(name: str) -> None:
    if not name:
        raise invalid_argument("Document fields must not be empty strings.")
    if name.startswith("__") and is_reserved(name):
        raise invalid_argument(f'Property name "{name}" is invalid because it is reserved.')
    if len(name) > 375 and len(name.encode()) > 1500:
        raise invalid_argument("Property name is longer than 1500 bytes.")


def document_size(document: Document) -> int:
    """Bytes as documented under "storage size calculations": name, field names, values, 32 more for the document."""
    return (
        _name_size(document.name)
        + 32
        + sum(len(name.encode()) + 1 + _value_size(value) for name, value in document.fields.items())
    )


def _name_size(name: str) -> int:
    return sum(len(segment.encode()) + 1 for segment in relative(name).split("/")) + 16


def _value_size(value: Value) -> int:
    kind = value.WhichOneof("value_type")
    if kind == "string_value":
        return len(value.string_value.encode()) + 1
    if kind == "bytes_value":
        return len(value.bytes_value)
    if kind == "map_value":
        return sum(len(name.encode()) + 1 + _value_size(inner) for name, inner in value.map_value.fields.items())
    if kind == "array_value":
        return sum(map(_value_size, value.array_value.values))
    if kind == "reference_value":
        return _name_size(value.reference_value)
    if kind == "geo_point_value":
        return 16
    return 1 if kind in ("null_value", "boolean_value") else 8
