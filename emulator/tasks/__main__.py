"""`python -m emulator.tasks --port N [--data DIR] [--config FILE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from emulator.common.program import ConfigurationError, arguments, refuse, run
from emulator.tasks.config import read_queues
from emulator.tasks.server import server


def main() -> int:
    parser = arguments("tasks", "Cloud Tasks on one machine.")
    parser.add_argument("--data", type=Path, help="directory that keeps queues and tasks across restarts")
    parser.add_argument("--config", type=Path, help="JSON file with the queues to make at start")
    options = parser.parse_args()
    try:
        queues = read_queues(options.config) if options.config else []
    except ConfigurationError as error:
        return refuse("tasks", error)
    return run("tasks", server(data=options.data, queues=queues), host=options.host, port=options.port)


if __name__ == "__main__":
    sys.exit(main())
