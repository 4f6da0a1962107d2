"""Versions: commit and read times as integers of microseconds since 1970, strictly growing with each commit."""

import time
from datetime import UTC, datetime

from emulator.firestore.protos import Timestamp


def to_timestamp(version: int) -> Timestamp:
    return Timestamp(seconds=version // 1_000_000, nanos=version % 1_000_000 * 1000)


def from_timestamp(stamp: Timestamp) -> int:
    return int(stamp.seconds) * 1_000_000 + int(stamp.nanos) // 1000


def to_datetime(version: int) -> datetime:
    return datetime.fromtimestamp(version / 1_000_000, UTC)


class VersionClock:
    """Follows the wall clock, but never repeats a commit time nor commits at a time that a read was told."""

    def __init__(self) -> None:
        self._last = 0

    def read(self) -> int:
        """A time at which everything committed so far is visible and nothing later will be."""
        self._last = max(self._last, time.time_ns() // 1000)
        return self._last

    def commit(self) -> int:
        """A time later than all handed out before."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return self._last

    def advance(self, version: int) -> None:
        """Makes the next commit later than `version` (one that was read from a journal)."""
        self._last = max(self._last, version)
