"""Making an expensive thing once, whichever thread asks first."""

import functools
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

_T = TypeVar("_T")


class Once(Generic[_T]):
    """A factory without arguments that runs once; every caller gets the same result. Thread-safe."""

    def __init__(self, make: Callable[[], _T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[_T] = []
        functools.update_wrapper(self, make)
        _factories.add(self)

    def __call__(self) -> _T:
        """The result, made now if it was not yet."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(self._make())
        return self._made[0]

    def forget(self) -> None:
        """Make a new one at the next call: for a process whose settings changed, such as a test."""
        with self._lock:
            self._made.clear()


_factories: WeakSet[Once[Any]] = WeakSet()


def once(make: Callable[[], _T]) -> Once[_T]:
    """Decorate a factory so that it runs once."""
    return Once(make)


def forget_all() -> None:
    """Have every factory of this process make a new one at the next call."""
    for factory in list(_factories):
        factory.forget()
