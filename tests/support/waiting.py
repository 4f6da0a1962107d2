"""Waiting for a condition, never for luck."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(probe: Callable[[], T], timeout: float = 120, pause: float = 0.05) -> T:
    """The first truthy result of a probe. Raises AssertionError if there is none in time."""
    deadline = time.monotonic() + timeout
    while not (result := probe()):
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(pause)
    return result
