"""Waking those who wait for a change of state."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class Signal:
    """A change that any number of coroutines wait for. Check the state, then wait: no change in between is lost,
    as long as nothing is awaited between the two."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        """Wakes everyone who waits now."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def wait(self, timeout_seconds: float | None) -> None:
        """Returns at the next change, or after `timeout_seconds` (None: never without a change)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_seconds):
                await self._event.wait()
