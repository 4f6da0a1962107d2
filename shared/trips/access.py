"""Who may do what on a trip, read from the trip's document by the areas that share a round trip with it."""

from collections.abc import Mapping

from typing import Any

from google.cloud.firestore import Client, DocumentReference, DocumentSnapshot

from shared.runtime.caller import Role


def trip_ref(client: Client, trip_id: str) -> DocumentReference:
    return client.document("trips", trip_id)


def live_roles(trip: DocumentSnapshot[Any]) -> Mapping[str, Role]:
    """The roles on a trip as read; empty if the trip is missing or deleted."""
    data = trip.to_dict() or {}
    return {} if data.get("deletedAt") else data.get("roles", {})
