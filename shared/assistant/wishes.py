"""Names that people wrote, matched to places of the trip's destinations."""

from collections.abc import Iterable

from shared.assistant.constraints import TripConstraints
from shared.places.models import Place
from shared.places.provider import PlaceProvider

_TELLING = 4


def named_places(
    names: Iterable[str], constraints: TripConstraints, provider: PlaceProvider
) -> tuple[list[Place], tuple[str, ...]]:
    """The places that the names mean, each once, and the names that mean none."""
    found: dict[str, Place] = {}
    unknown = []
    for name in names:
        matches = [place for leg in constraints.legs if (place := _named(name, leg.destination, provider))]
        if matches:
            found.setdefault(matches[0].id, matches[0])
        else:
            unknown.append(name)
    return list(found.values()), tuple(unknown)


def _named(name: str, destination: str, provider: PlaceProvider) -> Place | None:
    """By a known name; else by all its words, then by those long enough to tell places apart."""
    mentioned = provider.find_places(destination, name)
    if mentioned:
        return mentioned[0]
    telling = " ".join(word for word in name.split() if len(word) >= _TELLING)
    for text in (name, telling):
        searched = provider.search(destination, text=text, limit=1) if text else []
        if searched:
            return searched[0]
    return None
