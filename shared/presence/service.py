"""Use case of presence: clear up behind apps that disappeared without saying so."""

from shared.presence.store import PresenceStore
from shared.runtime.clock import Clock

SWEEP_PAGE = 500


class PresenceService:
    def __init__(self, store: PresenceStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def sweep(self) -> int:
        """Delete expired presences, unless they are renewed at this moment; returns how many."""
        return sum(self._store.remove(seen) for seen in list(self._store.expired(self._clock.now(), SWEEP_PAGE)))
