"""Keeping a lease while its holder works: renewed in the background, so that it may be short."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from google.api_core.exceptions import GoogleAPICallError

from shared.runtime.errors import TravvyError
from shared.runtime.logs import log


@contextmanager
def kept(renew: Callable[[], object], seconds: float, name: str) -> Iterator[threading.Event]:
    """A block during which a lease of so many `seconds` is renewed every third of them, by a thread of this `name`.

    The event is set once `renew` says by a TravvyError that the lease is lost. A failure of Firestore is only logged:
    the next renewal may still come in time.
    """
    ended, lost = threading.Event(), threading.Event()

    def keep() -> None:
        while not ended.wait(seconds / 3):
            try:
                renew()
            except TravvyError:
                lost.set()
                return
            except GoogleAPICallError as error:
                log.warning("lease not renewed", lease=name, error=str(error))

    keeper = threading.Thread(target=keep, name=name, daemon=True)
    keeper.start()
    try:
        yield lost
    finally:
        ended.set()
        keeper.join()
