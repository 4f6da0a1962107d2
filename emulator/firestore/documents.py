"""Single documents: Get, BatchGet, ListCollectionIds, and the writes behind Create and Update."""

import secrets
import string
from collections.abc import AsyncIterator, Iterable
from itertools import islice

from emulator.firestore import values
from emulator.firestore.auth import AuthContext
from emulator.firestore.clock import to_timestamp
from emulator.firestore.context import ReadContext
from emulator.firestore.errors import invalid_argument, not_found
from emulator.firestore.gate import Gate
from emulator.firestore.paths import (
    check_collection_id,
    check_document_name,
    check_parent,
    parse_field_path,
)
from emulator.firestore.protos import (
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    CreateDocumentRequest,
    Document,
    GetDocumentRequest,
    ListCollectionIdsRequest,
    ListCollectionIdsResponse,
    Precondition,
    UpdateDocumentRequest,
    Write,
)

_ID_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 20


def masked(document: Document, request: GetDocumentRequest) -> Document:
    """The document, or the part of it that the request's mask names."""
    if not request.HasField("mask"):
        return document
    return values.project(document, map(parse_field_path, request.mask.field_paths))


async def _read(
    context: ReadContext, gate: Gate, auth: AuthContext, names: Iterable[str]
) -> list[tuple[str, Document | None]]:
    database = context.space.database
    unique = list(dict.fromkeys(names))
    if context.transaction is not None:
        await context.space.transactions.lock_documents(context.transaction, unique)
    found = [(name, database.get(name, context.version)) for name in unique]
    gate.admit_reads(auth, database, found, context.version)
    return found


async def get(context: ReadContext, gate: Gate, auth: AuthContext, request: GetDocumentRequest) -> Document:
    """Raises NOT_FOUND for a missing document, PERMISSION_DENIED when the guard refuses."""
    ((name, document),) = await _read(context, gate, auth, [check_document_name(request.name)])
    if document is None:
        raise not_found(f'Document "{name}" not found.')
    return masked(document, request)


async def batch_get(
    context: ReadContext, gate: Gate, auth: AuthContext, request: BatchGetDocumentsRequest
) -> AsyncIterator[BatchGetDocumentsResponse]:
    """One response per distinct document, as in production those found before those missing; the id of a new
    transaction comes first."""
    root = context.space.database.root
    for name in request.documents:
        check_document_name(name)
        if not name.startswith(root + "/"):
            raise invalid_argument(f'Document "{name}" is not in database "{request.database}".')
    found = await _read(context, gate, auth, request.documents)
    stamp = to_timestamp(context.time)
    if context.opened:
        yield BatchGetDocumentsResponse(transaction=context.opened)
    for _, document in found:
        if document is not None:
            yield BatchGetDocumentsResponse(found=masked(document, request), read_time=stamp)
    for name, document in found:
        if document is None:
            yield BatchGetDocumentsResponse(missing=name, read_time=stamp)


def collection_ids(context: ReadContext, request: ListCollectionIdsRequest) -> ListCollectionIdsResponse:
    """One page of the ids of the collections under a document or the root."""
    check_parent(request.parent)
    if request.page_size < 0:
        raise invalid_argument("page_size is negative")
    after = request.page_token
    found = context.space.database.collection_ids(request.parent, context.version)
    ids = (each for each in found if not after or each > after)
    page = list(islice(ids, request.page_size or None))
    token = page[-1] if request.page_size and len(page) == request.page_size else ""
    return ListCollectionIdsResponse(collection_ids=page, next_page_token=token)


def creation(request: CreateDocumentRequest) -> Write:
    """The write of a CreateDocument; without an id the document gets a random one."""
    check_parent(request.parent)
    check_collection_id(request.collection_id)
    if request.document.name:
        raise invalid_argument("Document name must not be set in a create request.")
    id_ = request.document_id or "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))
    write = Write(update=request.document, current_document=Precondition(exists=False))
    write.update.name = f"{request.parent}/{request.collection_id}/{id_}"
    return write


def update(request: UpdateDocumentRequest) -> Write:
    """The write of an UpdateDocument."""
    write = Write(update=request.document)
    if request.HasField("update_mask"):
        write.update_mask.CopyFrom(request.update_mask)
    if request.HasField("current_document"):
        write.current_document.CopyFrom(request.current_document)
    return write
