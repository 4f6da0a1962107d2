"""Use case: a person looks for places to put on a trip."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from shared.places.models import Destination, Place
from shared.places.provider import PlaceProvider
from shared.places.travel import Point
from shared.places.vocabulary import Kind
from shared.runtime.caller import TripAccess
from shared.runtime.errors import NotFound


@dataclass(frozen=True, slots=True)
class Found:
    """The town that was meant, its places, best first, and what must be shown with them."""

    town: Destination
    places: Sequence[Place]

    @property
    def attributions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for place in self.places for one in place.attributions))


class PlaceSearch:
    def __init__(self, provider: PlaceProvider, check: Callable[[TripAccess], object]) -> None:
        """`check` raises unless the caller may see the trip."""
        self._provider = provider
        self._check = check

    def search(
        self,
        access: TripAccess,
        town: str,
        *,
        text: str | None,
        kinds: Collection[Kind] | None,
        tags: Collection[str] | None = None,
        near: Point | None,
        limit: int,
    ) -> Found:
        """Places in the town of that name or id. Raises NotFound (DESTINATION_UNKNOWN)."""
        self._check(access)
        destination = self._provider.destination(town)
        if destination is None:
            raise NotFound(f"We do not know {town}. Is it spelt right?", reason="DESTINATION_UNKNOWN")
        places = self._provider.search(destination.id, text=text, kinds=kinds, tags=tags, near=near, limit=limit)
        return Found(destination, places)
