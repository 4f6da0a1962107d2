"""Writes the activity feed `trips/{tripId}/activity/{eventId}` from the trip's events."""

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client

from shared.events.models import Event

WORDS = {
    "trip.created.v1": "{name} created the trip",
    "trip.member_joined.v1": "{name} joined as {role}",
}


class ActivityService:
    def __init__(self, client: Client) -> None:
        self._client = client

    def record(self, event: Event) -> bool:
        """Add the event to the feed; False if it stands there already or is of no interest to travellers."""
        words = WORDS.get(event.type)
        if words is None:
            return False
        entry = self._client.document("trips", event.trip_id, "activity", event.event_id)
        try:
            entry.create(
                {"type": event.type, "actor": event.actor, "at": event.at, "words": words.format_map(event.data)}
            )
        except AlreadyExists:
            return False
        return True
