"""Writes the activity feed from the trip's events."""

from string import Formatter

from shared.activity.models import Entry
from shared.activity.store import ActivityStore
from shared.events.models import Event
from shared.trips.access import FORMER

WORDS = {
    "trip.created.v1": "{name} created the trip",
    "trip.member_joined.v1": "{name} joined as {role}",
    "trip.poll_created.v1": "{name} asked: {title}",
    "trip.updated.v1": "{name} changed {what}",
    "trip.link_made.v1": "{name} made an invitation link for the role {role}",
    "trip.invited.v1": "{name} invited somebody by e-mail as {role}",
    "trip.invitation_revoked.v1": "{name} took back an invitation",
    "trip.member_left.v1": "{name} left",
    "trip.member_removed.v1": "{name} removed {member}",
    "trip.member_role_changed.v1": "{name} made {member} {role}",
    "trip.handed_over.v1": "{name} handed the trip over to {member}",
    "trip.guest_added.v1": "{name} added a guest",
    "trip.guest_removed.v1": "{name} took a guest out of the trip",
    "trip.poll_closed.v1": "The vote is over: {title}",
    "trip.expense_added.v1": "{name} entered an expense: {title}",
    "trip.expense_changed.v1": "{name} corrected an expense: {title}",
    "trip.expense_removed.v1": "{name} took out an expense: {title}",
    "trip.payment_added.v1": "{name} recorded a payment",
    "trip.payment_removed.v1": "{name} took out a payment",
    "trip.comment_mentioned.v1": "{name} mentioned somebody in a comment",
    "trip.published.v1": "{name} published the trip's page",
    "trip.unpublished.v1": "{name} took the trip's public page down",
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
        entry = Entry(
            type=event.type,
            actor=event.actor,
            at=event.at,
            words=words.format_map(event.data),
            about=event.data.get("uid"),
            told={name: event.data[name] for _, name, _, _ in Formatter().parse(words) if name},
        )
        return self._store.add(event.trip_id, event.event_id, entry)

    def forget(self, trip_id: str, uid: str) -> None:
        """Take the name of somebody who is gone for good out of a trip's feed."""
        self._store.rewrite(trip_id, uid, lambda entry: _without_name(entry, uid))


def _without_name(entry: Entry, uid: str) -> Entry:
    former = {
        **({"name": FORMER} if entry.actor == uid else {}),
        **({"member": FORMER} if entry.about == uid else {}),
    }
    told = {**entry.told, **{name: value for name, value in former.items() if name in entry.told}}
    return entry.model_copy(update={"told": told, "words": WORDS[entry.type].format_map(told)})
