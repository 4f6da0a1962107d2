"""Presence documents in Firestore: `trips/{t}/presence/{uid}_{device}`, written by clients under the security rules."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore import Client, DocumentSnapshot, FieldFilter, Query

from shared.cloud.documents import in_batches, stored


class PresenceStore:
    def __init__(self, client: Client) -> None:
        self._client = client

    def expired(self, now: datetime, limit: int) -> Iterator[DocumentSnapshot[Any]]:
        """Presences that nobody renewed in time, the oldest first."""
        query = (
            self._client.collection_group("presence")
            .where(filter=FieldFilter("expiresAt", "<", now))
            .order_by("expiresAt")
            .select(["expiresAt"])
            .limit(limit)
        )
        yield from query.stream()

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """Where somebody is looking, for their archive."""
        return stored(self._of(trip_id, uid))

    def forget(self, trip_id: str, uid: str) -> None:
        """Delete the presences of somebody who is gone for good."""
        seen = [found.reference for found in self._of(trip_id, uid).stream()]
        in_batches(self._client, seen, lambda batch, reference: batch.delete(reference))

    def _of(self, trip_id: str, uid: str) -> Query:
        return self._client.collection("trips", trip_id, "presence").where(filter=FieldFilter("uid", "==", uid))

    def remove(self, seen: DocumentSnapshot[Any]) -> bool:
        """Delete a presence as it was seen; False if it was renewed or removed since."""
        try:
            seen.reference.delete(option=self._client.write_option(last_update_time=seen.update_time))
        except (FailedPrecondition, NotFound):
            return False
        return True
