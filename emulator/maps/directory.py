"""What the Places service knows: our catalogue, and in every town a few places that the catalogue does not have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from shared.places.catalogue import CatalogueProvider
from shared.places.models import Destination, Place
from shared.places.vocabulary import Kind

_NEW: Final[tuple[tuple[str, Kind, tuple[str, ...], str, int], ...]] = (
    ("Clockwork Bakery", "food", ("breakfast", "sweets", "coffee"), "Mo-Sa 06:30-19:00; Su 07:00-14:00", 30),
    ("Lantern House", "nightlife", ("bar", "music"), "Tu-Su 20:00-03:00", 120),
    ("Museum of Maps", "museum", ("history", "indoor"), "We-Mo 10:00-18:00; Dec 25 off", 90),
    ("Riverside Steps", "viewpoint", ("view", "free"), "24/7", 30),
)
_OFF_CENTRE: Final = 0.004
"""Degrees between two of them."""


def google_id(place_id: str) -> str:
    """The id that the service gives to a place of ours."""
    return f"ChIJ{hashlib.sha256(place_id.encode()).hexdigest()[:23]}"


class Directory:
    """All places by the service's ids, and search as the catalogue does it."""

    def __init__(self) -> None:
        self._catalogue = CatalogueProvider()
        self._known: dict[str, Place] = {}

    def everywhere(self) -> tuple[Destination, ...]:
        return self._catalogue.destinations()

    def named(self, text: str) -> list[Destination]:
        """The towns that a text mentions."""
        return self._catalogue.find_destinations(text)

    def get(self, place_id: str) -> Place | None:
        if not self._known:
            self._known = {google_id(place.id): place for town in self.everywhere() for place in self.of(town)}
        return self._known.get(place_id)

    def of(self, town: Destination) -> Iterator[Place]:
        """The places of a town, the best known first."""
        found = self._catalogue.search(town.id, limit=1000)
        yield from found
        yield from self._new(town, found[0])

    def search(self, town: Destination, text: str) -> list[Place]:
        """Those that fit the text."""
        new = [place for place in self.of(town) if "/new-" in place.id and _fits(place, text)]
        return [*self._catalogue.search(town.id, text=text, limit=100), *new]

    def _new(self, town: Destination, like: Place) -> Iterator[Place]:
        for number, (name, kind, tags, hours, minutes) in enumerate(_NEW):
            yield replace(
                like,
                id=f"{town.id}/new-{number}",
                name=f"{name} {town.name}",
                local_name=None,
                aliases=(),
                lat=town.lat + (number - 1.5) * _OFF_CENTRE,
                lng=town.lng + (number - 1.5) * _OFF_CENTRE,
                kind=kind,
                tags=tags,
                opening_hours=hours,
                minutes=minutes,
                price=0,
                weight=0.4,
            )


def _fits(place: Place, text: str) -> bool:
    words = f"{place.name} {place.kind} {' '.join(place.tags)}".casefold().split()
    return all(word in words for word in text.casefold().split())
