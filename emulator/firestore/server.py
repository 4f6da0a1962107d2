"""Starting and stopping: options to a listening server."""

import asyncio
import contextlib
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from emulator.firestore.grpc_server import create_server
from emulator.firestore.mux import Front
from emulator.firestore.plain import PlainHttp
from emulator.firestore.rules import watch
from emulator.firestore.rules.guard import RulesGuard
from emulator.firestore.service import FirestoreService

PORT_TAKEN = 3
BAD_RULES = 1


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    host: str = "127.0.0.1"
    port: int = 0
    rules: Path | None = None
    indexes: Path | None = None
    index_check: bool = True
    data: Path | None = None


async def serve(options: Options) -> int:
    """Serves until SIGTERM or SIGINT; returns the exit code."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    service = FirestoreService(RulesGuard())
    if options.rules and not watch.read(options.rules, service.reload_rules):
        return BAD_RULES
    with tempfile.TemporaryDirectory(prefix="firestore-") as directory:
        socket = f"{directory}/grpc"
        grpc_server = create_server(service)
        grpc_server.add_insecure_port(f"unix:{socket}")
        await grpc_server.start()
        try:
            front = await loop.create_server(
                lambda: Front(socket, lambda: PlainHttp(service)), options.host, options.port, backlog=1024
            )
        except OSError as error:
            print(f"firestore: cannot listen on {options.host}:{options.port}: {error.strerror}", file=sys.stderr)  # noqa: T201
            await grpc_server.stop(None)
            return PORT_TAKEN
        host, port = front.sockets[0].getsockname()[:2]
        print(f"READY firestore {host}:{port}", flush=True)  # noqa: T201
        watcher = asyncio.create_task(watch.follow(options.rules, service.reload_rules)) if options.rules else None
        await stop.wait()
        if watcher is not None:
            watcher.cancel()
        front.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(grpc_server.stop(0.2), 1)
    return 0
