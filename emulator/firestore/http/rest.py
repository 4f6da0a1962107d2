"""google.firestore.v1 over REST: `/v1/projects/{p}/databases/{d}/documents...`."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from emulator.firestore import protos
from emulator.firestore.auth import AuthContext, from_authorization
from emulator.firestore.errors import StatusError, invalid_argument, not_found
from emulator.firestore.http.codec import decode, encode, load
from emulator.firestore.http.messages import JSON, Request, Response, error_body, http_status, json_response
from emulator.firestore.http.parameters import from_query
from emulator.firestore.service import FirestoreService

PREFIX = "/v1/"

_ROOT_SEGMENTS = 5


@dataclass(frozen=True, slots=True)
class Verb:
    """A custom method, `POST ...:verb`. `scope` is the field of the request that the path fills."""

    method: str
    request: Any
    scope: str
    streams: bool = False


_VERBS = {
    "batchGet": Verb("batch_get_documents", protos.BatchGetDocumentsRequest, "database", streams=True),
    "batchWrite": Verb("batch_write", protos.BatchWriteRequest, "database"),
    "beginTransaction": Verb("begin_transaction", protos.BeginTransactionRequest, "database"),
    "commit": Verb("commit", protos.CommitRequest, "database"),
    "rollback": Verb("rollback", protos.RollbackRequest, "database"),
    "listCollectionIds": Verb("list_collection_ids", protos.ListCollectionIdsRequest, "parent"),
    "partitionQuery": Verb("partition_query", protos.PartitionQueryRequest, "parent"),
    "runQuery": Verb("run_query", protos.RunQueryRequest, "parent", streams=True),
    "runAggregationQuery": Verb("run_aggregation_query", protos.RunAggregationQueryRequest, "parent", streams=True),
}


class Rest:
    """Answers REST requests from the service."""

    def __init__(self, service: FirestoreService) -> None:
        self._service = service

    async def answer(self, request: Request) -> Response:
        path, _, verb_name = request.path.removeprefix(PREFIX).rpartition(":")
        verb = _VERBS.get(verb_name) if request.method == "POST" else None
        if verb is None:
            path = request.path.removeprefix(PREFIX)
        try:
            auth = from_authorization(request.headers.get("authorization"))
            name = _resource_name(path)
            if verb is None:
                return await self._resource(request, name, auth)
            return await self._verb(verb, request, name, auth)
        except StatusError as error:
            body = error_body(error)
            return json_response([body] if verb is not None and verb.streams else body, http_status(error))

    async def _verb(self, verb: Verb, request: Request, name: str, auth: AuthContext) -> Response:
        body = load(request.body)
        scope = name
        if verb.scope == "database":
            scope = name.removesuffix("/documents")
            if scope.count("/") != _ROOT_SEGMENTS - 2:
                raise _no_such_path(request)
        if body.setdefault(verb.scope, scope) != scope:
            raise invalid_argument(f"The {verb.scope} of the body is not that of the URL.")
        method = getattr(self._service, verb.method)
        message = decode(verb.request, body)
        if verb.streams:
            messages = method(message, auth)
            return Response(body=_array(await anext(messages, None), messages), content_type=JSON)
        return _rendered(await method(message, auth))

    async def _resource(self, request: Request, name: str, auth: AuthContext) -> Response:
        depth = name.count("/") + 1 - _ROOT_SEGMENTS
        if depth <= 0:
            raise _no_such_path(request)
        match request.method, depth % 2:
            case "GET" | "HEAD", 0:
                get = from_query(protos.GetDocumentRequest, request.query)
                get.name = name
                return _rendered(await self._service.get_document(get, auth))
            case "PATCH", 0:
                update = from_query(protos.UpdateDocumentRequest, request.query)
                update.document.CopyFrom(decode(protos.Document, load(request.body)))
                update.document.name = name
                return _rendered(await self._service.update_document(update, auth))
            case "DELETE", 0:
                delete = from_query(protos.DeleteDocumentRequest, request.query)
                delete.name = name
                await self._service.delete_document(delete, auth)
                return json_response({})
            case "GET" | "HEAD", 1:
                listing = from_query(protos.ListDocumentsRequest, request.query)
                listing.parent, _, listing.collection_id = name.rpartition("/")
                return _rendered(await self._service.list_documents(listing, auth))
            case "POST", 1:
                create = from_query(protos.CreateDocumentRequest, request.query)
                create.document.CopyFrom(decode(protos.Document, load(request.body)))
                create.parent, _, create.collection_id = name.rpartition("/")
                return _rendered(await self._service.create_document(create, auth))
        raise _no_such_path(request)


def _resource_name(path: str) -> str:
    """The resource name that a percent-encoded path spells; an id cannot hold a slash, encoded or not."""
    segments = [unquote(segment) for segment in path.split("/")]
    if any("/" in segment for segment in segments):
        raise invalid_argument("A document or collection id must not contain a slash.")
    if [*segments[0:1], *segments[2:3], *segments[4:5]] != ["projects", "databases", "documents"]:
        raise not_found(f"The requested URL {PREFIX}{path} was not found on this server.")
    return "/".join(segments)


def _no_such_path(request: Request) -> StatusError:
    return not_found(f"{request.method} {request.path} is none of the methods of google.firestore.v1.")


def _rendered(message: Any) -> Response:
    return Response(body=b"{}" if message is None else encode(message).encode(), content_type=JSON)


async def _array(first: Any, rest: AsyncGenerator[Any, None]) -> AsyncGenerator[bytes, None]:
    """A JSON array of the messages as they come; an error after the first of them is its last element."""
    yield b"["
    if first is not None:
        yield encode(first).encode()
    try:
        async with aclosing(rest) as messages:
            async for message in messages:
                yield b",\n" + encode(message).encode()
    except StatusError as error:
        yield b",\n" + json.dumps(error_body(error)).encode()
    yield b"]"
