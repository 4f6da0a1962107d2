"""What the benchmarks of the backend share: the cloud that they measure, and how they print waits."""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from emulator.layout import PARTS
from emulator.testing import LocalCloud, local_cloud
from shared.cloud import firestore

BEGUN: Mapping[str, Callable[[dict[str, Any]], bool]] = {"first progress, s": lambda job: job["progress"] > 0}
UNLIMITED = {"TRAVVY_RATE_LIMITS": "off"}


def waits(told: Mapping[str, Mapping[str, float]], width: int) -> None:
    """Print how long people waited, a line for each thing that they waited for."""
    for name, figures in told.items():
        print(f"{name:<{width}} " + "   ".join(f"{key} {value:6.2f}" for key, value in figures.items()))


@contextmanager
def backend_cloud(without: Collection[str] = ("scheduler",), parts: Iterable[str] = PARTS) -> Iterator[LocalCloud]:
    """A local cloud without rate limits, to which this process talks for as long as the block lasts."""
    with local_cloud([part for part in parts if part not in without], extra=UNLIMITED) as cloud:
        os.environ.update(cloud.environment())
        yield cloud


def job_waits(
    trip_id: str, start: Callable[[], str], marks: Mapping[str, Callable[[dict[str, Any]], bool]], patience: float
) -> dict[str, float]:
    """Seconds from calling `start`, which returns the id of the trip's job, to its answer, to when a listener first
    sees a job that has reached each of the `marks`, and to its end.

    Raises TimeoutError after `patience` seconds, and RuntimeError if the job fails.
    """
    seen: dict[str, float] = {}
    failures: list[str] = []
    ended = threading.Event()
    started = time.monotonic()
    job_id = start()
    seen["answered, s"] = time.monotonic() - started

    def follow(snapshots: Any, _changes: Any, _at: Any) -> None:
        now = time.monotonic() - started
        for job in (snapshot.to_dict() for snapshot in snapshots):
            for name, reached in marks.items():
                if reached(job):
                    seen.setdefault(name, now)
            if job["state"] in ("done", "failed"):
                seen.setdefault("done, s", now)
                failures.extend([job["error"]["reason"]] if job["error"] else [])
                ended.set()

    watch = firestore.client().document("trips", trip_id, "jobs", job_id).on_snapshot(follow)
    try:
        if not ended.wait(patience):
            raise TimeoutError(f"a job did not end within {patience} s")
    finally:
        watch.unsubscribe()
    if failures:
        raise RuntimeError(f"a job failed: {failures[0]}")
    return seen
