"""`python -m emulator.pubsub --port N [--data DIR] [--config FILE]`."""

from __future__ import annotations

import sys
from pathlib import Path

from emulator.common.program import ConfigurationError, arguments, refuse, run
from emulator.pubsub.config import Setup, read_setup
from emulator.pubsub.server import server


def main() -> int:
    parser = arguments("pubsub", "Pub/Sub on one machine.")
    parser.add_argument("--data", type=Path, help="directory that keeps topics, subscriptions and messages")
    parser.add_argument("--config", type=Path, help="JSON file with the topics and subscriptions to make at start")
    options = parser.parse_args()
    try:
        setup = read_setup(options.config) if options.config else Setup()
    except ConfigurationError as error:
        return refuse("pubsub", error)
    return run("pubsub", server(data=options.data, setup=setup), host=options.host, port=options.port)


if __name__ == "__main__":
    sys.exit(main())
