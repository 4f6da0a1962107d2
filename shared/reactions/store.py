"""Reactions in Firestore."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache

from google.cloud.firestore import DELETE_FIELD, Client

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


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="reactions")
