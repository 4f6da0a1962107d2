"""Runs the stand-in: `python -m emulator.gemini --port 9399` (0: a free port)."""

from __future__ import annotations

import asyncio
import errno
import sys
import threading

from emulator.common.program import PortTakenError, arguments, run
from emulator.gemini.gazetteer import Gazetteer
from emulator.gemini.server import GeminiServer
from shared.places.catalogue import CatalogueProvider

POLL_SECONDS = 0.1


class GeminiPart:
    """The stand-in as a part of the emulator: one thread that accepts, one per connection."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._server: GeminiServer | None = None
        self._thread: threading.Thread | None = None

    async def start(self, host: str, port: int) -> int:
        """Serves; returns the port. Raises PortTakenError."""
        try:
            self._server = GeminiServer((host, port), self._gazetteer)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTakenError(host, port) from error
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self._thread.start()
        return int(self._server.server_address[1])

    async def stop(self) -> None:
        """Stops accepting; slow answers end at once, and connections die with the process."""
        if self._server and self._thread:
            await asyncio.to_thread(self._server.shutdown)
            self._thread.join()
            self._server.socket.close()


if __name__ == "__main__":
    options = arguments("gemini", "A stand-in for the Gemini Developer API.").parse_args()
    part = GeminiPart(Gazetteer(CatalogueProvider().destinations()))
    sys.exit(run("gemini", part, host=options.host, port=options.port))
