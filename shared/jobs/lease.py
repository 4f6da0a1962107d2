"""Keeping a lease while its holder works: renewed in the background, so that it may be short."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from google.api_core.exceptions import GoogleAPICallError

from shared.runtime.errors import TravvyError
from shared.runtime.logs import log


class _Lease:
    """One lease. Its thread begins when it is first due, so that short work has none."""

    def __init__(self, renew: Callable[[], object], seconds: float, name: str) -> None:
        self._renew = renew
        self._every = seconds / 3
        self._name = name
        self._guard = threading.Lock()
        self._ended = threading.Event()
        self._keeper: threading.Thread | None = None
        self.lost = threading.Event()
        self.due = time.monotonic() + self._every

    def begin(self) -> None:
        """Renew it from now on, unless its holder has ended."""
        with self._guard:
            if not self._ended.is_set():
                self._keeper = threading.Thread(target=self._keep, name=self._name, daemon=True)
                self._keeper.start()

    def end(self) -> None:
        """Its holder has ended; when this returns, nothing is renewed any more."""
        with self._guard:
            self._ended.set()
        if self._keeper:
            self._keeper.join()

    def _keep(self) -> None:
        while not self._ended.is_set():
            try:
                self._renew()
            except TravvyError:
                self.lost.set()
                return
            except GoogleAPICallError as error:
                log.warning("lease not renewed", lease=self._name, error=str(error))
            self._ended.wait(self._every)


class _Watch:
    """One thread for a process, which begins the leases that fall due."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, _Lease]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def add(self, lease: _Lease) -> None:
        with self._changed:
            heapq.heappush(self._waiting, (lease.due, next(self._numbers), lease))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                self._thread.start()
            elif self._waiting[0][2] is lease:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._waiting or self._waiting[0][0] > time.monotonic():
                    self._changed.wait(self._waiting[0][0] - time.monotonic() if self._waiting else None)
                lease = heapq.heappop(self._waiting)[2]
            lease.begin()


_watch = _Watch()


@contextmanager
def kept(renew: Callable[[], object], seconds: float, name: str) -> Iterator[threading.Event]:
    """A block during which a lease of so many `seconds` is renewed every third of them, by a thread of this `name`.

    The event is set once `renew` says by a TravvyError that the lease is lost. A failure of Firestore is only logged:
    the next renewal may still come in time.
    """
    lease = _Lease(renew, seconds, name)
    _watch.add(lease)
    try:
        yield lease.lost
    finally:
        lease.end()
