"""Where and when a trip is, if it does not say so itself: as its plan has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.places.models import Destination
from shared.places.provider import PlaceProvider
from shared.trips.models import Trip


@dataclass(frozen=True)
class Whereabouts:
    """The names of towns in the order of the trip, and its first and last day, as far as they are known."""

    destinations: tuple[str, ...]
    first_day: date | None
    last_day: date | None


def is_complete(trip: Trip) -> bool:
    """Whether the trip says it all itself."""
    return bool(trip.legs and (trip.first_day or trip.last_day))


def whereabouts(trip: Trip, doc: Mapping[str, Any], provider: PlaceProvider) -> Whereabouts:
    """What the trip says, and where it says nothing what its plan (`doc`) does."""
    towns = trip.destinations or tuple(town.name for town in towns_of(doc, provider))
    first, last = trip.first_day, trip.last_day
    if first is None and last is None:
        days = sorted(day["date"] for day in doc.get("days", {}).values() if day.get("date"))
        first, last = (date.fromisoformat(days[0]), date.fromisoformat(days[-1])) if days else (None, None)
    return Whereabouts(towns, first, last)


def towns_of(doc: Mapping[str, Any], provider: PlaceProvider) -> tuple[Destination, ...]:
    """The towns of the places that stand on days, in the order of the days; of ideas only if nothing does."""
    days = {day_id: (day.get("date") or "", day["order"]) for day_id, day in doc.get("days", {}).items()}
    stops = [stop for stop in doc.get("stops", {}).values() if stop.get("placeId")]
    planned = sorted((stop for stop in stops if stop.get("dayId") in days), key=lambda stop: days[stop["dayId"]])
    names = dict.fromkeys(stop["placeId"].partition("/")[0] for stop in planned or stops)
    found = {town.id: town for name in names if (town := provider.destination(name))}
    return tuple(found.values())
