"""An HTTP server for a Starlette application, run inside the program's own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette

from emulator.common.program import listen

STOP_SECONDS: Final = 1


class _Uvicorn(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the program's business."""
        yield


class HttpServer:
    """The listening side. Quiet: callers see every answer."""

    def __init__(self, application: Starlette) -> None:
        config = uvicorn.Config(
            application,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = _Uvicorn(config)
        self._serving: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Listens and returns the port (a free one for 0). Raises PortTakenError."""
        listener = listen(host, port)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        return int(listener.getsockname()[1])

    async def stop(self) -> None:
        """Ends every connection within STOP_SECONDS."""
        if self._serving:
            self._server.should_exit = True
            await self._serving
