"""An HTTP/2 server connection, as much of RFC 9113 as gRPC needs.

What is sent during one turn of the event loop leaves in one write; a response larger than the peer's windows waits for
them, and who produces it waits with it.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol, cast

from hpack import Decoder, HPACKError

from emulator.firestore import frames
from emulator.firestore.frames import ConnectionFailureError, Frame, FrameReader

_OUR_WINDOW = 8 * 1024 * 1024
_REPLENISH_BYTES = 1024 * 1024
_PATIENCE_BYTES = 256 * 1024
_MAX_STREAMS = 2000
_MAX_HEADER_BYTES = 64 * 1024

Headers = dict[bytes, bytes]


class Handler(Protocol):
    """What serves one stream."""

    def data_received(self, data: bytes) -> None: ...

    def end_received(self) -> None: ...

    def cancelled(self) -> None:
        """The peer, or the connection, is gone."""


class Stream:
    """One exchange: what its handler sends with."""

    def __init__(self, connection: "Http2Connection", number: int, window: int) -> None:
        self.number = number
        self.window = window
        self.handler: Handler | None = None
        self.received = 0
        self.remote_ended = False
        self.pending: deque[bytes] = deque()
        self.pending_bytes = 0
        self.trailers: bytes | None = None
        self._connection = connection
        self._drained: asyncio.Event | None = None

    def send_headers(self, block: bytes) -> None:
        self._connection.write(frames.frame(frames.HEADERS, frames.END_HEADERS, self.number, block))

    def send_data(self, data: bytes) -> None:
        self.pending.append(data)
        self.pending_bytes += len(data)
        self._connection.pump(self)

    def send_trailers(self, block: bytes) -> None:
        """Ends the stream when all data has left."""
        self.trailers = block
        self._connection.pump(self)

    @property
    def congested(self) -> bool:
        """Whether so much waits to be sent that producing more should wait too."""
        return self.pending_bytes > _PATIENCE_BYTES or self._connection.congested

    async def drained(self) -> None:
        """Waits while the stream is congested."""
        while self.congested:
            self._drained = self._drained or asyncio.Event()
            await self._drained.wait()
            self._drained = None

    def wake(self) -> None:
        if self._drained is not None and not self.congested:
            self._drained.set()


class Http2Connection(asyncio.Protocol):
    """Serves the streams of one connection; `accept` makes the handler of each from its headers."""

    def __init__(self, accept: Callable[[Stream, Headers], Handler]) -> None:
        self._accept = accept
        self._reader = FrameReader()
        self._decoder = Decoder(max_header_list_size=_MAX_HEADER_BYTES)
        self._known_blocks: dict[bytes, Headers] = {}
        self._streams: dict[int, Stream] = {}
        self._last = 0
        self._window = frames.DEFAULT_WINDOW
        self._stream_window = frames.DEFAULT_WINDOW
        self._received = 0
        self._headers: tuple[Frame, bytearray] | None = None
        self._out: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self.congested = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.write(
            frames.settings(
                {
                    frames.SETTING_MAX_CONCURRENT_STREAMS: _MAX_STREAMS,
                    frames.SETTING_INITIAL_WINDOW_SIZE: _OUR_WINDOW,
                }
            )
            + frames.window_update(0, frames.MAX_WINDOW - frames.DEFAULT_WINDOW)
        )

    def data_received(self, data: bytes) -> None:
        try:
            for found in self._reader.feed(data):
                self._handle(found)
        except ConnectionFailureError as failure:
            self._fail(failure)

    def _fail(self, failure: ConnectionFailureError) -> None:
        self.write(frames.goaway(self._last, failure.code, str(failure)))
        self.close()

    def close(self) -> None:
        """Sends what is due and ends the connection."""
        self._flush()
        if self._transport is not None:
            self._transport.close()

    def shut_down(self) -> None:
        """Tells the peer that the server stops, and ends the connection."""
        self.write(frames.goaway(self._last, frames.NO_ERROR, ""))
        self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        for stream in tuple(self._streams.values()):
            self._forget(stream)

    def pause_writing(self) -> None:
        self.congested = True

    def resume_writing(self) -> None:
        self.congested = False
        for stream in tuple(self._streams.values()):
            stream.wake()

    def write(self, data: bytes) -> None:
        """Queues bytes for the end of this turn of the loop."""
        if not self._out:
            asyncio.get_running_loop().call_soon(self._flush)
        self._out.append(data)

    def _flush(self) -> None:
        if self._out and self._transport is not None:
            self._transport.write(b"".join(self._out))
        self._out.clear()

    def _handle(self, found: Frame) -> None:
        kind = found.kind
        if self._headers is not None and (kind != frames.CONTINUATION or found.stream != self._headers[0].stream):
            raise ConnectionFailureError(frames.PROTOCOL_ERROR, "a header block was not continued")
        if kind == frames.DATA:
            self._on_data(found)
        elif kind == frames.HEADERS:
            self._on_headers(found, frames.unpadded(found))
        elif kind == frames.CONTINUATION:
            self._on_continuation(found)
        elif kind == frames.WINDOW_UPDATE:
            self._on_window_update(found)
        elif kind == frames.RST_STREAM:
            self._on_reset(found)
        elif kind == frames.SETTINGS:
            self._on_settings(found)
        elif kind == frames.PING:
            if len(found.payload) != 8 or found.stream:
                raise ConnectionFailureError(frames.FRAME_SIZE_ERROR, "PING of a wrong length")
            if not found.flags & frames.ACK:
                self.write(frames.frame(frames.PING, frames.ACK, 0, found.payload))
        elif kind == frames.PUSH_PROMISE:
            raise ConnectionFailureError(frames.PROTOCOL_ERROR, "a client cannot promise")

    def _on_headers(self, found: Frame, block: bytes) -> None:
        if found.stream % 2 == 0:
            raise ConnectionFailureError(frames.PROTOCOL_ERROR, "a client's stream has an odd number")
        if found.flags & frames.END_HEADERS:
            self._open(found, block)
        else:
            self._headers = found, bytearray(block)

    def _on_continuation(self, found: Frame) -> None:
        if self._headers is None:
            raise ConnectionFailureError(frames.PROTOCOL_ERROR, "nothing to continue")
        first, block = self._headers
        block += found.payload
        if len(block) > _MAX_HEADER_BYTES:
            raise ConnectionFailureError(frames.PROTOCOL_ERROR, "headers are too long")
        if found.flags & frames.END_HEADERS:
            self._headers = None
            self._open(first, bytes(block))

    def _open(self, found: Frame, block: bytes) -> None:
        headers = self._decode(block)
        stream = self._streams.get(found.stream)
        if stream is None:
            if found.stream <= self._last:
                if found.stream in self._streams:
                    raise ConnectionFailureError(frames.STREAM_CLOSED, "the stream is closed")
                return  # trailers of a stream that this side has ended already
            self._last = found.stream
            stream = self._streams[found.stream] = Stream(self, found.stream, self._stream_window)
            stream.handler = self._accept(stream, headers)
        if found.flags & frames.END_STREAM:
            self._ended(stream)

    def _decode(self, block: bytes) -> Headers:
        # A block of nothing but one-byte table references leaves the table as it is: the same means the same again,
        # until another block changes the table.
        known = self._known_blocks.get(block)
        if known is not None:
            return known
        try:
            headers = dict(self._decoder.decode(block, raw=True))
        except HPACKError as error:
            raise ConnectionFailureError(frames.COMPRESSION_ERROR, str(error)) from error
        if block and min(block) >= 0x80 and max(block) < 0xFF:
            self._known_blocks[block] = headers
        else:
            self._known_blocks.clear()
        return headers

    def _on_data(self, found: Frame) -> None:
        size = len(found.payload)
        self._received += size
        if self._received >= _REPLENISH_BYTES:
            self.write(frames.window_update(0, self._received))
            self._received = 0
        stream = self._streams.get(found.stream)
        if stream is None or stream.remote_ended or stream.handler is None:
            if not found.stream or found.stream > self._last:
                raise ConnectionFailureError(frames.PROTOCOL_ERROR, "DATA on a stream that was not opened")
            return
        stream.received += size
        if stream.received >= _REPLENISH_BYTES:
            self.write(frames.window_update(stream.number, stream.received))
            stream.received = 0
        stream.handler.data_received(frames.unpadded(found))
        if found.flags & frames.END_STREAM:
            self._ended(stream)

    def _ended(self, stream: Stream) -> None:
        stream.remote_ended = True
        if stream.handler is not None:
            stream.handler.end_received()

    def _on_reset(self, found: Frame) -> None:
        if not found.stream or found.stream > self._last:
            raise ConnectionFailureError(frames.PROTOCOL_ERROR, "RST_STREAM for a stream that was not opened")
        stream = self._streams.get(found.stream)
        if stream is not None:
            self._forget(stream)

    def _forget(self, stream: Stream) -> None:
        self._streams.pop(stream.number, None)
        if stream.handler is not None:
            handler, stream.handler = stream.handler, None
            handler.cancelled()

    def _on_settings(self, found: Frame) -> None:
        if found.stream:
            raise ConnectionFailureError(frames.PROTOCOL_ERROR, "SETTINGS of a stream")
        if found.flags & frames.ACK:
            return
        for key, value in frames.parse_settings(found.payload):
            if key == frames.SETTING_INITIAL_WINDOW_SIZE:
                if value > frames.MAX_WINDOW:
                    raise ConnectionFailureError(frames.FLOW_CONTROL_ERROR, "a window that is too large")
                for stream in self._streams.values():
                    stream.window += value - self._stream_window
                self._stream_window = value
        self.write(frames.frame(frames.SETTINGS, frames.ACK, 0))
        self._pump_all()

    def _on_window_update(self, found: Frame) -> None:
        increment = frames.parse_increment(found.payload)
        if not found.stream:
            self._window += increment
            if self._window > frames.MAX_WINDOW:
                raise ConnectionFailureError(frames.FLOW_CONTROL_ERROR, "a window that is too large")
            self._pump_all()
            return
        stream = self._streams.get(found.stream)
        if stream is not None:
            stream.window += increment
            self.pump(stream)

    def _pump_all(self) -> None:
        for stream in tuple(self._streams.values()):
            self.pump(stream)

    def pump(self, stream: Stream) -> None:
        """Sends as much of a stream's data as the windows admit, then its trailers."""
        while stream.pending:
            room = min(self._window, stream.window, frames.MAX_FRAME_BYTES)
            if room <= 0:
                return
            chunk = stream.pending.popleft()
            while stream.pending and len(chunk) + len(stream.pending[0]) <= room:
                chunk += stream.pending.popleft()
            if len(chunk) > room:
                stream.pending.appendleft(chunk[room:])
                chunk = chunk[:room]
            self._window -= len(chunk)
            stream.window -= len(chunk)
            stream.pending_bytes -= len(chunk)
            self.write(frames.frame(frames.DATA, 0, stream.number, chunk))
        if stream.trailers is not None and stream.number in self._streams:
            flags = frames.END_HEADERS | frames.END_STREAM
            self.write(frames.frame(frames.HEADERS, flags, stream.number, stream.trailers))
            del self._streams[stream.number]
            if not stream.remote_ended:
                self.write(frames.reset(stream.number, frames.NO_ERROR))
            return
        stream.wake()
