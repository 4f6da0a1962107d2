"""The least HTTP that a developer needs: `GET /` answers Ok, `POST /reset` deletes everything."""

import asyncio
from typing import cast

from emulator.firestore.service import FirestoreService


class PlainHttp(asyncio.Protocol):
    """Answers one request a connection."""

    def __init__(self, service: FirestoreService) -> None:
        self._service = service
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if b"\r\n\r\n" not in self._received or self._transport is None:
            return
        method, path = ([*self._received.split(b" ", 2), b"", b""])[:2]
        if (method, path) == (b"POST", b"/reset"):
            self._service.clear()
            status = b"200 OK"
        else:
            status = b"200 OK" if path == b"/" else b"404 Not Found"
        self._transport.write(
            b"HTTP/1.1 "
            + status
            + b"\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n\r\nOk\n"
        )
        self._transport.close()
