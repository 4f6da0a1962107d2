"""Running one part of the emulator as a program: the READY line, signals, exit codes."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from typing import Protocol

from shared.runtime.collecting import settle

EXIT_BAD_CONFIGURATION = 2
EXIT_PORT_TAKEN = 3


class PortTakenError(Exception):
    """Another program listens on the port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is taken: stop the program that uses it or choose another with --port")


class ConfigurationError(Exception):
    """A configuration file cannot be used; the message says which part and why."""


class Server(Protocol):
    """What a part must offer to be run."""

    async def start(self, host: str, port: int) -> int:
        """Serves; returns the port (a free one when 0 was asked for). Raises PortTakenError."""
        ...

    async def stop(self) -> None:
        """Ends every activity within two seconds."""
        ...


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on the port (a free one for 0). Raises PortTakenError."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise PortTakenError(host, port) from error
    return listener


def arguments(part: str, summary: str) -> argparse.ArgumentParser:
    """The options every part has; add the part's own to the result."""
    parser = argparse.ArgumentParser(prog=f"python -m emulator.{part}", description=summary)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, required=True, help="port to listen on; 0 for a free one")
    return parser


def run(part: str, server: Server, *, host: str, port: int) -> int:
    """Serves until SIGTERM or SIGINT. Returns the exit code: 0, or 3 with a line on stderr if the port is taken."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        asyncio.run(_serve(part, server, host, port))
    except PortTakenError as error:
        sys.stderr.write(f"{part}: {error}\n")
        return EXIT_PORT_TAKEN
    return 0


def refuse(part: str, error: ConfigurationError) -> int:
    """Reports a configuration that cannot be used; returns the exit code."""
    sys.stderr.write(f"{part}: {error}\n")
    return EXIT_BAD_CONFIGURATION


async def _serve(part: str, server: Server, host: str, port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    bound = await server.start(host, port)
    settle()
    sys.stdout.write(f"READY {part} {host}:{bound}\n")
    sys.stdout.flush()
    await stopped.wait()
    await server.stop()
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        # Nobody can interrupt a thread, nobody wants what it computes any more, and Python would wait for it.
        os._exit(0)
