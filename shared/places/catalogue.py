"""The built-in catalogue: JSON files beside this module, one per destination, read when first asked for."""

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Unpack

from shared.places import ambiguous
from shared.places.mentions import Mention, Names, once
from shared.places.models import Bounds, Destination, Place
from shared.places.provider import Wanted
from shared.places.search import Entry, entry, rank
from shared.places.text import fold

DATA: Final = Path(__file__).parent / "data"

# What may stand before a name of a place, or be left out of it.
_ARTICLES: Final = frozenset(
    (
        "the",
        "le",
        "la",
        "les",
        "l",
        "el",
        "los",
        "las",
        "il",
        "lo",
        "i",
        "gli",
        "o",
        "a",
        "os",
        "as",
        "der",
        "die",
        "das",
    )
)


class CatalogueProvider:
    """A `PlaceProvider` over the built-in files. Cheap to make; a destination costs a few milliseconds, once."""

    def __init__(self, directory: Path = DATA) -> None:
        self._directory = directory
        self._loaded: dict[str, dict[str, Entry]] = {}
        self._place_names: dict[str, Names] = {}

    def destinations(self) -> tuple[Destination, ...]:
        return tuple(self._index.values())

    def destination(self, name_or_id: str) -> Destination | None:
        if name_or_id in self._index:
            return self._index[name_or_id]
        name, comma, rest = name_or_id.partition(",")
        found = self._destination_names.exact(name) or self._destination_names.misspelt(name)
        if comma:
            return self._index[found] if found and self._lies_in(found, rest) else None
        if found is None:
            found = self._before_its_country(fold(name).split())
        return self._index[found] if found else None

    def find_destinations(self, text: str) -> list[Destination]:
        mentions = self._destination_names.mentions(text, forgiving=True)
        return [self._index[found] for found in once(mentions, self._is_meant)]

    def find_places(self, destination_id: str, text: str) -> list[Place]:
        entries = self._entries(destination_id)
        names = self._place_names.get(destination_id)
        if names is None:
            named = ((name, one.place.id) for one in entries.values() for name in _names_of(one))
            names = self._place_names[destination_id] = Names(named, needs_capital=ambiguous.PLACES)
        return [entries[found].place for found in once(names.mentions(text))]

    def search(self, destination_id: str, **wanted: Unpack[Wanted]) -> list[Place]:
        return rank(self._entries(destination_id).values(), **wanted)

    def get(self, place_id: str) -> Place | None:
        found = self._entries(place_id.partition("/")[0]).get(place_id)
        return found.place if found else None

    @cached_property
    def _raw_index(self) -> dict[str, Any]:
        raw: dict[str, Any] = json.loads((self._directory / "index.json").read_bytes())
        return raw

    @cached_property
    def _index(self) -> dict[str, Destination]:
        known = (_destination(raw) for raw in self._raw_index["destinations"])
        return {one.id: one for one in sorted(known, key=lambda one: one.id)}

    @cached_property
    def _destination_names(self) -> Names:
        named = ((name, one.id) for one in self._index.values() for name in (one.id, one.name, *one.aliases))
        return Names(named, needs_capital=ambiguous.DESTINATIONS)

    @cached_property
    def _surroundings(self) -> dict[str, frozenset[str]]:
        """Per destination, the folded names of what it lies in: "Paris, France" is Paris, "Paris, Texas" is not."""
        countries: dict[str, list[str]] = self._raw_index["countries"]
        return {
            one.id: frozenset(fold(name) for name in (one.country, *countries[one.country], *one.regions))
            for one in self._index.values()
        }

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        return frozenset(fold(name) for name in self._raw_index["elsewhere"])

    def _entries(self, destination_id: str) -> dict[str, Entry]:
        loaded = self._loaded.get(destination_id)
        if loaded is None:
            destination = self._index.get(destination_id)
            if destination is None:
                return {}
            raw = json.loads((self._directory / f"{destination_id}.json").read_bytes())
            places = (_place(destination, one) for one in raw["places"])
            loaded = self._loaded[destination_id] = {place.id: entry(place) for place in places}
        return loaded

    def _lies_in(self, destination_id: str, rest: str) -> bool:
        return all(fold(part) in self._surroundings[destination_id] for part in rest.split(","))

    def _before_its_country(self, told: list[str]) -> str | None:
        """The destination of "kyoto japan": a name, then what it lies in, without a comma."""
        for split in range(1, len(told)):
            found = self._destination_names.exact(" ".join(told[:split]))
            if found and " ".join(told[split:]) in self._surroundings[found]:
                return found
        return None

    def _is_meant(self, mention: Mention) -> bool:
        """Whether a mention is of our town, not of a namesake or of something named after it ("Paris, Texas")."""
        for length in range(len(mention.following), 0, -1):
            after = " ".join(mention.following[:length])
            if after in self._surroundings[mention.id]:
                return True
            if after in self._elsewhere:
                return False
        return True


def _destination(raw: dict[str, Any]) -> Destination:
    return Destination(
        id=raw["id"],
        name=raw["name"],
        aliases=tuple(raw["aliases"]),
        country=raw["country"],
        continent=raw["continent"],
        lat=raw["lat"],
        lng=raw["lng"],
        bounds=Bounds(*raw["bounds"]),
        time_zone=raw["time_zone"],
        currency=raw["currency"],
        languages=tuple(raw["languages"]),
        regions=tuple(raw.get("regions", ())),
    )


def _place(destination: Destination, raw: dict[str, Any]) -> Place:
    return Place(
        id=f"{destination.id}/{raw['id']}",
        destination=destination.id,
        name=raw["name"],
        local_name=raw.get("local"),
        aliases=tuple(raw.get("aliases", ())),
        lat=raw["lat"],
        lng=raw["lng"],
        kind=raw["kind"],
        tags=tuple(raw["tags"]),
        opening_hours=raw["hours"],
        minutes=raw["minutes"],
        price=raw["price"],
        currency=destination.currency,
        weight=raw["weight"],
        country=destination.country,
        time_zone=destination.time_zone,
    )


def _names_of(one: Entry) -> Iterator[str]:
    """The names of a place as they turn up in sentences, where the article is often another or missing."""
    for name in one.names:
        yield name
        first, _, rest = name.partition(" ")
        if first in _ARTICLES and " " in rest:
            yield rest
