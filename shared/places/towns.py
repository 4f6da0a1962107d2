"""The towns of a catalogue, for providers that look for places elsewhere."""

from shared.places.models import Destination
from shared.places.provider import PlaceProvider


class CatalogueTowns:
    """The half of a `PlaceProvider` that concerns towns."""

    def __init__(self, catalogue: PlaceProvider) -> None:
        self._catalogue = catalogue

    def destinations(self) -> tuple[Destination, ...]:
        return self._catalogue.destinations()

    def destination(self, name_or_id: str) -> Destination | None:
        return self._catalogue.destination(name_or_id)

    def find_destinations(self, text: str) -> list[Destination]:
        return self._catalogue.find_destinations(text)
