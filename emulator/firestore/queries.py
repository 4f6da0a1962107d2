"""Query RPCs: RunQuery, RunAggregationQuery, ListDocuments, PartitionQuery."""

import base64
import binascii
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import islice

from emulator.firestore.aggregate import aggregate, aggregated_paths, check_aggregations
from emulator.firestore.auth import AuthContext
from emulator.firestore.clock import to_timestamp
from emulator.firestore.context import ReadContext
from emulator.firestore.documents import masked
from emulator.firestore.errors import invalid_argument
from emulator.firestore.explain import explanation
from emulator.firestore.gate import Gate
from emulator.firestore.nearest import find_nearest
from emulator.firestore.paths import NAME, check_parent, name_key
from emulator.firestore.planner import Usage, prepare, results
from emulator.firestore.protos import (
    Document,
    ListDocumentsRequest,
    ListDocumentsResponse,
    PartitionQueryRequest,
    PartitionQueryResponse,
    RunAggregationQueryRequest,
    RunAggregationQueryResponse,
    RunQueryRequest,
    RunQueryResponse,
    StructuredQuery,
)
from emulator.firestore.query import Position, Query, parse

_DEFAULT_PAGE = 300
_LEAST_PARTITION = 128


async def _admit(context: ReadContext, gate: Gate, auth: AuthContext, query: Query) -> None:
    """Lets a query through the gate, prepares it and takes its locks."""
    gate.admit_query(auth, context.space.database, query, context.version)
    await prepare(context.space.database, query)
    if context.transaction is not None:
        await context.space.transactions.lock_query(context.transaction, query)


async def run(
    context: ReadContext, gate: Gate, auth: AuthContext, request: RunQueryRequest
) -> AsyncIterator[RunQueryResponse]:
    """One response per result; without results one that tells the read time. An explanation comes last; without
    `analyze` it comes alone."""
    query = parse(request.parent, request.structured_query)
    await _admit(context, gate, auth, query)
    explain = request.explain_options if request.HasField("explain_options") else None
    if context.opened:
        yield RunQueryResponse(transaction=context.opened)
    if explain is not None and not explain.analyze:
        yield RunQueryResponse(explain_metrics=explanation(query))
        return
    usage, started = Usage(), time.perf_counter()
    found = list(results(context.space.database, query, context.version, usage))
    if query.nearest is not None:
        found = find_nearest(found, query.nearest)
    stamp = to_timestamp(context.time)
    for document in found:
        yield RunQueryResponse(document=query.present(document), read_time=stamp)
    if not found:
        yield RunQueryResponse(read_time=stamp)
    if explain is not None:
        yield RunQueryResponse(explain_metrics=explanation(query, usage, len(found), time.perf_counter() - started))


async def run_aggregation(
    context: ReadContext, gate: Gate, auth: AuthContext, request: RunAggregationQueryRequest
) -> AsyncIterator[RunAggregationQueryResponse]:
    """The one result, with or after it the explanation that was asked for."""
    message = request.structured_aggregation_query
    check_aggregations(message)
    query = parse(request.parent, message.structured_query, aggregated_paths(message))
    await _admit(context, gate, auth, query)
    explain = request.explain_options if request.HasField("explain_options") else None
    if explain is not None and not explain.analyze:
        yield RunAggregationQueryResponse(explain_metrics=explanation(query))
        return
    usage, started = Usage(), time.perf_counter()
    result = aggregate(context.space.database, query, message, context.version, usage)
    yield RunAggregationQueryResponse(result=result, transaction=context.opened, read_time=to_timestamp(context.time))
    if explain is not None:
        usage.documents = 0  # production reads the fields from the index and fetches no document
        metrics = explanation(query, usage, 1, time.perf_counter() - started)
        yield RunAggregationQueryResponse(explain_metrics=metrics)


async def list_documents(
    context: ReadContext, gate: Gate, auth: AuthContext, request: ListDocumentsRequest
) -> ListDocumentsResponse:
    """One page of a collection, in the order asked for; `show_missing` includes documents that only have others
    below them."""
    if request.page_size < 0:
        raise invalid_argument("page_size is negative")
    message = StructuredQuery()
    message.from_.add(collection_id=request.collection_id)
    _order(message, request.order_by)
    query = parse(check_parent(request.parent), message)
    size = request.page_size or _DEFAULT_PAGE
    if request.page_token:
        query = replace(query, start=Position(_decode(request.page_token), before=False))
    await _admit(context, gate, auth, query)
    database = context.space.database
    if request.show_missing:
        auth.require_admin("show_missing")
        if request.order_by:
            raise invalid_argument("show_missing cannot be combined with order_by.")
        page = _with_missing(context, query, size)
    else:
        page = list(islice(results(database, query, context.version), size))
    token = ""
    if len(page) == size:
        token = base64.urlsafe_b64encode(query.sort_key(page[-1]) or b"").decode()
    return ListDocumentsResponse(documents=[masked(document, request) for document in page], next_page_token=token)


def _order(message: StructuredQuery, text: str) -> None:
    for part in filter(None, map(str.strip, text.split(","))):
        field, _, direction = part.rpartition(" ")
        if direction.lower() not in ("asc", "desc") or not field:
            field, direction = part, "asc"
        order = message.order_by.add()
        order.field.field_path = field.strip()
        order.direction = StructuredQuery.Direction.Value("ASCENDING" if direction == "asc" else "DESCENDING")


def _decode(token: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(token)
    except (binascii.Error, ValueError) as error:
        raise invalid_argument("Invalid page token.") from error


def _with_missing(context: ReadContext, query: Query, size: int) -> list[Document]:
    database = context.space.database
    missing = [Document(name=name) for name in database.missing_parents(f"{query.parent}/{query.collection_id}")]
    phantoms = [document for document in missing if query.within(query.sort_key(document) or b"")]
    present = islice(results(database, query, context.version), size)
    return sorted([*present, *phantoms], key=lambda document: name_key(document.name))[:size]


async def partition(context: ReadContext, request: PartitionQueryRequest) -> PartitionQueryResponse:
    """Cursors that cut a collection group into even parts; fewer when there is not enough to cut."""
    query = parse(request.parent, request.structured_query)
    if not query.all_descendants or query.disjuncts != ((),) or [order.path for order in query.orders] != [NAME]:
        raise invalid_argument("Only collection group queries ordered by __name__ ascending can be partitioned.")
    if request.partition_count <= 0:
        raise invalid_argument("partition_count must be positive.")
    await prepare(context.space.database, query)
    names = [document.name for document in results(context.space.database, query, context.version)]
    cuts = min(request.partition_count, len(names) // _LEAST_PARTITION)
    points = [names[len(names) * cut // (cuts + 1)] for cut in range(1, cuts + 1)]
    after = request.page_token
    rest = [name for name in points if not after or name_key(name) > name_key(after)]
    size = request.page_size or len(rest)
    response = PartitionQueryResponse(next_page_token=rest[size - 1] if len(rest) > size else "")
    for name in rest[:size]:
        response.partitions.add(before=True).values.add(reference_value=name)
    return response
