"""For tests: the Cloud Scheduler emulator as a process."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emulator.common.testing import Program, program


@contextmanager
def running(*, jobs: Sequence[dict[str, Any]], port: int = 0) -> Iterator[Program]:
    """The emulator on a free port (or `port`); `jobs` as in `emulator.scheduler.jobs`."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "schedules.json")
        path.write_text(json.dumps({"jobs": list(jobs)}), "utf-8")
        with program("scheduler", "--schedules", str(path), port=port) as started:
            yield started
