"""Cheap rate limits inside one instance: token buckets by key, the least recently used forgotten first."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from shared.runtime.errors import ResourceExhausted

_MOST_KEYS: Final = 20_000


class Limiter:
    """Lets each key through `per_minute` times a minute; a full bucket may be used at once. Thread-safe."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._capacity = float(per_minute)
        self._per_second = per_minute / 60
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one token of the key; 0 if there was one, otherwise the seconds until there will be."""
        now = self._monotonic()
        with self._lock:
            tokens, since = self._buckets.pop(key, (self._capacity, now))
            tokens = min(self._capacity, tokens + (now - since) * self._per_second)
            allowed = tokens >= 1
            self._buckets[key] = (tokens - 1 if allowed else tokens, now)
            if len(self._buckets) > _MOST_KEYS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._per_second


def admit(limiter: Limiter | None, key: str, whose: str) -> None:
    """Raise ResourceExhausted if the key has used up its calls; `whose` says in the message who called too often."""
    wait = limiter.take(key) if limiter else 0.0
    if wait:
        seconds = max(1.0, round(wait, 1))
        raise ResourceExhausted(
            f"Too many calls from {whose}. Try again in {seconds:g} seconds.",
            reason="RATE_LIMITED",
            metadata={"scope": whose},
            retry_after=seconds,
        )
