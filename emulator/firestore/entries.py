"""What a document puts into indexes, and production's limits on it.

Every field has automatic single-field indexes unless an override replaces them; a map's fields inherit the map's. A
scalar or a whole map or array has one entry per ascending or descending index, an array one per distinct element and
`array-contains` index; a composite index has an entry where all its fields have values. Sources: "Index types in Cloud
Firestore" and "Usage and limits" in the documentation.
"""

from collections.abc import Mapping, Sequence

from emulator.firestore.definitions import Definitions, IndexField, Modes
from emulator.firestore.errors import invalid_argument
from emulator.firestore.paths import NAME, FieldPath, collection_id_of, format_field_path
from emulator.firestore.protos import Document, Value
from emulator.firestore.values import field, is_vector, key

MAX_INDEXED_BYTES = 1500
MAX_ENTRIES = 40_000

# The shortest encoding of something that has entries: a number or a boolean in an array.
_LEAST_ENCODED_BYTES = 4
_MOST_SINGLE_ENTRIES = 6


def check_entries(document: Document, definitions: Definitions) -> None:
    """Raises INVALID_ARGUMENT when an indexed string or byte string is too long, or the document has too many index
    entries."""
    group = collection_id_of(document.name)
    composites = definitions.composites_of(group)
    size = document.ByteSize()
    most = size // _LEAST_ENCODED_BYTES * (_MOST_SINGLE_ENTRIES + len(composites))
    if size <= MAX_INDEXED_BYTES and most <= MAX_ENTRIES:
        return
    count = _single_entries(document.fields, (), group, definitions, definitions.modes(group))
    count += sum(_composite_entries(document, fields) for fields in composites)
    if count > MAX_ENTRIES:
        raise invalid_argument("too many index entries for entity")


def _single_entries(
    fields: Mapping[str, Value], parent: FieldPath, group: str, definitions: Definitions, inherited: Modes
) -> int:
    count = 0
    for name, value in fields.items():
        path = (*parent, name)
        modes = definitions.overrides.get((group, path), inherited)
        contains = sum(kind == "CONTAINS" for kind, _ in modes)
        sorted_ = len(modes) - contains
        count += sorted_
        if value.WhichOneof("value_type") == "map_value" and not is_vector(value):
            count += _single_entries(value.map_value.fields, path, group, definitions, modes)
            continue
        elements = value.array_value.values
        if sorted_ or (contains and elements):
            _check_length(value, path)
        if contains and elements:
            count += contains * len(set(map(key, elements)))
    return count


def _composite_entries(document: Document, fields: Sequence[IndexField]) -> int:
    count = 1
    found = []
    for path, kind, dimension in fields:
        value = field(document, path)
        if value is None or (kind == "VECTOR" and not _has_dimension(value, dimension)):
            return 0
        if kind == "CONTAINS":
            count *= len(set(map(key, value.array_value.values)))
        if kind != "VECTOR" and path != NAME:
            found.append((value, path))
    if count:
        for value, path in found:
            _check_length(value, path)
    return count


def _has_dimension(value: Value, dimension: int) -> bool:
    return is_vector(value) and len(value.map_value.fields["value"].array_value.values) == dimension


def _check_length(value: Value, path: FieldPath) -> None:
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        for name, inner in value.map_value.fields.items():
            _check_length(inner, (*path, name))
    elif kind == "array_value":
        for element in value.array_value.values:
            _check_length(element, path)
    elif (kind == "string_value" and _bytes_of(value.string_value) > MAX_INDEXED_BYTES) or (
        kind == "bytes_value" and len(value.bytes_value) > MAX_INDEXED_BYTES
    ):
        raise invalid_argument(
            f'The value of property "{format_field_path(path)}" is longer than {MAX_INDEXED_BYTES} bytes.'
        )


def _bytes_of(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
