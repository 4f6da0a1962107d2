"""What an instance remembers for minutes, in memory only: the terms allow no more (docs/maps.md)."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """At most `most` values, each for `seconds`; the least recently used goes first. Thread-safe."""

    def __init__(self, *, most: int, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._values: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value, if it is young enough."""
        with self._lock:
            found = self._values.get(key)
            if found is None:
                return None
            if found[0] <= self._monotonic():
                del self._values[key]
                return None
            self._values.move_to_end(key)
            return found[1]

    def put(self, values: Mapping[K, V]) -> None:
        """Remember these from now on."""
        until = self._monotonic() + self._seconds
        with self._lock:
            for key, value in values.items():
                self._values[key] = (until, value)
                self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def __len__(self) -> int:
        return len(self._values)


class Turns:
    """One at a time for each key: whoever asks the same as somebody already does waits, and finds it remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[Hashable, tuple[threading.Lock, int]] = {}

    @contextmanager
    def turn(self, key: Hashable) -> Iterator[None]:
        """Holds the key until the block ends."""
        with self._lock:
            own, waiting = self._taken.get(key, (threading.Lock(), 0))
            self._taken[key] = own, waiting + 1
        try:
            with own:
                yield
        finally:
            with self._lock:
                own, waiting = self._taken[key]
                if waiting == 1:
                    del self._taken[key]
                else:
                    self._taken[key] = own, waiting - 1
