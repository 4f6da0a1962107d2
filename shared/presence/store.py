"""Presence documents in Firestore: `trips/{t}/presence/{uid}_{device}`, written by clients under the security rules."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from google.cloud.firestore import Client, DocumentSnapshot, FieldFilter


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

    def remove(self, seen: DocumentSnapshot[Any]) -> bool:
        """Delete a presence as it was seen; False if it was renewed or removed since."""
        try:
            seen.reference.delete(option=self._client.write_option(last_update_time=seen.update_time))
        except (FailedPrecondition, NotFound):
            return False
        return True
