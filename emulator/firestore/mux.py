"""One port for gRPC and HTTP/1.1: the first bytes of a connection tell which it is.

A connection that begins with `PRI` (the HTTP/2 preface) is spliced to the gRPC listener on a socket of its own; any
other is handed to an HTTP protocol in this process.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import cast

_PREFACE = b"PRI"

HttpProtocolFactory = Callable[[], asyncio.Protocol]


class Front(asyncio.Protocol):
    """A connection whose protocol is not known yet; then one half of a splice, or out of the way."""

    def __init__(self, grpc_path: str, http: HttpProtocolFactory) -> None:
        self._grpc_path = grpc_path
        self._http = http
        self._received: deque[bytes] = deque()
        self._transport: asyncio.Transport | None = None
        self._peer: asyncio.Transport | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._half_closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._peer is not None:
            self._peer.write(data)
            return
        self._received.append(data)
        if self._connecting is not None or self._transport is None:
            return
        start = b"".join(self._received)[: len(_PREFACE)]
        if start == _PREFACE:
            self._connecting = asyncio.get_running_loop().create_task(self._connect(self._transport))
        elif not _PREFACE.startswith(start):
            self._hand_over(self._transport)

    def _hand_over(self, transport: asyncio.Transport) -> None:
        protocol = self._http()
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        protocol.data_received(b"".join(self._received))

    async def _connect(self, outer: asyncio.Transport) -> None:
        try:
            peer, _ = await asyncio.get_running_loop().create_unix_connection(lambda: _Back(outer), self._grpc_path)
        except OSError:
            outer.abort()
            return
        peer.write(b"".join(self._received))
        self._received.clear()
        self._peer = peer
        if self._half_closed:
            peer.close()

    def pause_writing(self) -> None:
        if self._peer is not None:
            self._peer.pause_reading()

    def resume_writing(self) -> None:
        if self._peer is not None:
            self._peer.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._half_closed = True
        if self._peer is not None:
            self._peer.close()


class _Back(asyncio.Protocol):
    """The half of a splice that faces the gRPC listener."""

    def __init__(self, outer: asyncio.Transport) -> None:
        self._outer = outer

    def data_received(self, data: bytes) -> None:
        self._outer.write(data)

    def pause_writing(self) -> None:
        self._outer.pause_reading()

    def resume_writing(self) -> None:
        with contextlib.suppress(RuntimeError):
            self._outer.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._outer.close()
