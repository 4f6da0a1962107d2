"""One Listen stream: its targets, and the queue of what it still has to be told.

A client that takes its messages slowly costs a queue of bounded length: from then on its targets only remember since
when they are behind, and when the queue is empty they are told what has changed in all, as after a reconnect.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from emulator.firestore.auth import AuthContext
from emulator.firestore.bloom import bloom_filter
from emulator.firestore.clock import from_timestamp
from emulator.firestore.errors import StatusError, invalid_argument
from emulator.firestore.gate import Gate
from emulator.firestore.listen import (
    Delta,
    DocumentsView,
    Hub,
    QueryView,
    decode_token,
    delta_messages,
    difference,
    net_changes,
    target_change,
)
from emulator.firestore.paths import check_document_name
from emulator.firestore.planner import prepare
from emulator.firestore.protos import Document, ListenRequest, ListenResponse, Target
from emulator.firestore.query import parse
from emulator.firestore.storage import Change, Database

_MOST_QUEUED = 256


class StreamTarget:
    """One target of a stream: follows commits and, for all but administrators, the documents its rule read."""

    def __init__(self, stream: "ListenStream", target_id: int, view: DocumentsView | QueryView) -> None:
        self.stream = stream
        self.id = target_id
        self.view = view
        self.topics: frozenset[str] = frozenset()
        self.evidence: frozenset[str] = frozenset()
        self.behind: int | None = None
        """The version that its client was told last, if it has not been told everything."""

    def committed(self, version: int, changes: Sequence[Change]) -> None:
        if self.evidence and any(change.name in self.evidence for change in changes):
            try:
                self.stream.judge(self)
            except StatusError as error:
                self.stream.refuse(self, error)
                return
        if self.stream.lags():
            self.behind = version - 1 if self.behind is None else self.behind
            return
        delta = self.view.follow(changes)
        if delta:
            self.stream.send(delta_messages(delta, self.id, version))
        self.stream.snapshot(version)


class ListenStream:
    """The state of one stream. Messages are queued as commits happen and read by whoever serves the stream."""

    def __init__(self, database: Database, hub: Hub, gate: Gate, auth: AuthContext) -> None:
        self._database = database
        self._hub = hub
        self._gate = gate
        self._auth = auth
        self._targets: dict[int, StreamTarget] = {}
        self._queue: asyncio.Queue[ListenResponse | None] = asyncio.Queue()
        self._pending: int | None = None
        self._lagging = False

    async def receive(self, request: ListenRequest) -> None:
        """Adds or removes a target; a target that is refused is answered with REMOVE and its cause."""
        if request.WhichOneof("target_change") == "remove_target":
            target = self._targets.get(request.remove_target)
            if target is not None:
                self._drop(target)
            self.send([target_change("REMOVE", [request.remove_target])])
            return
        if not request.HasField("add_target"):
            raise invalid_argument("A listen request must add or remove a target.")
        message = request.add_target
        target_id = message.target_id or self._free_id()
        if target_id in self._targets:
            raise invalid_argument(f"Target id {target_id} is already in use.")
        try:
            view = self._view(message)
            if isinstance(view, QueryView):
                await prepare(self._database, view.query)
            target = StreamTarget(self, target_id, view)
            self._targets[target_id] = target
            self.judge(target)
            self._introduce(target, message)
        except StatusError as error:
            self.send([_refusal(target_id, error)])
            if target_id in self._targets:
                self._drop(self._targets[target_id])

    def _free_id(self) -> int:
        return max(self._targets, default=0) + 1

    def _view(self, message: Target) -> DocumentsView | QueryView:
        kind = message.WhichOneof("target_type")
        if kind == "documents":
            return DocumentsView(self._database, map(check_document_name, message.documents.documents))
        if kind == "query":
            return QueryView(self._database, parse(message.query.parent, message.query.structured_query))
        raise invalid_argument("A target must name documents or a query.")

    def judge(self, target: StreamTarget) -> None:
        """Asks the gate about a target; raises what it raises, else remembers what the verdict rests on."""
        evidence = self._evidence(target.view)
        if not self._auth.admin:
            target.evidence = evidence
        topics = frozenset(target.view.topics) | target.evidence
        self._hub.discard(target, target.topics - topics)
        self._hub.add(target, topics - target.topics)
        target.topics = topics

    def _evidence(self, view: DocumentsView | QueryView) -> frozenset[str]:
        if isinstance(view, QueryView):
            return self._gate.admit_query(self._auth, self._database, view.query)
        found = [(name, self._database.get(name)) for name in view.topics]
        return self._gate.admit_reads(self._auth, self._database, found).union(view.topics)

    def judge_all(self) -> None:
        """Judges every target again, after the rules changed."""
        for target in tuple(self._targets.values()):
            try:
                self.judge(target)
            except StatusError as error:
                self.refuse(target, error)

    def refuse(self, target: StreamTarget, error: StatusError) -> None:
        """Ends a target because of an error."""
        self._drop(target)
        self.send([_refusal(target.id, error)])

    def _introduce(self, target: StreamTarget, message: Target) -> None:
        version = self._database.clock.read()
        state = target.view.state_at(None)
        target.view.adopt(state)
        self.send([target_change("ADD", [target.id])])
        since = _resumed(message)
        old = None
        if since is not None and self._database.remembers(since):
            old = target.view.state_at(since)
        elif since is not None:
            self.send([target_change("RESET", [target.id])])
        if old is None:
            delta = _whole(target.view, state)
        else:
            delta = difference(old, state, lambda name: self._database.get(name) is not None)
        self.send(delta_messages(delta, target.id, version))
        if message.HasField("expected_count") and message.expected_count.value != len(state):
            self.send([_existence_filter(target.id, state)])
        self.send([target_change("CURRENT", [target.id], version)])
        if not self._lagging:
            self.send([target_change("NO_CHANGE", (), version)])
        if message.once:
            self._drop(target)
            self.send([target_change("REMOVE", [target.id])])

    def snapshot(self, version: int) -> None:
        """Announces that everything up to `version` has been sent, once per commit."""
        if self._pending is None:
            asyncio.get_running_loop().call_soon(self._announce)
        self._pending = version

    def _announce(self) -> None:
        if self._pending is not None and not self._lagging:
            self.send([target_change("NO_CHANGE", (), self._pending)])
        self._pending = None

    def lags(self) -> bool:
        """Whether the client is so slow that changes are not queued any more, until it has taken what is."""
        self._lagging = self._lagging or self._queue.qsize() > _MOST_QUEUED
        return self._lagging

    def _catch_up(self) -> None:
        self._lagging, self._pending = False, None
        version = self._database.clock.read()
        for target in self._targets.values():
            if target.behind is not None:
                self.send(self._missed(target, target.behind, version))
                target.behind = None
        self.send([target_change("NO_CHANGE", (), version)])

    def _missed(self, target: StreamTarget, since: int, version: int) -> list[ListenResponse]:
        """What a target has to be told of everything after `since`."""
        view = target.view
        if self._database.remembers(since):
            return delta_messages(view.follow(net_changes(self._database, since, view.topics)), target.id, version)
        state = view.state_at(None)
        view.adopt(state)
        everything = _whole(view, state)
        return [
            target_change("RESET", [target.id]),
            *delta_messages(everything, target.id, version),
            target_change("CURRENT", [target.id], version),
        ]

    def send(self, messages: Sequence[ListenResponse]) -> None:
        for message in messages:
            self._queue.put_nowait(message)

    def _drop(self, target: StreamTarget) -> None:
        self._hub.discard(target, target.topics)
        del self._targets[target.id]

    def close(self) -> None:
        """Ends the stream: drops all targets and lets `messages` finish."""
        for target in tuple(self._targets.values()):
            self._drop(target)
        self._queue.put_nowait(None)

    async def messages(self) -> AsyncIterator[ListenResponse]:
        while True:
            if self._lagging and self._queue.empty():
                self._catch_up()
            message = await self._queue.get()
            if message is None:
                return
            yield message


def _whole(view: DocumentsView | QueryView, state: dict[str, Document]) -> Delta:
    """What a client that knows nothing has to be told."""
    delta = Delta()
    delta.changed.extend(state.values())
    if isinstance(view, DocumentsView):
        delta.deleted.extend(view.missing())
    return delta


def _resumed(message: Target) -> int | None:
    """The version that the client has already, or None for a target without a past."""
    kind = message.WhichOneof("resume_type")
    if kind == "read_time":
        return from_timestamp(message.read_time)
    if kind == "resume_token" and message.resume_token:
        since = decode_token(message.resume_token)
        if since is None:
            raise invalid_argument("The resume token is not valid.")
        return since
    return None


def _refusal(target_id: int, error: StatusError) -> ListenResponse:
    message = target_change("REMOVE", [target_id])
    message.target_change.cause.code = error.number
    message.target_change.cause.message = error.message
    return message


def _existence_filter(target_id: int, state: dict[str, object]) -> ListenResponse:
    message = ListenResponse()
    message.filter.target_id = target_id
    message.filter.count = len(state)
    message.filter.unchanged_names.CopyFrom(bloom_filter(state))
    return message
