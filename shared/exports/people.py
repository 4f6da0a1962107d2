"""What to call those whom a plan names: members, guests, and whoever has left. Without I/O."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.exports.itinerary import line
from shared.exports.words import say
from shared.trips.access import FORMER
from shared.trips.models import Trip
from shared.words.languages import DEFAULT, Language


def names_of(
    trip: Trip,
    plan: Mapping[str, Any],
    members: Callable[[Sequence[str]], Mapping[str, str]],
    language: Language = DEFAULT,
) -> dict[str, str]:
    """Names by the ids that stops and packing items tell; a guest with an account goes by that one's name.

    `members` looks members' names up, and is asked only if the plan names any.
    """
    persons = {told: _person(trip, told) for told in _told(plan)}
    uids = sorted({person for person in persons.values() if person in trip.roles})
    known = members(uids) if uids else {}
    guests = {guest_id: guest.name for guest_id, guest in trip.guests.items() if guest.name != FORMER}
    former = say(language, "former")
    return {told: line(known.get(person) or guests.get(person) or former) for told, person in persons.items()}


def _told(plan: Mapping[str, Any]) -> Iterable[str]:
    for stop in plan["stops"].values():
        yield from stop.get("who", {})
    for item in plan["packing"].values():
        if item.get("assignee"):
            yield item["assignee"]


def _person(trip: Trip, told: str) -> str:
    guest = trip.guests.get(told)
    return guest.claimed_by if guest and guest.claimed_by in trip.roles else told
