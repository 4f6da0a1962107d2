"""One port for gRPC and HTTP/1.1: the first bytes of a connection tell which it is."""

import asyncio
from collections.abc import Callable
from typing import cast

_PREFACE = b"PRI"

ProtocolFactory = Callable[[], asyncio.Protocol]


class Front(asyncio.Protocol):
    """A connection whose protocol is not known yet; it hands over to the one that is spoken."""

    def __init__(self, grpc: ProtocolFactory, http: ProtocolFactory) -> None:
        self._grpc = grpc
        self._http = http
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        start = self._received[: len(_PREFACE)]
        if start != _PREFACE and _PREFACE.startswith(start):
            return
        if self._transport is not None:
            protocol = self._grpc() if start == _PREFACE else self._http()
            self._transport.set_protocol(protocol)
            protocol.connection_made(self._transport)
            protocol.data_received(self._received)
