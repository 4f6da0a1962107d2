"""Keeping below a service's quota from our side, so that it need not refuse us."""

import threading
import time
from collections.abc import Callable


class Pace:
    """Hands out `per_minute` units a minute, up to a minute's worth at once (token bucket). Thread-safe."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._left = self._capacity
        self._since = monotonic()

    def reserve(self, units: int, patience: float) -> float | None:
        """Seconds after which the units may be used, at most `patience`; None, and nothing reserved, if it would be
        longer."""
        with self._lock:
            now = self._monotonic()
            self._left = min(self._capacity, self._left + (now - self._since) * self._per_second)
            self._since = now
            wait = max(0.0, (units - self._left) / self._per_second)
            if wait > patience:
                return None
            self._left -= units
            return wait

    def wait(self, units: int) -> float:
        """Seconds until so many units would be free."""
        with self._lock:
            return max(0.0, (units - self._left) / self._per_second)
