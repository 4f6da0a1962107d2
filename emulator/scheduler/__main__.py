"""`python -m emulator.scheduler --port N --schedules FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from emulator.common.program import ConfigurationError, arguments, refuse, run
from emulator.scheduler.jobs import read_jobs
from emulator.scheduler.server import SchedulerServer


def main() -> int:
    parser = arguments("scheduler", "Cloud Scheduler on one machine.")
    parser.add_argument(
        "--schedules",
        "--config",
        type=Path,
        required=True,
        help="JSON file with the jobs, as in emulator.scheduler.jobs",
    )
    options = parser.parse_args()
    try:
        jobs = read_jobs(options.schedules)
    except ConfigurationError as error:
        return refuse("scheduler", error)
    return run("scheduler", SchedulerServer(jobs), host=options.host, port=options.port)


if __name__ == "__main__":
    sys.exit(main())
