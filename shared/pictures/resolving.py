"""Names that were not found as they stand are searched for, as a person would who looks for places: wider, but few.

With a key that asks Google, whose answers are kept by their ids only (docs/maps.md).
"""

from collections.abc import Iterable, Sequence
from typing import Final

from shared.pictures.matching import Matches
from shared.pictures.surroundings import town_around
from shared.places.models import Place
from shared.places.provider import PlaceProvider
from shared.places.text import fold
from shared.places.travel import Point, great_circle

_QUESTIONS: Final = 6
"""Each is paid for."""
_TOWNS: Final = 2
_RESULTS: Final = 3
_FOUND_CONFIDENCE: Final = 0.6
_ALIKE: Final = 0.5
"""Of the words of both names together: so many are in each."""
_NEAR_METRES: Final = 3_000.0


class Resolver:
    """Looks for what a picture names and the catalogue's names did not have. Used for one picture."""

    def __init__(self, provider: PlaceProvider, towns: Sequence[str]) -> None:
        """`towns`: ids of those where a name without a position is looked for."""
        self._provider = provider
        self._towns = towns[:_TOWNS]
        self._left = _QUESTIONS

    def resolve(self, found: Matches) -> None:
        """Put what is found among the places; the rest stays where it is."""
        for landmark in list(found.landmarks):
            here = None if landmark.lat is None or landmark.lng is None else (landmark.lat, landmark.lng)
            town = town_around(here, self._provider) if here else None
            place = self._search([town.id] if town else [] if here else self._towns, landmark.name, here)
            if place:
                found.landmarks.remove(landmark)
                found.known[place.id] = place
                found.places.add(place.id, "landmark", landmark.score, landmark.name)
        for name in list(found.entries):
            if place := self._search(self._towns, name, None):
                found.entries.remove(name)
                found.known[place.id] = place
                found.places.add(place.id, "text", _FOUND_CONFIDENCE, name)

    def _search(self, towns: Iterable[str], name: str, here: Point | None) -> Place | None:
        for town in towns:
            if self._left == 0:
                return None
            self._left -= 1
            for place in self._provider.search(town, text=name, near=here, limit=_RESULTS):
                close = here is None or great_circle(here, (place.lat, place.lng)) <= _NEAR_METRES
                if close and _alike(name, place):
                    return place
        return None


def _alike(name: str, place: Place) -> bool:
    told = set(fold(name).split())
    named = (set(fold(one).split()) for one in (place.name, place.local_name or "", *place.aliases))
    return any(told and len(told & known) >= _ALIKE * len(told | known) for known in named)
