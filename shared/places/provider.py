"""The port behind which places come from: the built-in catalogue, or another source of the same shape."""

from collections.abc import Collection
from typing import Final, Protocol, TypedDict, Unpack

from shared.places.models import Destination, Place
from shared.places.vocabulary import Kind

USUAL_LIMIT: Final = 20


class Wanted(TypedDict, total=False):
    """What is searched for.

    `kinds` and `tags` each keep places that have any of theirs. `text` keeps places of which every word is found in
    the names, the kind or the tags. `near` (latitude, longitude in degrees) prefers what is close to a point. `limit`
    is USUAL_LIMIT unless it is given.
    """

    text: str | None
    kinds: Collection[Kind] | None
    tags: Collection[str] | None
    near: tuple[float, float] | None
    limit: int


class PlaceProvider(Protocol):
    """Finds destinations and places. Every method is deterministic and safe to call from several threads."""

    def destinations(self) -> tuple[Destination, ...]:
        """All known destinations, by id."""
        ...

    def destination(self, name_or_id: str) -> Destination | None:
        """The destination someone means by a name in any language, slightly misspelt at most; None when in doubt."""
        ...

    def find_destinations(self, text: str) -> list[Destination]:
        """The destinations a free sentence mentions, in order, each once."""
        ...

    def find_places(self, destination_id: str, text: str) -> list[Place]:
        """The places of one destination that a free sentence mentions by name, in order, each once."""
        ...

    def search(self, destination_id: str, **wanted: Unpack[Wanted]) -> list[Place]:
        """Places of a destination, best first; empty when the destination is unknown."""
        ...

    def get(self, place_id: str) -> Place | None:
        """The place of that id, or None."""
        ...
