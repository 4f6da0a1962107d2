"""One database: its documents in memory, their recent past, and who wants to hear of changes.

Documents are immutable messages: whoever changes one stores another. The past is kept as an undo log: for each change
the document it replaced, so that any state of the last hour can be read back.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sortedcontainers import SortedDict

from emulator.firestore.clock import VersionClock
from emulator.firestore.errors import failed_precondition
from emulator.firestore.indexes import Indexes
from emulator.firestore.paths import collection_of, documents_root
from emulator.firestore.protos import Document

RETENTION_MICROSECONDS = 3600 * 1_000_000
_RETAINED_CHANGES = 100_000


class Change(NamedTuple):
    """One document's change in a commit; None stands for a document that does not exist."""

    name: str
    before: Document | None
    after: Document | None


Observer = Callable[[int, Sequence[Change]], None]


class Database:
    """Everything stored under one `projects/P/databases/D`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = documents_root(name)
        self.clock = VersionClock()
        self.version = 0
        self.observers: list[Observer] = []
        self._documents: dict[str, Document] = {}
        self._collections: SortedDict = SortedDict()  # path below documents/ as segments -> names of its documents
        self._groups: dict[str, set[tuple[str, ...]]] = {}
        self._log: deque[tuple[int, Change]] = deque()
        self._past: dict[str, list[tuple[int, Change]]] = {}  # the log's own entries, by name
        self._horizon = 0
        self._born = self.clock.read()
        self.indexes = Indexes(self.names_in, self.get)

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, name: str, version: int | None = None) -> Document | None:
        """The document now, or as it was at `version`."""
        if version is not None and version < self.version:
            for replaced_at, change in self._past.get(name, ()):
                if replaced_at > version:
                    return change.before
        return self._documents.get(name)

    def check_readable(self, version: int) -> None:
        """Raises FAILED_PRECONDITION for a time that is no longer, or not yet, known."""
        now = self.clock.read()
        if version > now:
            raise failed_precondition("The requested read_time is in the future.")
        if version < max(self._horizon, now - RETENTION_MICROSECONDS):
            raise failed_precondition("The requested read_time is too old.")

    def remembers(self, version: int) -> bool:
        """Whether all that changed after `version` is known; nothing is of the time before this process."""
        return max(self._horizon, self._born) <= version <= self.clock.read()

    def changed_since(self, version: int) -> dict[str, Document | None]:
        """What every document changed after `version` was at that time."""
        changed: dict[str, Document | None] = {}
        for at, change in reversed(self._log):
            if at <= version:
                break
            changed[change.name] = change.before
        return changed

    def apply(self, version: int, changes: Sequence[Change]) -> None:
        """Makes the changes of one commit visible, all at once."""
        self.version = version
        self.clock.advance(version)
        for change in changes:
            self._store(change)
            entry = version, change
            self._log.append(entry)
            self._past.setdefault(change.name, []).append(entry)
        self._forget(version - RETENTION_MICROSECONDS)
        for observer in tuple(self.observers):
            observer(version, changes)

    def restore(self, version: int, entries: Iterable[tuple[str, Document | None]]) -> None:
        """Takes over what a journal holds of one commit, without a past and without telling anyone."""
        self.version = self._horizon = version
        self.clock.advance(version)
        for name, document in entries:
            self._store(Change(name, self._documents.get(name), document))

    def _store(self, change: Change) -> None:
        name, before, after = change
        if after is None:
            self._documents.pop(name, None)
            if before is not None:
                self._unlist(name)
        else:
            self._documents[name] = after
            if before is None:
                self._list(name)
        self.indexes.update(name, before, after)

    def _key(self, collection: str) -> tuple[str, ...]:
        return tuple(collection[len(self.root) + 1 :].split("/"))

    def _list(self, name: str) -> None:
        key = self._key(collection_of(name))
        names = self._collections.get(key)
        if names is None:
            names = self._collections[key] = {}
            self._groups.setdefault(key[-1], set()).add(key)
        names[name] = None

    def _unlist(self, name: str) -> None:
        key = self._key(collection_of(name))
        names = self._collections[key]
        del names[name]
        if not names:
            del self._collections[key]
            self._groups[key[-1]].discard(key)

    def _forget(self, oldest: int) -> None:
        while self._log and (self._log[0][0] < oldest or len(self._log) > _RETAINED_CHANGES):
            version, change = self._log.popleft()
            self._horizon = version
            past = self._past[change.name]
            del past[0]
            if not past:
                del self._past[change.name]

    def names_in(self, collection: str | None, group: str | None) -> Iterator[str]:
        """The documents of one collection (full path), of a collection group, or of everything (both None)."""
        if collection is not None:
            keys: Iterable[tuple[str, ...]] = (self._key(collection),)
        elif group is not None:
            keys = self._groups.get(group, ())
        else:
            keys = self._collections
        for key in keys:
            yield from self._collections.get(key, ())

    def all_documents(self) -> Iterable[Document]:
        return self._documents.values()

    def collection_ids(self, parent: str, version: int | None = None) -> Iterator[str]:
        """The ids of the collections directly under a document or the root, also where only deeper ones have
        documents, in order; one search in the sorted collections per id."""
        past = {} if version is None else self.changed_since(version)
        if past:
            yield from self._past_collection_ids(parent, past)
            return
        prefix: tuple[str, ...] = self._key(parent) if len(parent) > len(self.root) else ()
        probe = prefix
        while True:
            found = next(self._collections.irange(probe), None)
            if found is None or found[: len(prefix)] != prefix:
                return
            yield found[len(prefix)]
            probe = (*prefix, found[len(prefix)] + "\x00")

    def _past_collection_ids(self, parent: str, past: Mapping[str, Document | None]) -> Iterable[str]:
        names = {name for name in self._documents if name not in past}
        names |= {name for name, document in past.items() if document is not None}
        start = parent + "/"
        return sorted({name[len(start) :].split("/", 1)[0] for name in names if name.startswith(start)})

    def missing_parents(self, collection: str) -> Iterator[str]:
        """Full names of documents of a collection that do not exist but have documents below them, in order."""
        prefix = self._key(collection)
        probe: tuple[str, ...] = (*prefix, "")
        while True:
            found = next(self._collections.irange(probe), None)
            if found is None or found[: len(prefix)] != prefix:
                return
            name = f"{collection}/{found[len(prefix)]}"
            if name not in self._documents:
                yield name
            probe = (*prefix, found[len(prefix)] + "\x00")
