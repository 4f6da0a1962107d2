"""Waking those who wait for a change of state."""

from __future__ import annotations

import asyncio
from contextlib import suppress

# Waits are measured by a clock that stands still while the machine sleeps; what is due is due by the other one.
LONGEST_WAIT_SECONDS = 20.0


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
        """Returns at the next change, or after `timeout_seconds` (None: never without a change); a long wait may end
        early, so look again."""
        shortened = None if timeout_seconds is None else min(timeout_seconds, LONGEST_WAIT_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(shortened):
                await self._event.wait()
