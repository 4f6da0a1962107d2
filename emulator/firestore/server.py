"""Starting and stopping: from options to a listening server."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.firestore import definitions, triggers, ttl
from emulator.firestore.gate import Gate
from emulator.firestore.grpc_server import GrpcServer
from emulator.firestore.http import connection
from emulator.firestore.journal import Journal, JournalError
from emulator.firestore.mux import Front
from emulator.firestore.rules.guard import RulesGuard
from emulator.firestore.rules.watch import follow, read
from emulator.firestore.service import FirestoreService
from emulator.firestore.transfer import TransferError, export_documents, import_documents
from shared.runtime.collecting import settle

EXIT_BAD_CONFIGURATION = 2
EXIT_PORT_TAKEN = 3

_POLL_SECONDS = 0.25

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says. Without `indexes` no query is refused for want of an index."""

    host: str = "127.0.0.1"
    port: int = 0
    rules: Path | None = None
    indexes: Path | None = None
    index_check: bool = True
    data: Path | None = None
    triggers: Path | None = None
    import_from: Path | None = None
    export_to: Path | None = None


class ConfigurationError(Exception):
    """An option names something that cannot be used."""


async def serve(options: Options) -> int:
    """Serves until SIGTERM or SIGINT; returns the exit code."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with running(options) as (host, port):
            settle()
            sys.stdout.write(f"READY firestore {host}:{port}\n")
            sys.stdout.flush()
            await stop.wait()
    except ConfigurationError as error:
        sys.stderr.write(f"firestore: {error}\n")
        return EXIT_BAD_CONFIGURATION
    except OSError as error:
        sys.stderr.write(f"firestore: cannot listen on {options.host}:{options.port}: {error.strerror}\n")
        return EXIT_PORT_TAKEN
    return 0


@contextlib.asynccontextmanager
async def running(options: Options) -> AsyncIterator[tuple[str, int]]:
    """A served emulator and where it listens. Raises ConfigurationError, or OSError when the port is taken."""
    loop = asyncio.get_running_loop()
    async with contextlib.AsyncExitStack() as stack:
        service = await _service(options, stack)
        grpc = GrpcServer(service)
        stack.callback(grpc.close)
        front = await loop.create_server(
            lambda: Front(grpc.connection, lambda: connection(service)), options.host, options.port, backlog=1024
        )
        stack.callback(front.close)
        host, port = front.sockets[0].getsockname()[:2]
        yield host, port


async def _service(options: Options, stack: contextlib.AsyncExitStack) -> FirestoreService:
    try:
        journal = Journal(options.data) if options.data else None
        defined = definitions.load(options.indexes) if options.indexes else None
        asked = triggers.load(options.triggers) if options.triggers else ()
    except (JournalError, definitions.DefinitionError, triggers.TriggerError) as error:
        raise ConfigurationError(str(error)) from error
    dispatcher = await _dispatcher(asked, stack) if asked else None
    gate = Gate(RulesGuard(), defined, check_indexes=options.index_check)
    service = FirestoreService(gate, journal=journal, dispatcher=dispatcher)
    if options.rules is not None:
        if not read(options.rules, service.reload_rules):
            raise ConfigurationError(f"{options.rules} is not in force")
        _background(follow(options.rules, service.reload_rules), stack)
    if options.indexes is not None:
        _background(_follow_definitions(options.indexes, gate), stack)
    if journal is not None:
        service.restore()
        stack.push_async_callback(journal.close)
    if options.import_from is not None:
        try:
            import_documents(service, options.import_from)
        except (OSError, TransferError) as error:
            raise ConfigurationError(str(error)) from error
    if options.export_to is not None:
        stack.callback(export_documents, service, options.export_to)
    _background(ttl.sweep_forever(service), stack)
    return service


async def _dispatcher(asked: Sequence[triggers.Trigger], stack: contextlib.AsyncExitStack) -> triggers.Dispatcher:
    from emulator.common.outgoing import Outgoing  # an HTTP client takes long to import, and few ask for triggers

    outgoing = Outgoing()
    stack.push_async_callback(outgoing.close)
    dispatcher = triggers.Dispatcher(asked, outgoing)
    stack.push_async_callback(dispatcher.close)
    return dispatcher


async def _follow_definitions(path: Path, gate: Gate) -> None:
    seen = path.stat().st_mtime_ns
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        with contextlib.suppress(FileNotFoundError):
            found = path.stat().st_mtime_ns
            if found == seen:
                continue
            seen = found
            try:
                gate.definitions = definitions.load(path)
            except definitions.DefinitionError as error:
                _log.error("%s; the old definitions stay in force", error)
            else:
                _log.warning("%s: reloaded", path)


def _background(work: Coroutine[None, None, None], stack: contextlib.AsyncExitStack) -> None:
    task = asyncio.get_running_loop().create_task(work)

    async def stop() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
