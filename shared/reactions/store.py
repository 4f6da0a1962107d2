"""Reactions in Firestore."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from typing import Any

from google.cloud.firestore import DELETE_FIELD, Client, WriteBatch

from shared.cloud.documents import in_batches
from shared.reactions.models import Reaction, StopReactions
from shared.runtime.caller import Role
from shared.trips.access import live_roles, trip_ref


class ReactionStore:
    """Reads and writes reactions; each method is one round trip."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def put(self, trip_id: str, stop_id: str, uid: str, reaction: Reaction | None, now: datetime) -> None:
        """Write one person's reaction and nothing else of the document; None takes it away."""
        changed = {"byUid": {uid: DELETE_FIELD if reaction is None else reaction}, "updatedAt": now}
        self._client.document("trips", trip_id, "reactions", stop_id).set(changed, merge=True)

    def all(self, trip_id: str) -> tuple[Mapping[str, Role], dict[str, StopReactions]]:
        """The roles and, side by side, the reactions to each stop."""
        trip = _pool().submit(trip_ref(self._client, trip_id).get)
        found = self._client.collection("trips", trip_id, "reactions").stream()
        reactions = {snapshot.id: StopReactions.from_stored(snapshot.to_dict()) for snapshot in found}
        return live_roles(trip.result()), reactions

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """Somebody's reactions, for their archive."""
        return [{"stopId": stop_id, "reaction": by_uid[uid]} for stop_id, by_uid in self._reacted(trip_id, uid)]

    def forget(self, trip_id: str, uid: str) -> None:
        """Take back all reactions of somebody who is gone for good."""

        def take_back(batch: WriteBatch, stop_id: str) -> None:
            reference = self._client.document("trips", trip_id, "reactions", stop_id)
            batch.set(reference, {"byUid": {uid: DELETE_FIELD}}, merge=True)

        in_batches(self._client, [stop_id for stop_id, _ in self._reacted(trip_id, uid)], take_back)

    def _reacted(self, trip_id: str, uid: str) -> list[tuple[str, dict[str, str]]]:
        found = self._client.collection("trips", trip_id, "reactions").stream()
        told = [(reactions.id, (reactions.to_dict() or {}).get("byUid", {})) for reactions in found]
        return [(stop_id, by_uid) for stop_id, by_uid in told if uid in by_uid]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="reactions")
