"""Names that are likely to be said on a trip: its people, towns, stops and ideas."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.runtime.text import tidy
from shared.trips.models import Trip
from shared.voice.settings import MOST_HINT_CHARACTERS, MOST_HINTS


def phrase_hints(trip: Trip, names: Mapping[str, str], doc: Mapping[str, Any]) -> list[str]:
    """Each name once, people and towns first, at most MOST_HINTS; `doc` is the plan, `names` are the members'."""
    guests = [guest.name for guest in trip.guests.values() if guest.removed_at is None]
    stops = sorted(doc.get("stops", {}).items())
    # Ideas before what is planned: they are what people still talk about.
    ideas = [stop.get("name", "") for _, stop in stops if stop.get("dayId") is None]
    planned = [stop.get("name", "") for _, stop in stops if stop.get("dayId") is not None]
    return list(_each([*names.values(), *guests, *trip.destinations, *ideas, *planned]))[:MOST_HINTS]


def _each(names: Iterable[str]) -> dict[str, None]:
    tidied = (tidy(name, one_line=True) for name in names)
    return {name: None for name in tidied if name and len(name) <= MOST_HINT_CHARACTERS}
