"""The group's own ideas as candidates: places of the provider, or points on the map of which no hours are known."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from shared.assistant import interest
from shared.assistant.choice import Candidate, idea_key
from shared.assistant.constraints import TripConstraints
from shared.assistant.context import Idea
from shared.places.models import Destination, Place
from shared.places.provider import PlaceProvider
from shared.places.travel import great_circle
from shared.reactions.group import Group
from shared.words import say

MOST: Final = 40
_LEAST_INTEREST: Final = 0.7
"""Somebody wrote it down for this trip: that is worth more than a middling entry of the catalogue."""
_REACH_METRES: Final = 60_000
_MEAL_TAGS: Final = ("lunch", "dinner")


def places_of(ideas: Iterable[Idea], constraints: TripConstraints, provider: PlaceProvider) -> dict[str, Place]:
    """By idea, the place it stands for, with the idea's own minutes; ideas outside the trip's destinations have none.

    Of several ideas for one place the first counts.
    """
    towns = {leg.destination: town for leg in constraints.legs if (town := provider.destination(leg.destination))}
    found: dict[str, Place] = {}
    taken: set[str] = set()
    for idea in ideas:
        place = provider.get(idea.place_id) if idea.place_id else None
        if place is None:
            place = _point(idea, towns.values())
        if place is not None and place.destination in towns and place.id not in taken:
            taken.add(place.id)
            found[idea.id] = replace(place, minutes=idea.minutes)
    return found


def candidates_of(
    ideas: Iterable[Idea], constraints: TripConstraints, provider: PlaceProvider, group: Group
) -> list[Candidate]:
    """The ideas that may be planned, at most 40, what more people care for first; vetoed and disliked ones are not."""
    by_id = {idea.id: idea for idea in ideas if not group.vetoed(idea.id)}
    found = []
    for stop_id, place in places_of(by_id.values(), constraints, provider).items():
        if not interest.is_disliked(place, constraints):
            worth = max(interest.interest(place, constraints), _LEAST_INTEREST)
            reason = say(constraints.language, "why_idea")
            found.append(Candidate(place_id=place.id, interest=worth, reason=reason, idea=stop_id))
    found.sort(key=lambda one: (-len(group.reactions.get(one.idea or "", {})), one.place_id))
    return found[:MOST]


def _point(idea: Idea, towns: Iterable[Destination]) -> Place | None:
    """An idea that is only a point, as a place that may be visited at any hour."""
    if idea.lat is None or idea.lng is None:
        return None
    here = (idea.lat, idea.lng)
    town = min(towns, key=lambda town: great_circle(here, (town.lat, town.lng)), default=None)
    if town is None or great_circle(here, (town.lat, town.lng)) > _REACH_METRES:
        return None
    return Place(
        id=idea_key(idea.id),
        destination=town.id,
        name=idea.name,
        local_name=None,
        aliases=(),
        lat=idea.lat,
        lng=idea.lng,
        kind=idea.kind,
        tags=_MEAL_TAGS if idea.kind == "food" else (),
        opening_hours="24/7",
        minutes=idea.minutes,
        price=0,
        currency=town.currency,
        weight=0.5,
        country=town.country,
        time_zone=town.time_zone,
    )
