"""Known destinations near to a name that nobody knows."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from shared.places.models import Destination
from shared.places.text import fold


def similar_destinations(name: str, known: Sequence[Destination], count: int = 5) -> list[Destination]:
    """The `count` destinations whose names, in any language, look most like the name; best first, then by name."""
    wanted = fold(name)

    def likeness(destination: Destination) -> float:
        names = (destination.name, *destination.aliases)
        return max(SequenceMatcher(None, wanted, fold(one)).ratio() for one in names)

    return sorted(known, key=lambda one: (-round(likeness(one), 2), one.name))[:count]
