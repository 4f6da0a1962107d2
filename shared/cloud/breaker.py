"""A circuit breaker: whoever calls a service that is down is told so at once, and the service is left in peace.

The states and their names are those of Michael Nygard, "Release It!" (2007), chapter "Stability Patterns".
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from shared.runtime.errors import Unavailable
from shared.runtime.logs import log

_LEAST_WAIT_SECONDS: Final = 0.1


class State(StrEnum):
    """CLOSED lets calls through, OPEN refuses them, HALF_OPEN lets a single one try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """Opens after `failures` failed calls in a row, for `rest` seconds; then one call tries again.

    While that call fails, each rest is twice as long as the one before, at most `longest_rest` seconds. One breaker
    stands before one service in one instance. Thread-safe.
    """

    def __init__(
        self,
        service: str,
        *,
        failures: int = 5,
        rest: float = 5.0,
        longest_rest: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._most = failures
        self._first_rest = rest
        self._longest_rest = longest_rest
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failed = 0
        self._rest = rest
        self._until = 0.0
        self._probing = False
        self._state = State.CLOSED

    @property
    def state(self) -> State:
        with self._lock:
            rested = self._state is State.OPEN and self._monotonic() >= self._until
            return State.HALF_OPEN if rested else self._state

    @contextmanager
    def attempt(self, failed: Callable[[Exception], bool]) -> Iterator[None]:
        """One call. Raises Unavailable (SERVICE_RESTING, with retry_after) instead of entering while it is open.

        `failed` tells which exceptions of the block mean that the service is down; any other is an answer of it. What
        is no Exception (a thread that is stopped) says nothing of the service.
        """
        self._admit()
        try:
            yield
        except Exception as error:
            self._report(failed=failed(error))
            raise
        except BaseException:
            self._abandon()
            raise
        self._report(failed=False)

    def _admit(self) -> None:
        with self._lock:
            now = self._monotonic()
            if self._state is State.CLOSED:
                return
            if now >= self._until and not self._probing:
                self._state, self._probing = State.HALF_OPEN, True
                return
            wait = max(self._until - now, _LEAST_WAIT_SECONDS)
        raise Unavailable(
            f"{self._service} does not answer at the moment. Try again soon",
            reason="SERVICE_RESTING",
            metadata={"service": self._service},
            retry_after=wait,
        )

    def _report(self, *, failed: bool) -> None:
        with self._lock:
            before = self._state
            if not failed:
                # A call from before the breaker opened is no news; only the one that tries closes it.
                if before is not State.OPEN:
                    self._close()
            elif before is State.HALF_OPEN:
                self._open(min(self._rest * 2, self._longest_rest))
            elif before is State.CLOSED:
                self._failed += 1
                if self._failed >= self._most:
                    self._open(self._first_rest)
            after = self._state
        if before is not after:
            log.warning("circuit breaker", service=self._service, state=after.value, before=before.value)

    def _abandon(self) -> None:
        with self._lock:
            if self._state is State.HALF_OPEN:
                self._state, self._probing = State.OPEN, False

    def _close(self) -> None:
        self._state, self._failed, self._rest, self._probing = State.CLOSED, 0, self._first_rest, False

    def _open(self, rest: float) -> None:
        self._state, self._rest, self._probing = State.OPEN, rest, False
        self._until = self._monotonic() + rest
