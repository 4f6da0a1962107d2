"""Writes the activity feed from the trip's events."""

from shared.activity.models import Entry
from shared.activity.store import ActivityStore
from shared.events.models import Event

WORDS = {
    "trip.created.v1": "{name} created the trip",
    "trip.member_joined.v1": "{name} joined as {role}",
    "trip.updated.v1": "{name} changed {what}",
    "trip.link_made.v1": "{name} made an invitation link for the role {role}",
    "trip.deleted.v1": "{name} deleted the trip",
    "trip.restored.v1": "{name} brought the trip back",
}


class ActivityService:
    def __init__(self, store: ActivityStore) -> None:
        self._store = store

    def record(self, event: Event) -> bool:
        """Add the event to the feed; False if it stands there already or is of no interest to travellers."""
        words = WORDS.get(event.type)
        if words is None:
            return False
        entry = Entry(type=event.type, actor=event.actor, at=event.at, words=words.format_map(event.data))
        return self._store.add(event.trip_id, event.event_id, entry)
