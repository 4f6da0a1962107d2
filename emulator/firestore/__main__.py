"""Runs the Firestore emulator alone: `python -m emulator.firestore --port 8080`."""

import argparse
import asyncio
import logging
import sys
from pathlib import Path

import uvloop

from emulator.firestore.server import Options, serve


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="python -m emulator.firestore", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080, help="0 takes a free one")
    parser.add_argument("--rules", type=Path, help="firestore.rules; reloaded when the file changes")
    parser.add_argument("--indexes", type=Path, help="firestore.indexes.json; queries without their index are refused")
    parser.add_argument("--no-index-check", action="store_true", help="answer queries that production would refuse")
    parser.add_argument("--data", type=Path, help="keep all data in this directory")
    parser.add_argument("--triggers", type=Path, help="JSON list of document triggers: type, document, url")
    parser.add_argument("--import", type=Path, dest="import_from", help="load documents from this file at the start")
    parser.add_argument("--export-on-exit", type=Path, dest="export_to", help="write all documents to this file")
    parser.add_argument("--log-level", default="WARNING", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    parsed = parser.parse_args(arguments)
    logging.basicConfig(level=parsed.log_level, format="%(levelname)s %(name)s: %(message)s")
    return Options(
        host=parsed.host,
        port=parsed.port,
        rules=parsed.rules,
        indexes=parsed.indexes,
        index_check=not parsed.no_index_check,
        data=parsed.data,
        triggers=parsed.triggers,
        import_from=parsed.import_from,
        export_to=parsed.export_to,
    )


def main() -> int:
    """Serves until SIGTERM or SIGINT; returns 3 when the port is taken, 2 when a file cannot be used."""
    options = _options(sys.argv[1:])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve(options))


if __name__ == "__main__":
    sys.exit(main())
