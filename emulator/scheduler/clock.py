"""The time that schedules follow."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

# A suspended machine or a corrected clock must not delay a run by more than this.
LONGEST_SLEEP_SECONDS = 20.0


class Clock(Protocol):
    """Tells the time (UTC) and waits for it."""

    def now(self) -> datetime: ...

    async def sleep_until(self, time: datetime) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, time: datetime) -> None:
        while (left := time - self.now()) > timedelta():
            await asyncio.sleep(min(left.total_seconds(), LONGEST_SLEEP_SECONDS))
