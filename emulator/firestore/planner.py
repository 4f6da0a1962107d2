"""From a query to index scans: each disjunct becomes one range of one index, and what is left is filtered.

The index of a disjunct holds its equality fields first, then the fields of the sort. Equalities fix the beginning of
the key, a range comparison on the first sort field and the cursors bound it, so a scan yields results in order.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from emulator.firestore.filters import Conjunction, Filter
from emulator.firestore.indexes import Component, Mode, Shape
from emulator.firestore.paths import NAME
from emulator.firestore.protos import Document
from emulator.firestore.query import Query
from emulator.firestore.storage import Database

_LAST = b"\xff"


class Scan(NamedTuple):
    """A range [lower, upper) of an index, and the filters that the range does not already imply."""

    shape: Shape
    lower: bytes
    upper: bytes
    residual: Conjunction


@dataclass(slots=True)
class Usage:
    """What a query has cost so far: index entries and documents looked at."""

    entries: int = 0
    documents: int = 0


def plan(query: Query, conjunction: Conjunction) -> Scan:
    """The scan that yields the conjunction's results in the query's order."""
    sorted_paths = {order.path for order in query.orders}
    components: list[Component] = []
    prefix = b""
    used: set[Filter] = set()
    equal = {f.path: f for f in conjunction if f.operator == "=="}
    for f in sorted(conjunction, key=lambda f: (f.operator, f.path)):
        if f.operator == "array-contains" or (f.path not in sorted_paths and equal.get(f.path) is f):
            mode = Mode.CONTAINS if f.operator == "array-contains" else Mode.ASCENDING
            components.append(Component(f.path, mode))
            prefix += f.key
            used.add(f)
    components += (
        Component(order.path, Mode.DESCENDING if order.descending else Mode.ASCENDING) for order in query.orders
    )
    lower, upper = prefix, prefix + _LAST
    if query.start is not None:
        lower = max(lower, prefix + query.start.boundary)
    if query.end is not None:
        upper = min(upper, prefix + query.end.boundary)
    for order in query.orders:
        fixed = equal.get(order.path)
        bounding = [fixed] if fixed is not None else [f for f in conjunction if f.path == order.path and f.is_range]
        for f in bounding:
            low, high = f.bounds()
            first, last = (high.descending, low.descending) if order.descending else (low.ascending, high.ascending)
            lower, upper = max(lower, prefix + first), min(upper, prefix + last)
            used.add(f)
        if fixed is None:
            break
        prefix += order.encode(fixed.key)
    return Scan(tuple(components), lower, upper, tuple(f for f in conjunction if f not in used))


async def prepare(database: Database, query: Query) -> None:
    """Builds the indexes that the query will read, in turns with everything else, unless they exist."""
    for conjunction in query.disjuncts:
        if named_document(conjunction) is None:
            await database.indexes.prepare(query.source, plan(query, conjunction).shape)


def results(
    database: Database, query: Query, version: int | None = None, usage: Usage | None = None
) -> Iterator[Document]:
    """The documents of a query in order, now or at `version`, after offset and limit, before projection.

    The iterator reads live indexes: consume it before anything is written. `usage` is told what that cost."""
    matching = _ordered(database, query, version, usage or Usage())
    stop = None if query.limit is None else query.offset + query.limit
    return islice(matching, query.offset, stop)


def _ordered(database: Database, query: Query, version: int | None, usage: Usage) -> Iterator[Document]:
    past = database.changed_since(version) if version is not None and version < database.version else {}
    streams = [_scan(database, query, conjunction, past, usage) for conjunction in query.disjuncts]
    if past:
        streams.append(_from_past(query, past))
    if len(streams) == 1:
        return streams[0]
    return _merged(query, streams)


def _merged(query: Query, streams: list[Iterator[Document]]) -> Iterator[Document]:
    previous = ""
    for document in heapq.merge(*streams, key=lambda found: query.sort_key(found) or b""):
        if document.name != previous:
            previous = document.name
            yield document


def named_document(conjunction: Conjunction) -> Filter | None:
    """The filter that pins the result to one document, if there is one."""
    return next((f for f in conjunction if f.path == NAME and f.operator == "=="), None)


def _scan(
    database: Database, query: Query, conjunction: Conjunction, hidden: dict[str, Document | None], usage: Usage
) -> Iterator[Document]:
    named = named_document(conjunction)
    if named is not None:
        usage.documents += 1
        name = named.value.reference_value
        document = None if name in hidden else database.get(name)
        if document is not None and query.covers(name) and all(f.matches(document) for f in conjunction):
            sort_key = query.sort_key(document)
            if sort_key is not None and query.within(sort_key):
                yield document
        return
    scan = plan(query, conjunction)
    index = database.indexes.find(query.source, scan.shape)
    for name in index.scan(scan.lower, scan.upper):
        usage.entries += 1
        if name in hidden or (query.confined and not query.covers(name)):
            continue
        usage.documents += 1
        document = database.get(name)
        if document is not None and all(f.matches(document) for f in scan.residual):
            yield document


def _from_past(query: Query, past: dict[str, Document | None]) -> Iterator[Document]:
    found = []
    for document in past.values():
        sort_key = None if document is None else query.matches(document)
        if sort_key is not None:
            found.append((sort_key, document))
    return (document for _, document in sorted(found, key=lambda pair: pair[0]))


def count(database: Database, query: Query, version: int | None, up_to: int | None, usage: Usage | None = None) -> int:
    """How many results the query has, no more than `up_to`."""
    usage = usage or Usage()
    limits = [bound for bound in (query.limit, up_to) if bound is not None]
    stop = None if not limits else query.offset + min(limits)
    past = version is not None and version < database.version
    if len(query.disjuncts) == 1 and not past and not query.confined and named_document(query.disjuncts[0]) is None:
        scan = plan(query, query.disjuncts[0])
        if not scan.residual:
            total = database.indexes.find(query.source, scan.shape).count(scan.lower, scan.upper)
            usage.entries += total
            return max(0, (total if stop is None else min(total, stop)) - query.offset)
    return sum(1 for _ in islice(_ordered(database, query, version, usage), query.offset, stop))
