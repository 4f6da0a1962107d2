"""Who may do what on a trip, read from the trip's document by the areas that share a round trip with it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from google.cloud.firestore import Client, DocumentReference, DocumentSnapshot

from shared.runtime.caller import Role

FORMER: Final = "Former traveller"
"""What to call somebody who is no member any more, or has no account any more."""


def trip_ref(client: Client, trip_id: str) -> DocumentReference:
    return client.document("trips", trip_id)


def live_roles(trip: DocumentSnapshot[Any]) -> Mapping[str, Role]:
    """The roles on a trip as read; empty if the trip is missing or deleted."""
    data = trip.to_dict() or {}
    return {} if data.get("deletedAt") else data.get("roles", {})


def member_names(client: Client, trip_id: str, uids: Sequence[str]) -> dict[str, str]:
    """What to call people of a trip; whoever left is "Former traveller". One round trip."""
    references = [client.document("trips", trip_id, "members", uid) for uid in uids]
    found = {member.id: member.get("name") for member in client.get_all(references) if member.exists}
    return {uid: found.get(uid, FORMER) for uid in uids}
