"""Runs the stand-in: `python -m emulator.vision --port 9799` (0: a free port)."""

from __future__ import annotations

import sys

from emulator.common.program import arguments, run
from emulator.vision.server import server

if __name__ == "__main__":
    options = arguments("vision", "A stand-in for the Cloud Vision API.").parse_args()
    sys.exit(run("vision", server(), host=options.host, port=options.port))
