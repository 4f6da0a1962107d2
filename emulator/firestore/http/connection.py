"""One HTTP/1.1 connection: h11 parses, requests are answered one after the other, a malformed one ends it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from http import HTTPStatus
from typing import cast

import h11

from emulator.firestore.http.messages import TURN_BYTES, Request, Response

_log = logging.getLogger(__name__)

MAX_BODY_BYTES = 11_534_336
"""What production takes."""

_MAX_HEAD_BYTES = 64 * 1024
_MAX_AHEAD_BYTES = 256 * 1024

Answer = Callable[[Request], Awaitable[Response]]


class Connection(asyncio.Protocol):
    """Reads requests off a transport and hands each to `answer`, which must not raise for a bad request."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD_BYTES)
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._body_size = 0
        self._ahead = 0
        self._paused = False
        self._serving: asyncio.Task[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._http.receive_data(data)
        if self._serving is None:
            self._advance()
            return
        self._ahead += len(data)
        if self._ahead > _MAX_AHEAD_BYTES and not self._paused:
            self._paused = True
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._serving is not None:
            self._serving.cancel()

    def _advance(self) -> None:
        """Takes events off what has been received, until a request is complete or more bytes are needed."""
        try:
            while (event := self._http.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.Request):
                    self._head, self._body, self._body_size = event, bytearray(), 0
                elif isinstance(event, h11.Data):
                    self._body_size += len(event.data)
                    if self._body_size <= MAX_BODY_BYTES:
                        self._body += event.data
                elif isinstance(event, h11.EndOfMessage) and self._head is not None:
                    self._serving = asyncio.get_running_loop().create_task(self._serve(self._head))
                    return
                else:
                    self._transport.close()
                    return
            if self._http.they_are_waiting_for_100_continue:
                self._send(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
        except h11.RemoteProtocolError as error:
            self._refuse(error)

    def _refuse(self, error: h11.RemoteProtocolError) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = f"{error}\n".encode()
            self._send(_head(Response(error.error_status_hint, body, headers=(("Connection", "close"),))))
            self._send(h11.Data(data=body))
            self._send(h11.EndOfMessage())
        self._transport.close()

    async def _serve(self, head: h11.Request) -> None:
        try:
            await self._respond(head, await self._response(head))
        except Exception:  # noqa: BLE001 - the outermost boundary: logged, and ends this connection alone
            _log.exception("%s %s failed", head.method.decode(), head.target.decode())
            self._transport.abort()
        else:
            self._next()

    async def _respond(self, head: h11.Request, response: Response) -> None:
        self._send(_head(response))
        if head.method == b"HEAD":
            pass
        elif isinstance(response.body, bytes):
            self._send(h11.Data(data=response.body))
            await self._writable.wait()
        else:
            unshared = 0
            async with aclosing(response.body) as parts:
                async for part in parts:
                    self._send(h11.Data(data=part))
                    unshared += len(part)
                    if unshared > TURN_BYTES:
                        unshared = 0
                        await asyncio.sleep(0)
                    await self._writable.wait()
        self._send(h11.EndOfMessage())

    def _next(self) -> None:
        if self._http.our_state is not h11.DONE:
            self._transport.close()
            return
        self._http.start_next_cycle()
        self._serving, self._ahead = None, 0
        if self._paused:
            self._paused = False
            self._transport.resume_reading()
        self._advance()

    async def _response(self, head: h11.Request) -> Response:
        if self._body_size > MAX_BODY_BYTES:
            return Response(413, b"Request payload size exceeds the limit: %d bytes.\n" % MAX_BODY_BYTES)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        request = Request(
            head.method.decode(),
            head.target.decode(),
            headers,
            bytes(self._body),
            self._transport.get_extra_info("sockname")[:2],
        )
        return await self._answer(request)

    def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._transport.write(data)


def _head(response: Response) -> h11.Response:
    headers = [("Content-Type", response.content_type), *response.headers]
    if isinstance(response.body, bytes):
        headers.append(("Content-Length", str(len(response.body))))
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = ""
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return h11.Response(status_code=response.status, headers=encoded, reason=reason.encode())
