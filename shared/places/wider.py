"""The catalogue first, and Google for what it does not have."""

from collections.abc import Collection, Iterable
from typing import Final, Unpack

from shared.places.google_place import PREFIX
from shared.places.models import Place
from shared.places.provider import USUAL_LIMIT, PlaceProvider, Wanted
from shared.places.text import fold
from shared.places.towns import CatalogueTowns
from shared.places.travel import great_circle
from shared.runtime.errors import TravvyError
from shared.runtime.logs import log

_SAME_METRES: Final = 200.0
_SURELY_SAME_METRES: Final = 40.0


class KnownPlaces(CatalogueTowns):
    """A `PlaceProvider` that finds in the catalogue only, and looks up what people have chosen elsewhere by its id.

    For plans: what is found ends up in a plan for good, which the terms do not allow for what Google tells.
    """

    def __init__(self, catalogue: PlaceProvider, beyond: PlaceProvider) -> None:
        super().__init__(catalogue)
        self._beyond = beyond

    def find_places(self, destination_id: str, text: str) -> list[Place]:
        return self._catalogue.find_places(destination_id, text)

    def search(self, destination_id: str, **wanted: Unpack[Wanted]) -> list[Place]:
        return self._catalogue.search(destination_id, **wanted)

    def get(self, place_id: str) -> Place | None:
        """None too if Google does not answer: whoever asks can do without."""
        if not place_id.startswith(PREFIX):
            return self._catalogue.get(place_id)
        try:
            return self._beyond.get(place_id)
        except TravvyError as error:
            log.warning("place not looked up", reason=error.reason)
            return None


class WiderPlaces(KnownPlaces):
    """Finds more than the catalogue has, for people who search."""

    def search(self, destination_id: str, **wanted: Unpack[Wanted]) -> list[Place]:
        """The catalogue's, and behind them others that are none of these, if there is room. If Google does not answer,
        the catalogue's alone."""
        ours = super().search(destination_id, **wanted)
        limit = wanted.get("limit", USUAL_LIMIT)
        if len(ours) >= limit:
            return ours
        try:
            theirs = self._beyond.search(destination_id, **wanted)
        except TravvyError as error:
            log.warning("search stays in the catalogue", reason=error.reason)
            return ours
        # A place of the catalogue that the words did not find is still the catalogue's.
        known = self._catalogue.search(destination_id, limit=1000)
        return [*ours, *_others(theirs, known)][:limit]


def _others(theirs: Iterable[Place], known: Collection[Place]) -> list[Place]:
    return [place for place in theirs if not any(same(place, one) for one in known)]


def same(a: Place, b: Place) -> bool:
    """Whether two entries are one place: close together, and one name within the other; or of one kind on one spot."""
    apart = great_circle((a.lat, a.lng), (b.lat, b.lng))
    if apart > _SAME_METRES:
        return False
    names = [[set(fold(name).split()) for name in _names(place)] for place in (a, b)]
    alike = any(one and two and (one <= two or two <= one) for one in names[0] for two in names[1])
    return alike or (apart < _SURELY_SAME_METRES and a.kind == b.kind and _share(names[0], names[1]))


def _share(a: list[set[str]], b: list[set[str]]) -> bool:
    """Whether the names have a word of some length in common."""
    return any(len(word) > 4 for one in a for two in b for word in one & two)


def _names(place: Place) -> Iterable[str]:
    return (name for name in (place.name, place.local_name, *place.aliases) if name)
