"""Runs the stand-in: `python -m emulator.maps --port 9599` (0: a free port)."""

from __future__ import annotations

import sys

from emulator.common.program import arguments, run
from emulator.maps.server import server

if __name__ == "__main__":
    parser = arguments("maps", "A stand-in for the Routes API and the Places API (New) of Google Maps Platform.")
    parser.add_argument(
        "--per-minute", type=float, default=3_000, help="quota: elements, requests of Places (default: %(default)g)"
    )
    options = parser.parse_args()
    sys.exit(run("maps", server(options.per_minute), host=options.host, port=options.port))
