"""Sorted indexes over documents: built when a query first needs one, kept on every write from then on.

A large index is built in turns with everything else; what is written meanwhile goes into it at once.

An index holds one entry per document that has all its fields (one per distinct element for a `contains` component).
An entry's key is the concatenation of the components' value keys, so a scan between two keys is what any query
without residual filters costs, whatever else the collection holds.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from sortedcontainers import SortedList

from emulator.firestore.paths import FieldPath, collection_id_of, collection_of
from emulator.firestore.protos import Document
from emulator.firestore.values import complement, field, field_key, key

_KEPT_INDEXES = 4096
_TURN = 400


class Mode(Enum):
    ASCENDING = "ASCENDING"
    DESCENDING = "DESCENDING"
    CONTAINS = "CONTAINS"


class Component(NamedTuple):
    """One field of an index and how it is sorted."""

    path: FieldPath
    mode: Mode


class Source(NamedTuple):
    """The documents an index covers: one collection (full path), a collection group, or (both None) everything."""

    collection: str | None
    group: str | None


Shape = tuple[Component, ...]
_Names = Callable[[str | None, str | None], Iterable[str]]
_Get = Callable[[str], Document | None]


class Index:
    """The sorted entries (key, document name) of one shape over one source."""

    def __init__(self, shape: Shape, names: Iterable[str], get: _Get) -> None:
        self._shape = shape
        self._get = get
        self._missing = dict.fromkeys(names)
        self._entries: SortedList = SortedList()

    @property
    def complete(self) -> bool:
        """Whether all documents are in it, so that it may be read."""
        return not self._missing

    def build(self, most: int | None = None) -> None:
        """Adds the documents that it lacks, or about `most` entries of them."""
        entries: list[tuple[bytes, str]] = []
        visited = 0
        while self._missing and (most is None or max(visited, len(entries)) < most):
            name, _ = self._missing.popitem()
            visited += 1
            document = self._get(name)
            if document is not None:
                entries += ((entry, name) for entry in self._keys(document))
        self._entries.update(entries)

    def scan(self, lower: bytes, upper: bytes) -> Iterator[str]:
        """Names of the documents whose key lies in [lower, upper), in order."""
        for _, name in self._entries.irange((lower,), (upper,), inclusive=(True, False)):
            yield name

    def count(self, lower: bytes, upper: bytes) -> int:
        """How many entries lie in [lower, upper)."""
        return int(self._entries.bisect_left((upper,)) - self._entries.bisect_left((lower,)))

    def update(self, name: str, before: Document | None, after: Document | None) -> None:
        if name in self._missing:
            del self._missing[name]
            before = None
        old = self._keys(before) if before is not None else ()
        new = self._keys(after) if after is not None else ()
        if old == new:
            return
        for entry in old:
            self._entries.remove((entry, name))
        for entry in new:
            self._entries.add((entry, name))

    def _keys(self, document: Document) -> tuple[bytes, ...]:
        keys: tuple[bytes, ...] = (b"",)
        for path, mode in self._shape:
            if mode is Mode.CONTAINS:
                value = field(document, path)
                if value is None or value.WhichOneof("value_type") != "array_value":
                    return ()
                elements = {key(element) for element in value.array_value.values}
                keys = tuple(prefix + element for prefix in keys for element in sorted(elements))
                continue
            part = field_key(document, path)
            if part is None:
                return ()
            if mode is Mode.DESCENDING:
                part = complement(part)
            keys = tuple(prefix + part for prefix in keys)
        return keys


class Indexes:
    """All indexes of one database; the least recently used go when there are too many."""

    def __init__(self, names: _Names, get: _Get) -> None:
        self._names = names
        self._get = get
        self._building = asyncio.Lock()
        self._recent: OrderedDict[tuple[Source, Shape], None] = OrderedDict()
        self._by_source: dict[Source, dict[Shape, Index]] = {}

    async def prepare(self, source: Source, shape: Shape) -> None:
        """Sees to it that `find` will not take long: builds the index in turns with everything else."""
        index = self._find(source, shape)
        if index.complete:
            return
        async with self._building:
            index.build(_TURN)
            while not index.complete:
                await asyncio.sleep(0)
                index.build(_TURN)

    def find(self, source: Source, shape: Shape) -> Index:
        """The index, built now if it is not complete."""
        index = self._find(source, shape)
        if not index.complete:
            index.build()
        return index

    def _find(self, source: Source, shape: Shape) -> Index:
        of_source = self._by_source.setdefault(source, {})
        index = of_source.get(shape)
        if index is None:
            index = of_source[shape] = Index(shape, self._names(source.collection, source.group), self._get)
        self._recent[source, shape] = None
        self._recent.move_to_end((source, shape))
        if len(self._recent) > _KEPT_INDEXES:
            (old_source, old_shape), _ = self._recent.popitem(last=False)
            del self._by_source[old_source][old_shape]
        return index

    def update(self, name: str, before: Document | None, after: Document | None) -> None:
        """Follows one document's change in every index that covers it."""
        sources = (Source(collection_of(name), None), Source(None, collection_id_of(name)), Source(None, None))
        for source in sources:
            for index in self._by_source.get(source, {}).values():
                index.update(name, before, after)
