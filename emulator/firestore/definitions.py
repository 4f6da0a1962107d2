"""firestore.indexes.json: composite indexes, exemptions of single fields, time-to-live policies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from emulator.firestore.errors import StatusError
from emulator.firestore.paths import NAME, FieldPath, parse_field_path

COLLECTION = "COLLECTION"
COLLECTION_GROUP = "COLLECTION_GROUP"
_ANY_FIELD: FieldPath = ("*",)
_KINDS = ("ASCENDING", "DESCENDING", "CONTAINS")


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
    direction is left out. `overrides` by (collection id, field): the (kind, scope) pairs that replace the automatic
    ones. `ttl` are (collection id, field) pairs."""

    composites: Mapping[tuple[str, str], tuple[tuple[IndexField, ...], ...]]
    overrides: Mapping[tuple[str, FieldPath], frozenset[tuple[str, str]]]
    ttl: tuple[tuple[str, FieldPath], ...]

    def has_single(self, group: str, path: FieldPath, kind: str, scope: str) -> bool:
        """Whether a single-field index exists: an override of the field, of the map it lies in, or of all fields of
        the collection decides; without one every field has all kinds in collection scope."""
        for depth in range(len(path), 0, -1):
            override = self.overrides.get((group, path[:depth]))
            if override is not None:
                return (kind, scope) in override
        override = self.overrides.get((group, _ANY_FIELD))
        return scope == COLLECTION if override is None else (kind, scope) in override


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
    overrides: dict[tuple[str, FieldPath], frozenset[tuple[str, str]]] = {}
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
