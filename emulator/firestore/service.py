"""google.firestore.v1 without a transport: one coroutine or asynchronous generator per RPC, on raw messages.

Every method takes the request and who makes it, and raises `StatusError`. One event loop runs everything, and nothing
awaits between looking and acting, so that each commit is atomic without a lock.
"""

import asyncio
from collections.abc import AsyncIterator

from emulator.firestore import documents, queries
from emulator.firestore.auth import AuthContext
from emulator.firestore.clock import from_timestamp, to_timestamp
from emulator.firestore.commits import Computation, commit
from emulator.firestore.context import ReadContext, Space
from emulator.firestore.errors import StatusError, aborted, invalid_argument
from emulator.firestore.gate import Gate
from emulator.firestore.journal import Journal
from emulator.firestore.listen import Hub
from emulator.firestore.paths import check_database, database_of
from emulator.firestore.protos import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    BatchWriteRequest,
    BatchWriteResponse,
    BeginTransactionRequest,
    BeginTransactionResponse,
    CommitRequest,
    CommitResponse,
    CreateDocumentRequest,
    DeleteDocumentRequest,
    Document,
    GetDocumentRequest,
    ListCollectionIdsRequest,
    ListCollectionIdsResponse,
    ListDocumentsRequest,
    ListDocumentsResponse,
    ListenRequest,
    ListenResponse,
    PartitionQueryRequest,
    PartitionQueryResponse,
    RollbackRequest,
    RunAggregationQueryRequest,
    RunAggregationQueryResponse,
    RunQueryRequest,
    RunQueryResponse,
    UpdateDocumentRequest,
    Write,
    WriteRequest,
    WriteResponse,
)
from emulator.firestore.rules.guard import RulesGuard
from emulator.firestore.storage import Change, Database
from emulator.firestore.stream import ListenStream
from emulator.firestore.transactions import Transaction, Transactions
from emulator.firestore.triggers import Dispatcher
from emulator.firestore.writes import parse_write


class FirestoreService:
    """All databases of all projects; a database exists as soon as it is named."""

    def __init__(
        self, gate: Gate | None = None, *, journal: Journal | None = None, dispatcher: Dispatcher | None = None
    ) -> None:
        self.gate = gate or Gate(RulesGuard())
        self._dispatcher = dispatcher
        self._journal = journal
        self._spaces: dict[str, Space] = {}

    def space(self, database: str) -> Space:
        """The database of this full name; raises INVALID_ARGUMENT for a malformed one."""
        space = self._spaces.get(database)
        if space is None:
            data = Database(check_database(database))
            space = self._spaces[database] = Space(data, Transactions(data), Hub(data))
            if self._journal is not None:
                journal = self._journal
                data.observers.append(lambda version, changes: journal.append(version, database, changes))
            if self._dispatcher is not None:
                data.observers.append(self._dispatcher.observe(database))
        return space

    def restore(self) -> None:
        """Reads back what the journal holds; call once, before anything is served."""
        if self._journal is not None:
            for record in self._journal.load():
                self.space(record.database).database.restore(record.version, record.entries)

    def spaces(self) -> tuple[Space, ...]:
        return tuple(self._spaces.values())

    def clear(self, database: str | None = None) -> None:
        """Deletes every document of one database, or of all; listeners are told."""
        for space in self.spaces() if database is None else (self.space(database),):
            gone = [Change(document.name, document, None) for document in space.database.all_documents()]
            if gone:
                space.database.apply(space.database.clock.commit(), gone)

    def reload_rules(self, text: str, project: str | None = None) -> None:
        """Puts new rules into force, for open listeners too; raises what the guard raises for a bad text."""
        self.gate.guard.reload(text, project)
        for space in self.spaces():
            for stream in tuple(space.streams):
                stream.judge_all()

    def reading(self, space: Space, request: GetDocumentRequest) -> ReadContext:
        """Resolves the consistency selector of any read request."""
        selector = request.WhichOneof("consistency_selector")
        if selector == "read_time":
            version = from_timestamp(request.read_time)
            space.database.check_readable(version)
            return ReadContext(space, None, version)
        if selector == "transaction":
            transaction = space.transactions.find(request.transaction)
            return ReadContext(space, transaction, transaction.read_version)
        if selector == "new_transaction":
            transaction = space.transactions.begin(request.new_transaction)
            return ReadContext(space, transaction, transaction.read_version, transaction.id)
        return ReadContext(space, None, None)

    async def get_document(self, request: GetDocumentRequest, auth: AuthContext) -> Document:
        context = self.reading(self.space(database_of(request.name)), request)
        return await documents.get(context, self.gate, auth, request)

    async def batch_get_documents(
        self, request: BatchGetDocumentsRequest, auth: AuthContext
    ) -> AsyncIterator[BatchGetDocumentsResponse]:
        context = self.reading(self.space(request.database), request)
        async for response in documents.batch_get(context, self.gate, auth, request):
            yield response

    async def list_documents(self, request: ListDocumentsRequest, auth: AuthContext) -> ListDocumentsResponse:
        context = self.reading(self.space(database_of(request.parent)), request)
        return await queries.list_documents(context, self.gate, auth, request)

    async def list_collection_ids(
        self, request: ListCollectionIdsRequest, auth: AuthContext
    ) -> ListCollectionIdsResponse:
        auth.require_admin("Listing collection ids")
        context = self.reading(self.space(database_of(request.parent)), request)
        return documents.collection_ids(context, request)

    async def run_query(self, request: RunQueryRequest, auth: AuthContext) -> AsyncIterator[RunQueryResponse]:
        context = self.reading(self.space(database_of(request.parent)), request)
        async for response in queries.run(context, self.gate, auth, request):
            yield response

    async def run_aggregation_query(
        self, request: RunAggregationQueryRequest, auth: AuthContext
    ) -> AsyncIterator[RunAggregationQueryResponse]:
        context = self.reading(self.space(database_of(request.parent)), request)
        async for response in queries.run_aggregation(context, self.gate, auth, request):
            yield response

    async def partition_query(self, request: PartitionQueryRequest, auth: AuthContext) -> PartitionQueryResponse:
        auth.require_admin("PartitionQuery")
        context = self.reading(self.space(database_of(request.parent)), request)
        return await queries.partition(context, request)

    async def create_document(self, request: CreateDocumentRequest, auth: AuthContext) -> Document:
        write = documents.creation(request)
        done = await self._commit(self.space(database_of(request.parent)), [write], auth)
        return documents.masked(_written(done, write), request)

    async def update_document(self, request: UpdateDocumentRequest, auth: AuthContext) -> Document:
        write = documents.update(request)
        space = self.space(database_of(request.document.name))
        done = await self._commit(space, [write], auth)
        document = _written(done, write) if done.changes else space.database.get(write.update.name)
        return documents.masked(document, request)

    async def delete_document(self, request: DeleteDocumentRequest, auth: AuthContext) -> None:
        write = Write(delete=request.name, current_document=request.current_document)
        await self._commit(self.space(database_of(request.name)), [write], auth)

    async def begin_transaction(self, request: BeginTransactionRequest, auth: AuthContext) -> BeginTransactionResponse:
        return BeginTransactionResponse(transaction=self.space(request.database).transactions.begin(request.options).id)

    async def rollback(self, request: RollbackRequest, auth: AuthContext) -> None:
        transactions = self.space(request.database).transactions
        transactions.end(transactions.find(request.transaction))

    async def commit(self, request: CommitRequest, auth: AuthContext) -> CommitResponse:
        space = self.space(request.database)
        transaction = space.transactions.find(request.transaction) if request.transaction else None
        done = await self._commit(space, request.writes, auth, transaction)
        return CommitResponse(write_results=done.results, commit_time=to_timestamp(done.version))

    async def batch_write(self, request: BatchWriteRequest, auth: AuthContext) -> BatchWriteResponse:
        auth.require_admin("BatchWrite")
        space = self.space(request.database)
        names = [parse_write(write, space.database.name).name for write in request.writes]
        if len(set(names)) != len(names):
            raise invalid_argument("The same document cannot be written more than once in a BatchWrite.")
        response = BatchWriteResponse()
        for write in request.writes:
            result, status = response.write_results.add(), response.status.add()
            try:
                done = await self._commit(space, [write], auth)
                result.CopyFrom(done.results[0])
            except StatusError as error:
                status.code, status.message = error.number, error.message
        return response

    async def write(self, requests: AsyncIterator[WriteRequest], auth: AuthContext) -> AsyncIterator[WriteResponse]:
        space: Space | None = None
        number = 0
        async for request in requests:
            number += 1
            token = number.to_bytes(8, "big")
            if space is None:
                space = self.space(request.database)
                yield WriteResponse(stream_id=request.stream_id or "stream", stream_token=token)
                if not request.writes:
                    continue
            done = await self._commit(space, request.writes, auth)
            yield WriteResponse(stream_token=token, write_results=done.results, commit_time=to_timestamp(done.version))

    async def listen(self, requests: AsyncIterator[ListenRequest], auth: AuthContext) -> AsyncIterator[ListenResponse]:
        first = await anext(requests, None)
        if first is None:
            return
        space = self.space(first.database)
        stream = ListenStream(space.database, space.hub, self.gate, auth)
        space.streams.add(stream)
        reader = asyncio.create_task(_receive(stream, first, requests))
        try:
            async for message in stream.messages():
                yield message
            await reader
        finally:
            space.streams.discard(stream)
            reader.cancel()
            stream.close()

    async def _commit(
        self, space: Space, writes: list[Write], auth: AuthContext, transaction: Transaction | None = None
    ) -> Computation:
        operations = [parse_write(write, space.database.name) for write in writes]
        if transaction is not None and transaction.read_only and operations:
            raise invalid_argument("Cannot modify entities in a read-only transaction.")
        done = await commit(space.database, space.transactions, self.gate, auth, operations, transaction)
        if self._journal is not None:
            if self._journal.due:
                self._journal.compact(
                    {
                        each.database.name: (each.database.version, tuple(each.database.all_documents()))
                        for each in self.spaces()
                    }
                )
            await self._journal.flushed()
        return done


async def _receive(stream: ListenStream, first: ListenRequest, requests: AsyncIterator[ListenRequest]) -> None:
    try:
        await stream.receive(first)
        async for request in requests:
            await stream.receive(request)
    finally:
        stream.close()


def _written(done: Computation, write: Write) -> Document:
    for change in done.changes:
        if change.name == write.update.name and change.after is not None:
            return change.after
    raise aborted("The write left no document.")
