"""A gRPC server for plain functions from request to response message, with canonical errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, NoReturn

import grpc
import grpc.aio
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from emulator.common.program import listen

# Publish requests may hold 10 MB of messages; gRPC's own default is 4 MB.
MAX_MESSAGE_BYTES = 32 * 1024 * 1024
STOP_GRACE_SECONDS = 0.2

Handler = Any  # grpc.RpcMethodHandler, which has no type information


class StatusError(Exception):
    """An expected refusal: the canonical code, what the caller is told, and messages of google.rpc as details."""

    def __init__(self, code: Any, message: str, details: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details


def not_found(message: str) -> StatusError:
    return StatusError(grpc.StatusCode.NOT_FOUND, message)


def invalid(message: str) -> StatusError:
    return StatusError(grpc.StatusCode.INVALID_ARGUMENT, message)


def already_exists(message: str) -> StatusError:
    return StatusError(grpc.StatusCode.ALREADY_EXISTS, message)


def unimplemented(message: str) -> StatusError:
    return StatusError(grpc.StatusCode.UNIMPLEMENTED, message)


def precondition(message: str) -> StatusError:
    return StatusError(grpc.StatusCode.FAILED_PRECONDITION, message)


def retry_info(seconds: float) -> error_details_pb2.RetryInfo:
    """The detail that says when to come again."""
    delay = duration_pb2.Duration()
    delay.FromNanoseconds(round(seconds * 1e9))
    return error_details_pb2.RetryInfo(retry_delay=delay)


async def abort(context: Any, error: StatusError) -> NoReturn:
    """End a call with the error; its details travel in the trailing metadata, as Google's services send them."""
    if error.details:
        status = status_pb2.Status(code=error.code.value[0], message=error.message)
        for detail in error.details:
            packed = any_pb2.Any()
            packed.Pack(detail)
            status.details.append(packed)
        await context.abort_with_status(rpc_status.to_status(status))
    await context.abort(error.code, error.message)
    raise AssertionError("abort ends the call")


def metadata(context: Any) -> dict[str, str]:
    """The metadata of a call; names are in lower case."""
    return {key: str(value) for key, value in context.invocation_metadata()}


def unary(request: Any, method: Callable[[Any], Any]) -> Handler:
    """A unary call that is answered at once. `request` is the raw protobuf class of the request."""

    async def call(message: Any, context: Any) -> Any:
        try:
            return method(message)
        except StatusError as error:
            await abort(context, error)

    return grpc.unary_unary_rpc_method_handler(call, request.FromString, serialize)


def waiting(request: Any, method: Callable[[Any, float | None], Awaitable[Any]]) -> Handler:
    """A unary call that may wait; `method` also gets the seconds left until the caller's deadline, None without one."""

    async def call(message: Any, context: Any) -> Any:
        try:
            return await method(message, context.time_remaining())
        except StatusError as error:
            await abort(context, error)

    return grpc.unary_unary_rpc_method_handler(call, request.FromString, serialize)


def asked(request: Any, method: Callable[[Any, dict[str, str]], Awaitable[Any]]) -> Handler:
    """A unary call that may wait; `method` also gets the call's metadata."""

    async def call(message: Any, context: Any) -> Any:
        try:
            return await method(message, metadata(context))
        except StatusError as error:
            await abort(context, error)

    return grpc.unary_unary_rpc_method_handler(call, request.FromString, serialize)


def streaming(request: Any, method: Callable[[AsyncIterator[Any]], AsyncIterator[Any]]) -> Handler:
    """A call that streams both ways."""

    async def call(messages: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
        try:
            async for answer in method(messages):
                yield answer
        except StatusError as error:
            await abort(context, error)

    return grpc.stream_stream_rpc_method_handler(call, request.FromString, serialize)


class GrpcServer:
    """The listening side: services by full name, each a mapping from method name to handler."""

    def __init__(self, services: Mapping[str, Mapping[str, Handler]]) -> None:
        self._services = services
        self._server: Any = None

    async def start(self, host: str, port: int) -> int:
        """Listens and returns the port (a free one for 0). Raises PortTakenError."""
        # gRPC itself would tell of a taken port in words of its own, on stderr.
        listen(host, port).close()
        options = [
            # Without this two servers would share one port, each getting some of the calls.
            ("grpc.so_reuseport", 0),
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ]
        server = grpc.aio.server(options=options)
        for name, methods in self._services.items():
            server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, methods),))
        bound = int(server.add_insecure_port(f"{host}:{port}"))
        await server.start()
        self._server = server
        return bound

    async def stop(self) -> None:
        if self._server is not None:
            await self._server.stop(STOP_GRACE_SECONDS)


def serialize(message: Any) -> bytes:
    """The wire form of a raw protobuf message."""
    data: bytes = message.SerializeToString()
    return data
