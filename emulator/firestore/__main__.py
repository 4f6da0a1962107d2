"""Runs the Firestore emulator alone: `python -m emulator.firestore --port 8080`."""

import argparse
import asyncio
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
    parsed = parser.parse_args(arguments)
    return Options(
        host=parsed.host,
        port=parsed.port,
        rules=parsed.rules,
        indexes=parsed.indexes,
        index_check=not parsed.no_index_check,
        data=parsed.data,
    )


def main() -> int:
    """Serves until SIGTERM or SIGINT; returns 3 when the port is taken."""
    options = _options(sys.argv[1:])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(serve(options))


if __name__ == "__main__":
    sys.exit(main())
