"""Landmarks by where a picture was taken: the places of our catalogue around its GPS position. Without one, none."""

from __future__ import annotations

from typing import Any, Final

from google.cloud.vision_v1 import EntityAnnotation

from emulator.vision.images import Picture
from shared.places.catalogue import CatalogueProvider
from shared.places.models import Place
from shared.places.travel import great_circle
from shared.places.vocabulary import Kind

_ENTITY: Final = EntityAnnotation.pb()
_KINDS: Final[tuple[Kind, ...]] = ("sight", "museum", "viewpoint", "park", "market")
_REACH_METRES: Final = 250.0
_BEST, _WORST = 0.98, 0.5


class Landmarks:
    """Finds landmarks in the catalogue."""

    def __init__(self) -> None:
        self._catalogue = CatalogueProvider()

    def of(self, picture: Picture, most: int) -> list[Any]:
        """EntityAnnotations, the nearest first; the score falls from 0.98 on the spot to 0.5 at 250 m."""
        here = picture.taken_at
        if here is None:
            return []
        towns = [town for town in self._catalogue.destinations() if town.bounds.contains(*here)]
        around = [
            (great_circle(here, (place.lat, place.lng)), place)
            for town in towns
            for place in self._catalogue.search(town.id, kinds=_KINDS, limit=1000)
        ]
        near = sorted(((metres, place) for metres, place in around if metres <= _REACH_METRES), key=lambda one: one[0])
        return [self._entity(place, metres) for metres, place in near[:most]]

    def _entity(self, place: Place, metres: float) -> Any:
        score = _BEST - (_BEST - _WORST) * metres / _REACH_METRES
        found = _ENTITY(description=place.name, score=round(score, 4))
        location = found.locations.add()
        location.lat_lng.latitude, location.lat_lng.longitude = place.lat, place.lng
        return found
