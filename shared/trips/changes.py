"""How a trip changes: in one transaction together with its event, which is published after the commit."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.runtime.caller import Caller
from shared.runtime.clock import Clock
from shared.runtime.ids import Ids
from shared.trips.rules import name_of
from shared.trips.store import TripStore, TripTransaction

T = TypeVar("T")


class TripChanges:
    def __init__(self, store: TripStore, outbox: Outbox, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._ids = ids

    def now(self) -> datetime:
        return self._clock.now()

    def event(self, kind: str, trip_id: str, caller: Caller, now: datetime, **data: Any) -> Event:
        """What the caller did to a trip; `data` always tells their name."""
        return Event(
            event_id=self._ids.new(),
            type=kind,
            trip_id=trip_id,
            actor=caller.uid,
            at=now,
            data={"name": name_of(caller), **data},
        )

    def commit(self, work: Callable[[TripTransaction], tuple[T, Event | None]]) -> T:
        """Run `work` in one transaction, maybe several times, and publish the event that it added. Raises Aborted."""
        result, event = self._store.transact(work)
        if event:
            self._outbox.publish(event)
        return result
