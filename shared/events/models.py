"""Events: frozen, versioned, past tense. Subscribers are idempotent by `event_id`."""

from typing import Any

from pydantic import Field

from shared.documents import Document, Instant

TRIP_EVENTS = "trip-events"
"""The Pub/Sub topic that carries every event of a trip."""


class Event(Document):
    """Something that happened to a trip, e.g. `trip.member_joined.v1`; `actor` is the uid of who caused it."""

    event_id: str
    type: str
    trip_id: str
    actor: str
    at: Instant
    data: dict[str, Any] = Field(default_factory=dict)
