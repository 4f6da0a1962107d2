"""Structured queries: from the message to a checked, normalised `Query` that can match and order documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from emulator.firestore import values
from emulator.firestore.errors import invalid_argument
from emulator.firestore.filters import INEQUALITIES, Conjunction, normalise
from emulator.firestore.guard import ListRequest
from emulator.firestore.indexes import Source
from emulator.firestore.paths import (
    NAME,
    FieldPath,
    check_collection_id,
    check_document_name,
    check_parent,
    collection_id_of,
    collection_of,
    database_of,
    documents_root,
    parse_field_path,
)
from emulator.firestore.protos import Cursor, Document, StructuredQuery, Value

_MAX_NEAREST = 1000


class Order(NamedTuple):
    """One key of the sort."""

    path: FieldPath
    descending: bool

    def encode(self, key: bytes) -> bytes:
        return values.complement(key) if self.descending else key


class Position(NamedTuple):
    """A cursor: the encoded values of the first orders, and whether it lies just before or just after them."""

    key: bytes
    before: bool

    @property
    def boundary(self) -> bytes:
        """Sort keys below this lie before the cursor, all others after it."""
        return self.key if self.before else self.key + values.AFTER


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A query that production would accept. `orders` includes the implicit ones and `__name__`;
    `explicit` is how many of them the caller gave. `projection` None keeps all fields."""

    parent: str
    collection_id: str
    all_descendants: bool
    disjuncts: tuple[Conjunction, ...]
    orders: tuple[Order, ...]
    explicit: tuple[Order, ...]
    start: Position | None
    end: Position | None
    offset: int
    limit: int | None
    projection: tuple[FieldPath, ...] | None
    nearest: StructuredQuery | None

    @property
    def source(self) -> Source:
        """The index source that holds all candidates."""
        if not self.all_descendants:
            return Source(f"{self.parent}/{self.collection_id}", None)
        return Source(None, self.collection_id or None)

    @property
    def confined(self) -> bool:
        """Whether candidates of the source must still be checked to lie below the parent."""
        return self.all_descendants and not self.parent.endswith("/documents")

    def covers(self, name: str) -> bool:
        """Whether a document of this name is in the queried collection or group."""
        if not self.all_descendants:
            return collection_of(name) == f"{self.parent}/{self.collection_id}"
        return name.startswith(self.parent + "/") and self.collection_id in ("", collection_id_of(name))

    def sort_key(self, document: Document) -> bytes | None:
        """Bytes that sort documents as the query does; None for a document that lacks an order field."""
        parts = []
        for path, descending in self.orders:
            key = values.field_key(document, path)
            if key is None:
                return None
            parts.append(values.complement(key) if descending else key)
        return b"".join(parts)

    def within(self, sort_key: bytes) -> bool:
        """Whether a document with this sort key lies between the cursors."""
        if self.start is not None and sort_key < self.start.boundary:
            return False
        return self.end is None or sort_key < self.end.boundary

    def matches(self, document: Document) -> bytes | None:
        """The document's sort key if it is in the result (limit and offset aside), else None."""
        if not self.covers(document.name):
            return None
        if not any(all(f.matches(document) for f in conjunction) for conjunction in self.disjuncts):
            return None
        sort_key = self.sort_key(document)
        return sort_key if sort_key is not None and self.within(sort_key) else None

    def present(self, document: Document) -> Document:
        """The document as the query shows it."""
        return document if self.projection is None else values.project(document, self.projection)

    def for_guard(self) -> ListRequest:
        return ListRequest(
            parent=self.parent,
            collection_id=self.collection_id,
            all_descendants=self.all_descendants,
            disjuncts=tuple(tuple(f.as_asked() for f in conjunction) for conjunction in self.disjuncts),
            order_by=tuple((order.path, order.descending) for order in self.explicit),
            limit=self.limit,
            offset=self.offset,
        )


def parse(parent: str, message: StructuredQuery, aggregated: Sequence[FieldPath] = ()) -> Query:
    """The query that a message means; raises INVALID_ARGUMENT for what production refuses.

    Fields that an aggregation over the query sums or averages are sorted by, like those of inequalities: only
    documents that have them take part, and a limit keeps the smallest."""
    check_parent(parent)
    root = documents_root(database_of(parent))
    collection_id, all_descendants = _collection(message)
    disjuncts = normalise(message.where, root, parent, all_descendants)
    explicit = _explicit_orders(message)
    orders = _with_implicit(explicit, disjuncts, aggregated)
    if message.offset < 0:
        raise invalid_argument("offset is negative")
    if message.HasField("limit") and message.limit.value < 0:
        raise invalid_argument("limit is negative")
    collection = None if all_descendants else f"{parent}/{collection_id}"
    nearest = message.find_nearest if message.HasField("find_nearest") else None
    if nearest is not None:
        _check_nearest(nearest)
    return Query(
        parent=parent,
        collection_id=collection_id,
        all_descendants=all_descendants,
        disjuncts=disjuncts,
        orders=orders,
        explicit=explicit,
        start=_position(message.start_at, orders, root, collection) if message.HasField("start_at") else None,
        end=_position(message.end_at, orders, root, collection) if message.HasField("end_at") else None,
        offset=message.offset,
        limit=message.limit.value if message.HasField("limit") else None,
        projection=_projection(message),
        nearest=nearest,
    )


def _collection(message: StructuredQuery) -> tuple[str, bool]:
    selectors = message.from_
    if len(selectors) != 1:
        raise invalid_argument("A query must have exactly one collection selector in 'from'.")
    selector = selectors[0]
    if selector.all_descendants and not selector.collection_id:
        return "", True
    return check_collection_id(selector.collection_id), selector.all_descendants


def _explicit_orders(message: StructuredQuery) -> tuple[Order, ...]:
    orders: list[Order] = []
    for order in message.order_by:
        path = parse_field_path(order.field.field_path)
        if any(path == earlier.path for earlier in orders):
            raise invalid_argument(f"order by clause cannot contain duplicate fields {order.field.field_path}")
        if orders and orders[-1].path == NAME:
            raise invalid_argument("order by clause cannot contain more fields after the key")
        orders.append(Order(path, order.direction == StructuredQuery.Direction.Value("DESCENDING")))
    return tuple(orders)


def _with_implicit(
    explicit: tuple[Order, ...], disjuncts: Sequence[Conjunction], aggregated: Sequence[FieldPath]
) -> tuple[Order, ...]:
    descending = explicit[-1].descending if explicit else False
    ordered = {order.path for order in explicit}
    unequal = {f.path for conjunction in disjuncts for f in conjunction if f.operator in INEQUALITIES}
    unequal -= ordered | {NAME}
    implicit = [Order(path, descending) for path in (*sorted(unequal), *sorted(set(aggregated) - ordered - unequal))]
    if NAME in ordered:
        # The name decides; what follows it in the sort only demands that the fields exist.
        return (*explicit, *implicit)
    return (*explicit, *implicit, Order(NAME, descending))


def _position(cursor: Cursor, orders: tuple[Order, ...], root: str, collection: str | None) -> Position:
    if len(cursor.values) > len(orders):
        raise invalid_argument("Cursor has too many values.")
    parts = []
    for order, value in zip(orders, cursor.values, strict=False):
        if order.path == NAME:
            _check_cursor_name(value, root, collection)
        parts.append(order.encode(values.key(value)))
    return Position(b"".join(parts), cursor.before)


def _check_cursor_name(value: Value, root: str, collection: str | None) -> None:
    if value.WhichOneof("value_type") != "reference_value":
        raise invalid_argument("Cursor position for __name__ must be a reference value.")
    name = value.reference_value
    if not name.startswith(root + "/"):
        raise invalid_argument(f'Cursor position "{name}" must be a document of this database.')
    check_document_name(name)
    if collection is not None and collection_of(name) != collection:
        raise invalid_argument(f'Cursor position "{name}" is not in the queried collection.')


def _projection(message: StructuredQuery) -> tuple[FieldPath, ...] | None:
    if not message.HasField("select") or not message.select.fields:
        return None
    return tuple(parse_field_path(reference.field_path) for reference in message.select.fields)


def _check_nearest(nearest: StructuredQuery) -> None:
    if not nearest.HasField("limit") or not 0 < nearest.limit.value <= _MAX_NEAREST:
        raise invalid_argument(f"FindNearest limit must be a positive integer of no more than {_MAX_NEAREST}.")
    if not values.is_vector(nearest.query_vector):
        raise invalid_argument("FindNearest query_vector must be a vector.")
    if nearest.distance_measure == 0:
        raise invalid_argument("FindNearest distance_measure is not set.")
