"""The gRPC face of the service: generic handlers over raw messages."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
from google.protobuf.empty_pb2 import Empty

from emulator.firestore import protos
from emulator.firestore.auth import AuthContext, from_authorization
from emulator.firestore.errors import StatusError
from emulator.firestore.service import FirestoreService

SERVICE = "google.firestore.v1.Firestore"
_MAX_MESSAGE_BYTES = 16 * 1024 * 1024

_UNARY = {
    "GetDocument": "get_document",
    "ListDocuments": "list_documents",
    "CreateDocument": "create_document",
    "UpdateDocument": "update_document",
    "DeleteDocument": "delete_document",
    "BeginTransaction": "begin_transaction",
    "Commit": "commit",
    "Rollback": "rollback",
    "PartitionQuery": "partition_query",
    "ListCollectionIds": "list_collection_ids",
    "BatchWrite": "batch_write",
}
_SERVER_STREAMING = {
    "BatchGetDocuments": "batch_get_documents",
    "RunQuery": "run_query",
    "RunAggregationQuery": "run_aggregation_query",
}
_BIDIRECTIONAL = {"Write": "write", "Listen": "listen"}

Context = Any
_Unary = Callable[[Any, AuthContext], Awaitable[Any]]
_Streaming = Callable[[Any, AuthContext], AsyncIterator[Any]]


def create_server(service: FirestoreService) -> grpc.aio.Server:
    """A server with the service registered; the caller adds a port and starts it."""
    server = grpc.aio.server(
        options=[
            ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
            ("grpc.so_reuseport", 0),
            ("grpc.http2.min_ping_interval_without_data_ms", 1000),
            ("grpc.http2.max_ping_strikes", 0),
        ]
    )
    handlers = {}
    for rpc, method in _UNARY.items():
        handlers[rpc] = grpc.unary_unary_rpc_method_handler(_unary(getattr(service, method)), **_serializers(rpc))
    for rpc, method in _SERVER_STREAMING.items():
        handlers[rpc] = grpc.unary_stream_rpc_method_handler(_streaming(getattr(service, method)), **_serializers(rpc))
    for rpc, method in _BIDIRECTIONAL.items():
        handlers[rpc] = grpc.stream_stream_rpc_method_handler(_streaming(getattr(service, method)), **_serializers(rpc))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))
    return server


def _serializers(rpc: str) -> dict[str, Callable[..., Any]]:
    request = getattr(protos, rpc + "Request")
    return {"request_deserializer": request.FromString, "response_serializer": _serialize}


def _serialize(message: Any) -> bytes:
    return bytes(message.SerializeToString())


def _unary(method: _Unary) -> Callable[[Any, Context], Awaitable[Any]]:
    async def handle(request: Any, context: Context) -> Any:
        try:
            response = await method(request, _caller(context))
        except StatusError as error:
            await context.abort(error.code, error.message)
        return _EMPTY if response is None else response

    return handle


def _streaming(method: _Streaming) -> Callable[[Any, Context], AsyncIterator[Any]]:
    async def handle(request: Any, context: Context) -> AsyncIterator[Any]:
        try:
            async for response in method(request, _caller(context)):
                yield response
        except StatusError as error:
            await context.abort(error.code, error.message)

    return handle


_EMPTY = Empty()


def _caller(context: Context) -> AuthContext:
    for key, value in context.invocation_metadata():
        if key == "authorization":
            return from_authorization(value)
    return from_authorization(None)
