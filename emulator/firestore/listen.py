"""Listeners: what each commit means to each target of each stream.

A target keeps its result as document name -> sort key. The hub finds the targets that a change can concern by the
document's name, its collection and its collection's id; a target of an unlimited query then decides with the changed
document alone, one with a limit runs its query again. All changes of one commit reach a stream as one consistent
snapshot: the changes, then NO_CHANGE with a resume token.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from emulator.firestore.clock import to_timestamp
from emulator.firestore.paths import collection_id_of, collection_of
from emulator.firestore.planner import results
from emulator.firestore.protos import Document, ListenResponse, TargetChange
from emulator.firestore.query import Query
from emulator.firestore.storage import Change, Database

_TOKEN_BYTES = 8


def encode_token(version: int) -> bytes:
    return version.to_bytes(_TOKEN_BYTES, "big")


def decode_token(token: bytes) -> int | None:
    """The version in a resume token, or None if it is none of ours."""
    return int.from_bytes(token, "big") if len(token) == _TOKEN_BYTES else None


class Delta:
    """What a target has to be told: documents that are new or changed in the result, names that left it, and names of
    documents that no longer exist."""

    __slots__ = ("changed", "deleted", "removed")

    def __init__(self) -> None:
        self.changed: list[Document] = []
        self.removed: list[str] = []
        self.deleted: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.changed or self.removed or self.deleted)


class View(Protocol):
    """What a target shows, kept up to date."""

    topics: tuple[str, ...]

    def names(self) -> Iterable[str]: ...

    def state_at(self, version: int | None) -> dict[str, Document]: ...

    def adopt(self, state: dict[str, Document]) -> None: ...

    def follow(self, changes: Sequence[Change]) -> Delta: ...


class DocumentsView:
    """A target that names documents."""

    def __init__(self, database: Database, documents: Iterable[str]) -> None:
        self._database = database
        self._wanted = tuple(dict.fromkeys(documents))
        self._present: set[str] = set()
        self.topics = self._wanted

    def names(self) -> Iterable[str]:
        return self._present

    def missing(self) -> Iterable[str]:
        """The documents it names that do not exist."""
        return [name for name in self._wanted if name not in self._present]

    def state_at(self, version: int | None) -> dict[str, Document]:
        found = ((name, self._database.get(name, version)) for name in self._wanted)
        return {name: document for name, document in found if document is not None}

    def adopt(self, state: dict[str, Document]) -> None:
        self._present = set(state)

    def follow(self, changes: Sequence[Change]) -> Delta:
        delta = Delta()
        for name, before, after in changes:
            if name not in self._wanted:
                continue
            if after is not None:
                delta.changed.append(after)
                self._present.add(name)
            elif before is not None:
                delta.deleted.append(name)
                self._present.discard(name)
        return delta


class QueryView:
    """A target that is a query."""

    def __init__(self, database: Database, query: Query) -> None:
        self._database = database
        self.query = query
        self._shown: dict[str, None] = {}
        if not query.all_descendants:
            self.topics: tuple[str, ...] = (f"{query.parent}/{query.collection_id}",)
        else:
            self.topics = (f"*/{query.collection_id}",)

    def names(self) -> Iterable[str]:
        return self._shown

    def state_at(self, version: int | None) -> dict[str, Document]:
        return {document.name: document for document in results(self._database, self.query, version)}

    def adopt(self, state: dict[str, Document]) -> None:
        self._shown = dict.fromkeys(state)

    def follow(self, changes: Sequence[Change]) -> Delta:
        if self.query.limit is not None or self.query.offset:
            return self._run_again(changes)
        delta = Delta()
        for name, _, after in changes:
            if after is not None and self.query.matches(after) is not None:
                self._shown[name] = None
                delta.changed.append(after)
            elif name in self._shown:
                del self._shown[name]
                (delta.deleted if after is None else delta.removed).append(name)
        return delta

    def _run_again(self, changes: Sequence[Change]) -> Delta:
        """A change of one document may bring others into the limited result, or push them out of it."""
        delta = Delta()
        touched = {
            name
            for name, before, after in changes
            if any(state is not None and self.query.matches(state) is not None for state in (before, after))
        }
        if not touched:
            return delta
        state = self.state_at(None)
        for name, document in state.items():
            if name not in self._shown or name in touched:
                delta.changed.append(document)
        for name in self._shown:
            if name not in state:
                gone = self._database.get(name) is None
                (delta.deleted if gone else delta.removed).append(name)
        self.adopt(state)
        return delta


def difference(old: dict[str, Document], new: dict[str, Document], exists: Callable[[str], bool]) -> Delta:
    """What turns a client that knows `old` into one that knows `new`."""
    delta = Delta()
    for name, document in new.items():
        known = old.get(name)
        if known is None or (known is not document and known.update_time != document.update_time):
            delta.changed.append(document)
    for name in old:
        if name not in new:
            (delta.removed if exists(name) else delta.deleted).append(name)
    return delta


def _topics_of(name: str) -> tuple[str, ...]:
    return name, collection_of(name), f"*/{collection_id_of(name)}", "*/"


def net_changes(database: Database, since: int, topics: Iterable[str]) -> list[Change]:
    """What the commits after `since` come to for whoever listens to these topics: at most one change a document."""
    wanted = frozenset(topics)
    changes = [
        Change(name, before, database.get(name))
        for name, before in database.changed_since(since).items()
        if not wanted.isdisjoint(_topics_of(name))
    ]
    return [change for change in changes if change.before is not change.after]


class Hub:
    """The targets of one database, found by what they listen to."""

    def __init__(self, database: Database) -> None:
        self._topics: dict[str, dict[Subscriber, None]] = {}
        database.observers.append(self._committed)

    def add(self, subscriber: "Subscriber", topics: Iterable[str]) -> None:
        for topic in topics:
            self._topics.setdefault(topic, {})[subscriber] = None

    def discard(self, subscriber: "Subscriber", topics: Iterable[str]) -> None:
        for topic in topics:
            subscribers = self._topics.get(topic)
            if subscribers is not None:
                subscribers.pop(subscriber, None)
                if not subscribers:
                    del self._topics[topic]

    def _committed(self, version: int, changes: Sequence[Change]) -> None:
        concerned: dict[Subscriber, list[Change]] = {}
        for change in changes:
            name = change.name
            for topic in _topics_of(name):
                for subscriber in self._topics.get(topic, ()):
                    seen = concerned.setdefault(subscriber, [])
                    if not seen or seen[-1] is not change:
                        seen.append(change)
        for subscriber, relevant in concerned.items():
            subscriber.committed(version, relevant)


class Subscriber(Protocol):
    """Whoever is told of commits: a stream's target."""

    def committed(self, version: int, changes: Sequence[Change]) -> None: ...


def delta_messages(delta: Delta, target_id: int, version: int) -> list[ListenResponse]:
    """The change messages of one target."""
    stamp = to_timestamp(version)
    messages = []
    for document in delta.changed:
        message = ListenResponse()
        message.document_change.document.CopyFrom(document)
        message.document_change.target_ids.append(target_id)
        messages.append(message)
    for kind, names in (("document_delete", delta.deleted), ("document_remove", delta.removed)):
        for name in names:
            message = ListenResponse()
            gone = getattr(message, kind)
            gone.document = name
            gone.read_time.CopyFrom(stamp)
            gone.removed_target_ids.append(target_id)
            messages.append(message)
    return messages


def target_change(kind: str, target_ids: Iterable[int] = (), version: int | None = None) -> ListenResponse:
    """A TargetChange of a kind (ADD, CURRENT, …), with a resume token and read time if it marks a snapshot."""
    message = ListenResponse()
    change = message.target_change
    change.target_change_type = TargetChange.TargetChangeType.Value(kind)
    change.target_ids.extend(target_ids)
    if version is not None:
        change.resume_token = encode_token(version)
        change.read_time.CopyFrom(to_timestamp(version))
    return message
