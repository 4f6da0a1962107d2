"""Names that people wrote, matched to places of the trip's destinations."""

from collections.abc import Iterable

from shared.assistant.constraints import TripConstraints
from shared.places.models import Place
from shared.places.provider import PlaceProvider


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
    mentioned = provider.find_places(destination, name)
    if mentioned:
        return mentioned[0]
    searched = provider.search(destination, text=name, limit=1)
    return searched[0] if searched else None
