"""Runs the stand-in: `python -m emulator.speech --port 9699` (0: a free port)."""

from __future__ import annotations

import sys

from emulator.common.program import arguments, run
from emulator.speech.server import server

if __name__ == "__main__":
    options = arguments("speech", "A stand-in for Cloud Speech-to-Text v2 that understands English.").parse_args()
    sys.exit(run("speech", server(), host=options.host, port=options.port))
