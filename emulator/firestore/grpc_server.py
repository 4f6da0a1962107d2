"""The gRPC face of the service, on HTTP/2 connections of the emulator's own.

grpcio's server costs ten times what a commit costs, and cannot share its port with HTTP/1.1. What a Firestore client
needs of gRPC is little: requests and responses with a five-byte prefix, a status in the trailers.
"""

import asyncio
import gzip
import logging
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError
from grpc import StatusCode

from emulator.firestore import protos
from emulator.firestore.auth import AuthContext, from_authorization
from emulator.firestore.errors import StatusError, invalid_argument
from emulator.firestore.http2 import Handler, Headers, Http2Connection, Stream
from emulator.firestore.service import FirestoreService

_log = logging.getLogger(__name__)

SERVICE = "google.firestore.v1.Firestore"
_MAX_REQUEST_BYTES = 11 * 1024 * 1024
_PREFIX_BYTES = 5
_TURN_BYTES = 64 * 1024

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


class Rpc(NamedTuple):
    """How one method is served."""

    method: Callable[..., Any]
    request: Any
    streams_requests: bool
    streams_responses: bool


def _literal(name: bytes, value: bytes) -> bytes:
    """A header without indexing or Huffman coding (RFC 7541, 6.2.2); both parts shorter than 127 bytes, or the value
    as long as a message may get."""
    return b"\x00" + _length(len(name)) + name + _length(len(value)) + value


def _length(size: int) -> bytes:
    if size < 0x7F:
        return bytes((size,))
    rest, out = size - 0x7F, bytearray((0x7F,))
    while rest >= 0x80:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


_STATUS_200 = b"\x88"
_RESPONSE_HEADERS = _STATUS_200 + _literal(b"content-type", b"application/grpc")
_OK_TRAILERS = _literal(b"grpc-status", b"0")
_MAX_MESSAGE_CHARACTERS = 3000


def _trailers(code: StatusCode, message: str) -> bytes:
    text = quote(message[:_MAX_MESSAGE_CHARACTERS], safe=" !\"#$&'()*+,-./:;<=>?@[\\]^_`{|}~").encode()
    return _literal(b"grpc-status", str(code.value[0]).encode()) + _literal(b"grpc-message", text)


class GrpcServer:
    """Makes connections, and ends them."""

    def __init__(self, service: FirestoreService) -> None:
        self._rpcs: dict[bytes, Rpc] = {}
        for table, requests, responses in (
            (_UNARY, False, False),
            (_SERVER_STREAMING, False, True),
            (_BIDIRECTIONAL, True, True),
        ):
            for name, method in table.items():
                rpc = Rpc(getattr(service, method), getattr(protos, name + "Request"), requests, responses)
                self._rpcs[f"/{SERVICE}/{name}".encode()] = rpc
        self._connections: set[_Connection] = set()

    def connection(self) -> asyncio.Protocol:
        """The protocol of a new connection."""
        return _Connection(self._accept, self._connections)

    def _accept(self, stream: Stream, headers: Headers) -> Handler:
        return Call(stream, headers, self._rpcs.get(headers.get(b":path", b"")))

    def close(self) -> None:
        """Ends all connections, and with them all calls."""
        for connection in tuple(self._connections):
            connection.shut_down()


class _Connection(Http2Connection):
    def __init__(self, accept: Callable[[Stream, Headers], Handler], connections: "set[_Connection]") -> None:
        super().__init__(accept)
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        super().connection_lost(exc)


class Call:
    """One call, from its headers to its trailers."""

    def __init__(self, stream: Stream, headers: Headers, rpc: Rpc | None) -> None:
        self._stream = stream
        self._headers = headers
        self._buffer = bytearray()
        self._requests: asyncio.Queue[Any] = asyncio.Queue()
        self._started = False
        self._ended = False
        self._unshared = 0
        self._rpc = rpc
        self._task: asyncio.Task[None] | None = None
        if rpc is None:
            path = headers.get(b":path", b"").decode(errors="replace")
            self._finish(_trailers(StatusCode.UNIMPLEMENTED, f"Method {path} is not implemented."))
        elif rpc.streams_requests:
            self._run()

    def _run(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._serve())

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        self._buffer += data
        while len(self._buffer) >= _PREFIX_BYTES and not self._ended:
            size = int.from_bytes(self._buffer[1:_PREFIX_BYTES], "big")
            if size > _MAX_REQUEST_BYTES:
                self._refuse(
                    StatusError(
                        StatusCode.INVALID_ARGUMENT,
                        f"Request payload size exceeds the limit: {_MAX_REQUEST_BYTES} bytes.",
                    )
                )
                return
            end = _PREFIX_BYTES + size
            if len(self._buffer) < end:
                return
            message, compressed = bytes(self._buffer[_PREFIX_BYTES:end]), self._buffer[0]
            del self._buffer[:end]
            self._message(message, bool(compressed))

    def _message(self, message: bytes, compressed: bool) -> None:
        if self._rpc is None:
            return
        try:
            if compressed:
                message = _decompressed(message, self._headers.get(b"grpc-encoding", b""))
            self._requests.put_nowait(self._rpc.request.FromString(message))
        except (DecodeError, StatusError) as error:
            refusal = error if isinstance(error, StatusError) else invalid_argument("The request cannot be parsed.")
            self._refuse(refusal)

    def end_received(self) -> None:
        if self._ended:
            return
        if self._rpc is not None and not self._rpc.streams_requests:
            if self._requests.empty():
                self._refuse(invalid_argument("The call has no request."))
                return
            self._run()
        self._requests.put_nowait(None)

    def cancelled(self) -> None:
        self._ended = True
        if self._task is not None:
            self._task.cancel()

    async def _serve(self) -> None:
        rpc = self._rpc
        if rpc is None:
            return
        try:
            caller = self._caller()
            if rpc.streams_responses:
                argument = self._received() if rpc.streams_requests else self._requests.get_nowait()
                async for response in rpc.method(argument, caller):
                    self._send(response)
                    if self._unshared > _TURN_BYTES:
                        self._unshared = 0
                        await asyncio.sleep(0)  # others' turn: a long answer must not hold up the loop
                    if self._stream.congested:
                        await self._stream.drained()
            else:
                response = await rpc.method(self._requests.get_nowait(), caller)
                self._send(_EMPTY if response is None else response)
        except StatusError as error:
            self._refuse(error)
        except Exception:  # noqa: BLE001 - the boundary: a bug must end this call and no other
            _log.exception("a call of %s failed", self._headers.get(b":path"))
            self._refuse(StatusError(StatusCode.INTERNAL, "An internal error occurred."))
        else:
            self._finish(_OK_TRAILERS)

    def _caller(self) -> AuthContext:
        header = self._headers.get(b"authorization")
        return from_authorization(None if header is None else header.decode("latin-1"))

    async def _received(self) -> AsyncIterator[Any]:
        while (request := await self._requests.get()) is not None:
            yield request

    def _send(self, response: Any) -> None:
        if self._ended:
            return
        self._start()
        body = response.SerializeToString()
        self._unshared += len(body)
        self._stream.send_data(b"\x00" + len(body).to_bytes(4, "big") + body)

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._stream.send_headers(_RESPONSE_HEADERS)

    def _refuse(self, error: StatusError) -> None:
        self._finish(_trailers(error.code, error.message))

    def _finish(self, trailers: bytes) -> None:
        if not self._ended:
            self._ended = True
            self._start()
            self._stream.send_trailers(trailers)
            if self._task is not None and self._task is not asyncio.current_task():
                self._task.cancel()  # refused between two messages: nobody would ever wake it again


_EMPTY = Empty()


def _decompressed(message: bytes, encoding: bytes) -> bytes:
    try:
        if encoding == b"gzip":
            return gzip.decompress(message)
        if encoding == b"deflate":
            return zlib.decompress(message)
    except (OSError, EOFError, zlib.error) as error:
        raise invalid_argument("The request cannot be decompressed.") from error
    raise StatusError(StatusCode.UNIMPLEMENTED, f"Compression {encoding.decode('latin-1')!r} is not supported.")
