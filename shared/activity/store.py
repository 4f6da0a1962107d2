"""The activity feed in Firestore: `trips/{tripId}/activity/{eventId}`."""

from collections.abc import Callable
from typing import Any

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client, CollectionReference, FieldFilter, Or

from shared.activity.models import Entry
from shared.cloud.documents import in_batches, stored


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

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """What the feed says that somebody did, and that was done to them, for their archive."""
        return stored(self._feed(trip_id).where(filter=_concerning(uid)))

    def rewrite(self, trip_id: str, uid: str, change: Callable[[Entry], Entry]) -> None:
        """Replace the entries that somebody caused or that are about them; those that stay as they are cost nothing."""
        known = [
            (one.reference, Entry.from_stored(one.to_dict()))
            for one in self._feed(trip_id).where(filter=_concerning(uid)).stream()
        ]
        changed = [(reference, after) for reference, before in known if (after := change(before)) != before]
        in_batches(self._client, changed, lambda batch, one: batch.set(one[0], one[1].to_stored()))

    def _feed(self, trip_id: str) -> CollectionReference:
        return self._client.collection("trips", trip_id, "activity")


def _concerning(uid: str) -> Or:
    return Or([FieldFilter("actor", "==", uid), FieldFilter("about", "==", uid)])
