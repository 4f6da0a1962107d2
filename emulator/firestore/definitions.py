"""firestore.indexes.json: composite indexes, exemptions of single fields, time-to-live policies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from emulator.firestore.errors import StatusError
from emulator.firestore.paths import NAME, FieldPath, parse_field_path

COLLECTION = "COLLECTION"
COLLECTION_GROUP = "COLLECTION_GROUP"
_ANY_FIELD: FieldPath = ("*",)
_KINDS = ("ASCENDING", "DESCENDING", "CONTAINS")

Modes = frozenset[tuple[str, str]]
"""The (kind, scope) pairs of a field's single-field indexes."""

AUTOMATIC: Modes = frozenset((kind, COLLECTION) for kind in _KINDS)
"""What a field has without an override."""


class DefinitionError(Exception):
    """The file cannot be used; the message says which entry and why."""


class IndexField(NamedTuple):
    """A field of an index: kind is ASCENDING, DESCENDING, CONTAINS, or VECTOR with a dimension."""

    path: FieldPath
    kind: str
    dimension: int = 0


@dataclass(frozen=True, slots=True)
class Definitions:
    """What the file defines. `composites` by (collection id, scope); a trailing `__name__` that only repeats the last
    direction is left out. `overrides` by (collection id, field): the indexes that replace the automatic ones. `ttl` are
    (collection id, field) pairs."""

    composites: Mapping[tuple[str, str], tuple[tuple[IndexField, ...], ...]] = field(default_factory=dict)
    overrides: Mapping[tuple[str, FieldPath], Modes] = field(default_factory=dict)
    ttl: tuple[tuple[str, FieldPath], ...] = ()

    def modes(self, group: str) -> Modes:
        """The single-field indexes of a collection's fields that have no override of their own."""
        return self.overrides.get((group, _ANY_FIELD), AUTOMATIC)

    def composites_of(self, group: str) -> tuple[tuple[IndexField, ...], ...]:
        """The composite indexes over a collection id, of both scopes."""
        return self.composites.get((group, COLLECTION), ()) + self.composites.get((group, COLLECTION_GROUP), ())

    def has_single(self, group: str, path: FieldPath, kind: str, scope: str) -> bool:
        """Whether a single-field index exists: an override of the field, of the map it lies in, or of all fields of
        the collection decides; without one every field has all kinds in collection scope."""
        for depth in range(len(path), 0, -1):
            override = self.overrides.get((group, path[:depth]))
            if override is not None:
                return (kind, scope) in override
        return (kind, scope) in self.modes(group)


def load(path: Path) -> Definitions:
    """Reads the file; raises DefinitionError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DefinitionError(f"{path}: {error}") from error
    try:
        return parse(content)
    except (KeyError, TypeError, ValueError, AttributeError, StatusError) as error:
        raise DefinitionError(f"{path}: malformed entry: {error!r}") from error


def parse(content: Mapping[str, Any]) -> Definitions:
    """The definitions in a decoded file; raises KeyError, TypeError, ValueError or StatusError for a malformed one."""
    composites: dict[tuple[str, str], list[tuple[IndexField, ...]]] = {}
    for index in content.get("indexes", []):
        fields = tuple(map(_field, index["fields"]))
        if fields[-1].path == NAME and (len(fields) == 1 or fields[-1].kind == fields[-2].kind):
            fields = fields[:-1]
        composites.setdefault((index["collectionGroup"], index.get("queryScope", COLLECTION)), []).append(fields)
    overrides: dict[tuple[str, FieldPath], Modes] = {}
    ttl = []
    for override in content.get("fieldOverrides", []):
        text = override["fieldPath"]
        key = override["collectionGroup"], _ANY_FIELD if text == "*" else parse_field_path(text)
        if "indexes" in override:
            overrides[key] = frozenset(
                (_kind(index), index.get("queryScope", COLLECTION)) for index in override["indexes"]
            )
        if override.get("ttl"):
            ttl.append(key)
    return Definitions({key: tuple(found) for key, found in composites.items()}, overrides, tuple(ttl))


def _field(field: Mapping[str, Any]) -> IndexField:
    path = parse_field_path(field["fieldPath"])
    if "vectorConfig" in field:
        return IndexField(path, "VECTOR", int(field["vectorConfig"]["dimension"]))
    return IndexField(path, _kind(field))


def _kind(index: Mapping[str, Any]) -> str:
    kind = index.get("arrayConfig") or index.get("order") or index.get("mode")
    if kind not in _KINDS:
        raise ValueError(f"{kind!r} is none of {', '.join(_KINDS)}")
    return str(kind)
