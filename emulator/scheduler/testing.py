"""For tests: the Cloud Scheduler emulator as a process."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from emulator.common.testing import Program, configured


def running(*, jobs: Sequence[dict[str, Any]], port: int = 0) -> AbstractContextManager[Program]:
    """The emulator on a free port (or `port`); `jobs` as in `emulator.scheduler.jobs`."""
    return configured("scheduler", {"jobs": list(jobs)}, flag="--schedules", port=port)
