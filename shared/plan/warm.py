"""What an instance remembers between requests: the plans it saw last, and a lock for each."""

import threading
from collections import OrderedDict

from shared.plan.state import PlanState

PLANS_KEPT = 64


class WarmPlans:
    """The newest known state of the plans used last. Thread-safe; a lock serialises the commits of one instance to one
    plan, so that its own requests do not race each other for the next version."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._states: OrderedDict[str, PlanState] = OrderedDict()
        self._locks: dict[str, threading.Lock] = {}

    def get(self, trip_id: str) -> PlanState | None:
        with self._guard:
            state = self._states.get(trip_id)
            if state:
                self._states.move_to_end(trip_id)
            return state

    def put(self, trip_id: str, state: PlanState) -> PlanState:
        """Remember a state unless a newer one is known; returns the newest."""
        with self._guard:
            known = self._states.get(trip_id)
            if known and known.version >= state.version:
                return known
            self._states[trip_id] = state
            self._states.move_to_end(trip_id)
            while len(self._states) > PLANS_KEPT:
                forgotten, _ = self._states.popitem(last=False)
                lock = self._locks.get(forgotten)
                if lock and not lock.locked():
                    del self._locks[forgotten]
            return state

    def forget(self, trip_id: str) -> None:
        with self._guard:
            self._states.pop(trip_id, None)

    def lock(self, trip_id: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(trip_id, threading.Lock())
