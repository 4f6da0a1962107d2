"""Runs the emulator: `python -m emulator.storage --port 9199 [--rules storage.rules]` (0: a free port)."""

from __future__ import annotations

import sys
from pathlib import Path

from emulator.common.program import ConfigurationError, arguments, refuse, run
from emulator.storage.rules import Guard
from emulator.storage.server import server

if __name__ == "__main__":
    parser = arguments("storage", "Cloud Storage, and Cloud Storage for Firebase, in memory.")
    parser.add_argument(
        "--rules", type=Path, help="security rules; without them nobody but administrators may do anything"
    )
    options = parser.parse_args()
    try:
        guard = Guard(options.rules)
    except ConfigurationError as error:
        sys.exit(refuse("storage", error))
    sys.exit(run("storage", server(guard), host=options.host, port=options.port))
