"""What a camera's position is good for: the places around it, and the town. The position itself is not kept."""

from dataclasses import dataclass
from typing import Final

from shared.places.models import Destination
from shared.places.provider import PlaceProvider
from shared.places.travel import Point, great_circle
from shared.places.vocabulary import Kind

_BANDS: Final = ((80.0, 0.8), (160.0, 0.6), (300.0, 0.4))
"""Metres, and how likely it is that the picture shows a place which is that close."""
_MOST: Final = 3
SHOWN: Final[tuple[Kind, ...]] = ("sight", "museum", "viewpoint", "park", "market", "activity", "shopping")
"""Kinds of places that pictures are taken of."""
_REACH_METRES: Final = 60_000.0


@dataclass(frozen=True)
class Surroundings:
    """Ids of places, with a confidence in few steps, and of towns."""

    places: tuple[tuple[str, float], ...]
    towns: tuple[str, ...]


def surroundings(here: Point, provider: PlaceProvider) -> Surroundings:
    """The three nearest places within 300 m, and the town in or around which the point lies."""
    town = town_around(here, provider)
    if town is None:
        return Surroundings((), ())
    shown = provider.search(town.id, kinds=SHOWN, limit=1000)
    nearest = sorted((great_circle(here, (place.lat, place.lng)), place.id) for place in shown)[:_MOST]
    found = tuple((place_id, sure) for metres, place_id in nearest if (sure := _confidence(metres)))
    return Surroundings(found, (town.id,))


def town_around(here: tuple[float, float], provider: PlaceProvider) -> Destination | None:
    """The town in whose bounds a point lies, else the nearest within 60 km."""
    towns = provider.destinations()
    inside = [town for town in towns if town.bounds.contains(*here)]
    nearest = min(inside or towns, key=lambda town: great_circle(here, (town.lat, town.lng)))
    return nearest if inside or great_circle(here, (nearest.lat, nearest.lng)) <= _REACH_METRES else None


def _confidence(metres: float) -> float:
    return next((confidence for within, confidence in _BANDS if metres <= within), 0.0)
