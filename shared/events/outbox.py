"""The outbox: an event is stored in the transaction of its cause, so neither exists without the other."""

from datetime import timedelta

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore import Client, FieldFilter, Transaction, WriteBatch

from shared.cloud import pubsub
from shared.events.models import TRIP_EVENTS, Event
from shared.runtime.clock import Clock
from shared.runtime.logs import log

SWEEP_AFTER = timedelta(seconds=20)
"""A younger event may still be on its way with the caller that wrote it."""
SWEEP_PAGE = 200
PUBLISH_SECONDS = 2


class Outbox:
    def __init__(self, client: Client, clock: Clock) -> None:
        self._clock = clock
        self._outbox = client.collection("outbox")

    def add(self, writes: Transaction | WriteBatch, event: Event) -> None:
        """Add the event to the transaction or batch that commits its cause."""
        writes.create(self._outbox.document(event.event_id), event.to_stored())

    def publish(self, event: Event) -> bool:
        """Publish right after the commit. A failure is logged and left to `sweep`; the caller's work is done."""
        try:
            published = pubsub.publisher().publish(
                pubsub.topic_path(TRIP_EVENTS),
                event.model_dump_json(by_alias=True).encode(),
                eventId=event.event_id,
                type=event.type,
                tripId=event.trip_id,
            )
            published.result(timeout=PUBLISH_SECONDS)
            self._outbox.document(event.event_id).delete()
        except (GoogleAPICallError, TimeoutError) as error:
            log.warning("event left to the sweep", event_id=event.event_id, event_type=event.type, error=str(error))
            return False
        return True

    def sweep(self) -> int:
        """Publish what was committed but not published SWEEP_AFTER ago or earlier; returns how many."""
        before = self._clock.now() - SWEEP_AFTER
        stale = self._outbox.where(filter=FieldFilter("at", "<", before)).order_by("at").limit(SWEEP_PAGE).get()
        return sum(self.publish(Event.from_stored(snapshot.to_dict())) for snapshot in stale)
