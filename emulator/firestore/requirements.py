"""Which index a query needs, as production decides it, and the entry to add where it is missing.

Equalities (and one array-contains) without an order merge automatic single-field indexes. With an order, indexes are
merged that end in exactly that order (or its reverse) and begin with some of the equality fields, if together they
cover all of them. In collection-group scope nothing is automatic.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from emulator.firestore.definitions import COLLECTION, COLLECTION_GROUP, Definitions, IndexField
from emulator.firestore.errors import StatusError, failed_precondition
from emulator.firestore.filters import Conjunction
from emulator.firestore.paths import NAME, FieldPath, format_field_path, parse_field_path
from emulator.firestore.planner import named_document
from emulator.firestore.query import Query

_FLIPPED = {"ASCENDING": "DESCENDING", "DESCENDING": "ASCENDING"}
_SHORT = {"ASCENDING": "ASC", "DESCENDING": "DESC", "CONTAINS": "CONTAINS"}


class Need(NamedTuple):
    """What an index, or a merge of several, must provide."""

    group: str
    scope: str
    equal: tuple[FieldPath, ...]
    contains: tuple[FieldPath, ...]
    order: tuple[IndexField, ...]

    @property
    def fields(self) -> tuple[IndexField, ...]:
        """The one composite index that would serve alone."""
        return (
            *(IndexField(path, "CONTAINS") for path in self.contains),
            *(IndexField(path, "ASCENDING") for path in self.equal),
            *self.order,
        )


def check_indexes(definitions: Definitions, query: Query) -> None:
    """Raises FAILED_PRECONDITION, with the entry to add, for a query that production would refuse without it."""
    if not query.collection_id:
        return
    for conjunction in query.disjuncts:
        need = _need(query, conjunction)
        if need is not None and not _served(definitions, need):
            raise _missing(need)


def _need(query: Query, conjunction: Conjunction) -> Need | None:
    if named_document(conjunction) is not None:
        return None
    equal = tuple(dict.fromkeys(f.path for f in conjunction if f.operator == "=="))
    contains = tuple(dict.fromkeys(f.path for f in conjunction if f.operator == "array-contains"))
    order = [
        IndexField(path, "DESCENDING" if descending else "ASCENDING")
        for path, descending in query.orders
        if path not in equal
    ]
    if NAME in (field.path for field in order):
        at = next(i for i, field in enumerate(order) if field.path == NAME)
        implied = at == 0 or order[at].kind == order[at - 1].kind
        order = [field for i, field in enumerate(order) if i < at or (i == at and not implied)]
    if query.nearest is not None:
        vector = parse_field_path(query.nearest.vector_field.field_path)
        dimension = len(query.nearest.query_vector.map_value.fields["value"].array_value.values)
        order.append(IndexField(vector, "VECTOR", dimension))
    scope = COLLECTION_GROUP if query.all_descendants else COLLECTION
    need = Need(query.collection_id, scope, equal, contains, tuple(order))
    return need if need.fields else None


def _served(definitions: Definitions, need: Need) -> bool:
    wanted = {*need.equal, *need.contains}
    covered: set[FieldPath] = set()
    found = False
    for prefix in _available(definitions, need):
        found = True
        covered |= prefix
    return found and covered >= wanted


def _available(definitions: Definitions, need: Need) -> Iterator[set[FieldPath]]:
    """For each index that ends in the needed order: which of the equality fields it begins with."""
    reverse = tuple(IndexField(path, _FLIPPED.get(kind, kind), size) for path, kind, size in need.order)
    for fields in definitions.composites.get((need.group, need.scope), ()):
        split = len(fields) - len(need.order)
        prefix = fields[:split]
        if split >= 0 and fields[split:] in (need.order, reverse) and all(_usable(field, need) for field in prefix):
            yield {field.path for field in prefix}
    if not need.order:
        for field in need.fields:
            if definitions.has_single(need.group, field.path, field.kind, need.scope):
                yield {field.path}
    elif len(need.order) == 1:
        path, kind, _ = need.order[0]
        if path != NAME and kind != "VECTOR" and definitions.has_single(need.group, path, kind, need.scope):
            yield set()


def _usable(field: IndexField, need: Need) -> bool:
    return field.path in (need.contains if field.kind == "CONTAINS" else need.equal)


def _missing(need: Need) -> StatusError:
    field = need.fields[0]
    if len(need.fields) == 1 and field.kind != "VECTOR":
        return failed_precondition(
            f"The query requires a {need.scope}_{_SHORT[field.kind]} index for collection {need.group} and field "
            f'{format_field_path(field.path)}. Add this entry to "fieldOverrides" in firestore.indexes.json: '
            + json.dumps(_override(need, field))
        )
    return failed_precondition(
        'The query requires an index. Add this entry to "indexes" in firestore.indexes.json: '
        + json.dumps(_composite(need))
    )


def _override(need: Need, field: IndexField) -> dict[str, Any]:
    indexes: Sequence[dict[str, str]] = [
        {"order": "ASCENDING", "queryScope": COLLECTION},
        {"order": "DESCENDING", "queryScope": COLLECTION},
        {"arrayConfig": "CONTAINS", "queryScope": COLLECTION},
    ]
    key = "arrayConfig" if field.kind == "CONTAINS" else "order"
    if need.scope == COLLECTION_GROUP:
        indexes = [*indexes, {key: field.kind, "queryScope": COLLECTION_GROUP}]
    return {"collectionGroup": need.group, "fieldPath": format_field_path(field.path), "indexes": indexes}


def _composite(need: Need) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for path, kind, dimension in need.fields:
        text = "__name__" if path == NAME else format_field_path(path)
        if kind == "VECTOR":
            fields.append({"fieldPath": text, "vectorConfig": {"dimension": dimension, "flat": {}}})
        else:
            fields.append({"fieldPath": text, "arrayConfig" if kind == "CONTAINS" else "order": kind})
    return {"collectionGroup": need.group, "queryScope": need.scope, "fields": fields}
