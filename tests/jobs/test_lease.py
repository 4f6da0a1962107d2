"""A lease is renewed while its holder works, and only then; work that is over sooner starts no thread."""

import threading

from google.api_core.exceptions import ServiceUnavailable

from shared.jobs.lease import kept
from shared.runtime.errors import Aborted


class Renewals:
    """Counts renewals, the first of which may fail."""

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.made = threading.Semaphore(0)
        self.threads: list[str] = []

    def __call__(self) -> None:
        self.threads.append(threading.current_thread().name)
        self.made.release()
        if self._failures:
            raise self._failures.pop(0)


def test_it_is_renewed_again_and_again_even_after_a_failure(cloud: object) -> None:
    renewals = Renewals(ServiceUnavailable("down"))
    with kept(renewals, 0.03, "mine") as lost:
        for _ in range(3):
            assert renewals.made.acquire(timeout=10)
    assert not lost.is_set()
    assert set(renewals.threads) == {"mine"}
    assert "mine" not in {thread.name for thread in threading.enumerate()}


def test_a_lost_one_is_told_and_left_alone() -> None:
    renewals = Renewals(Aborted("taken", reason="JOB_TAKEN_OVER"))
    with kept(renewals, 0.03, "lost") as lost:
        assert lost.wait(10)
    assert len(renewals.threads) == 1


def test_those_that_are_due_first_are_renewed_first() -> None:
    late, soon = Renewals(), Renewals()
    with kept(late, 3600, "late"), kept(soon, 0.03, "soon"):
        assert soon.made.acquire(timeout=10)
        names = {thread.name for thread in threading.enumerate()}
    assert ("late" in names, late.threads) == (False, [])
