"""The activity feed in Firestore: `trips/{tripId}/activity/{eventId}`."""

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client

from shared.activity.models import Entry


class ActivityStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def add(self, trip_id: str, event_id: str, entry: Entry) -> bool:
        """Store an entry; False if it stands there already. One round trip."""
        try:
            self._client.document("trips", trip_id, "activity", event_id).create(entry.to_stored())
        except AlreadyExists:
            return False
        return True
