"""One WebChannel session: a stream of the service behind numbered arrays that a client acknowledges.

What the client sends arrives as numbered messages in POSTs (the forward channel). What the service answers is kept as
arrays `[n, payload]` until the client says that it has them, and leaves through one long response at a time (the back
channel); when that breaks, the next one begins after the last array the client has.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing, suppress
from itertools import islice
from typing import Any

from grpc import StatusCode

from emulator.firestore.auth import AuthContext
from emulator.firestore.errors import StatusError, invalid_argument
from emulator.firestore.http.codec import decode, encode, load
from emulator.firestore.http.messages import TURN_BYTES, error_body

_log = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS = 30.0

_MAX_UNACKNOWLEDGED_BYTES = 16 * 1024 * 1024
_MAX_BACK_CHANNEL_BYTES = 4 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_NOOP = '["noop"]'

Stream = Callable[[AsyncIterator[Any], AuthContext], AsyncGenerator[Any, None]]


class Session:
    """A live stream. `ended` is called when the client terminates it, or has sent nothing and had no back channel open
    for `idle_seconds`."""

    def __init__(
        self,
        stream: Stream,
        message_type: Any,
        auth: AuthContext,
        ended: Callable[["Session"], object],
        *,
        idle_seconds: float = 60.0,
    ) -> None:
        self.id = secrets.token_urlsafe(16)
        self._message_type = message_type
        self._ended = ended
        self._idle_seconds = idle_seconds
        self._received: asyncio.Queue[str] = asyncio.Queue()
        self._next_message = 0
        self._arrays: list[str] = []
        self._acknowledged = 0
        self._bytes = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._back: object | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._running = asyncio.get_running_loop().create_task(self._run(stream, auth))
        self._wait_for_client()

    @property
    def has_back_channel(self) -> bool:
        return self._back is not None

    @property
    def last_array(self) -> int:
        return self._acknowledged + len(self._arrays)

    @property
    def outstanding_bytes(self) -> int:
        """The size of what the client has not acknowledged."""
        return self._bytes

    def receive(self, offset: int, messages: Sequence[str]) -> None:
        """Takes messages, the first of which has this number; those it already has are a resend. Raises
        INVALID_ARGUMENT for a gap."""
        if offset > self._next_message:
            raise invalid_argument(f"Message {self._next_message} is missing.")
        for message in messages[self._next_message - offset :]:
            self._received.put_nowait(message)
            self._next_message += 1
        self._wait_for_client()

    def acknowledge(self, array: int) -> None:
        """Forgets the arrays up to this number."""
        gone = self._arrays[: max(0, array - self._acknowledged)]
        del self._arrays[: len(gone)]
        self._acknowledged += len(gone)
        self._bytes -= sum(map(len, gone))
        if self._bytes <= _MAX_UNACKNOWLEDGED_BYTES:
            self._room.set()

    async def back_channel(self, seconds: float, *, streaming: bool) -> AsyncGenerator[str, None]:
        """Batches of arrays, as JSON, for as long as this is the latest back channel: after `seconds` without one a
        noop, without streaming only one. The first of a stream comes at once, to show that nothing holds it up."""
        mine = self._back = object()
        self._news.set()
        self._wait_for_client()
        if streaming and not self._arrays:
            self._push(_NOOP)
        sent, size = self._acknowledged, 0
        try:
            while self._back is mine:
                batch = self._batch(sent)
                if not batch:
                    await self._wait_for_news(seconds)
                    continue
                sent = max(sent, self._acknowledged) + len(batch)
                text = f"[{','.join(batch)}]"
                size += len(text)
                yield text
                if not streaming or size > _MAX_BACK_CHANNEL_BYTES:
                    return
        finally:
            if self._back is mine:
                self._back = None
                self._wait_for_client()

    def close(self) -> None:
        """Ends the stream and its back channel."""
        self._running.cancel()
        self._back = None
        self._news.set()
        if self._expiry is not None:
            self._expiry.cancel()
        self._ended(self)

    def _batch(self, sent: int) -> list[str]:
        """What comes after array `sent`, as far as it makes a chunk of moderate size."""
        batch, size = [], 0
        for array in islice(self._arrays, max(0, sent - self._acknowledged), None):
            batch.append(array)
            size += len(array)
            if size > _CHUNK_BYTES:
                break
        return batch

    async def _wait_for_news(self, seconds: float) -> None:
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
            return
        self._push(_NOOP)

    def _wait_for_client(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
        self._expiry = None if self._back else asyncio.get_running_loop().call_later(self._idle_seconds, self.close)

    def _push(self, payload: str) -> int:
        """Adds an array; returns its size."""
        array = f"[{self.last_array + 1},{payload}]"
        self._arrays.append(array)
        self._bytes += len(array)
        if self._bytes > _MAX_UNACKNOWLEDGED_BYTES:
            self._room.clear()
        self._news.set()
        return len(array)

    async def _run(self, stream: Stream, auth: AuthContext) -> None:
        unshared = 0
        try:
            async with aclosing(stream(self._messages(), auth)) as responses:
                async for response in responses:
                    unshared += self._push(f"[{encode(response)}]")
                    if unshared > TURN_BYTES:
                        unshared = 0
                        await asyncio.sleep(0)
                    await self._room.wait()
        except StatusError as error:
            self._fail(error)
        except Exception:  # noqa: BLE001 - the outermost boundary of a stream: logged, and told to its client
            _log.exception("a WebChannel stream failed")
            self._fail(StatusError(StatusCode.INTERNAL, "Internal error; see the emulator's log."))

    def _fail(self, error: StatusError) -> None:
        self._push(json.dumps([error_body(error)]))

    async def _messages(self) -> AsyncIterator[Any]:
        while True:
            yield decode(self._message_type, load(await self._received.get()))
