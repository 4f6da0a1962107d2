"""Names that are likely to be said on a trip: its people, towns, stops and ideas, and what its towns are known for."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.assistant.whereabouts import towns_of
from shared.places.provider import PlaceProvider
from shared.runtime.text import tidy
from shared.trips.models import Trip
from shared.voice.settings import MOST_HINT_CHARACTERS, MOST_HINTS, MOST_OF_A_TOWN


def phrase_hints(trip: Trip, names: Mapping[str, str], doc: Mapping[str, Any], provider: PlaceProvider) -> list[str]:
    """Each name once, people and towns first, at most MOST_HINTS; `doc` is the plan, `names` are the members'."""
    guests = [guest.name for guest in trip.guests.values() if guest.removed_at is None]
    stops = sorted(doc.get("stops", {}).items())
    # Ideas before what is planned: they are what people still talk about.
    ideas = [stop.get("name", "") for _, stop in stops if stop.get("dayId") is None]
    planned = [stop.get("name", "") for _, stop in stops if stop.get("dayId") is not None]
    towns = [leg.destination_id for leg in trip.legs if leg.destination_id]
    visited = () if trip.legs else towns_of(doc, provider)
    towns += [town.id for town in visited]
    known = [place.name for town in towns for place in provider.search(town, limit=MOST_OF_A_TOWN)]
    named = [*trip.destinations, *(town.name for town in visited)]
    return list(_each([*names.values(), *guests, *named, *ideas, *planned, *known]))[:MOST_HINTS]


def _each(names: Iterable[str]) -> dict[str, None]:
    tidied = (tidy(name, one_line=True) for name in names)
    return {name: None for name in tidied if name and len(name) <= MOST_HINT_CHARACTERS}
