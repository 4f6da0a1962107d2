"""From what is seen on a picture to destinations and places that we know. Deterministic; text is never more than data.

A name is looked for where the trip goes and where the picture itself points; only if there is no such town, everywhere.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from shared.pictures.candidates import Evidence
from shared.pictures.evidence import Pool
from shared.pictures.facts import Facts, Landmark
from shared.pictures.surroundings import SHOWN, town_around
from shared.places.models import Destination, Place
from shared.places.provider import PlaceProvider
from shared.places.text import fold
from shared.places.travel import great_circle

_SAME_NAME_METRES: Final = 3_000.0
_SAME_SPOT_METRES: Final = 120.0
_WHOLE_LINE, _PART_OF_LINE = 0.9, 0.75
_MOSTLY: Final = 0.6
"""Of a line's characters: so much of it is the name."""
_ANYWHERE: Final = 0.8
_SEVERAL: Final = 0.5
"""What a name is worth that was looked for everywhere, and that several towns have."""
_NAMED_TOWN, _WEB, _WEB_BEST = 0.7, 0.4, 0.6
_LIST_ENTRIES: Final = 2
"""So many known places make a text a list, whose other lines are probably places too."""
_MOST_UNKNOWN: Final = 10
_ENTRY_WORDS: Final = 6
_ENTRY: Final = re.compile(r"^[\s\-–—•·*✓☐□◦▪]*(?:\d{1,2}[.)]\s*)?(?P<name>[^\d@/\\<>{}]{3,60})$")


@dataclass
class Matches:
    """By id of what we know, the hints; and names that we do not know, with where they came from."""

    places: Pool = field(default_factory=Pool)
    towns: Pool = field(default_factory=Pool)
    landmarks: list[Landmark] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    known: dict[str, Place] = field(default_factory=dict)


class Matcher:
    """Matches one picture. `trip_towns`: ids of the trip's destinations; `here`: of those that it was taken in."""

    def __init__(self, provider: PlaceProvider, facts: Facts, trip_towns: Sequence[str], here: Sequence[str]) -> None:
        self._provider = provider
        self._facts = facts
        self._found = Matches()
        named = provider.find_destinations("\n".join(facts.lines))
        on_web = [town for one in facts.web if (town := provider.destination(one.name))]
        around = [town for one in facts.landmarks if (town := self._town_around(one))]
        for town in named:
            self._found.towns.add(town.id, "text", _NAMED_TOWN)
        for town in on_web:
            self._found.towns.add(town.id, "web", _WEB)
        pointed = [*trip_towns, *here, *(town.id for town in (*named, *on_web, *around))]
        self._towns = list(dict.fromkeys(pointed)) or [town.id for town in provider.destinations()]
        self._everywhere = not pointed

    @property
    def towns(self) -> Sequence[str]:
        """Where names are looked for, the likeliest first; none if that is everywhere."""
        return () if self._everywhere else self._towns

    def match(self, near: Iterable[tuple[str, float]], here: Iterable[tuple[str, float]]) -> Matches:
        """`near`: places that it was taken at, `here` towns, each with how sure that is."""
        for place_id, confidence in near:
            if place := self._provider.get(place_id):
                self._add(place, "location", confidence)
        for town_id, confidence in here:
            self._found.towns.add(town_id, "location", confidence)
        for landmark in self._facts.landmarks:
            self._landmark(landmark)
        self._lines()
        for entity in self._facts.web:
            for place in self._named(entity.name):
                self._add(place, "web", _WEB_BEST if entity.score >= 1 else _WEB)
        return self._found

    def _landmark(self, landmark: Landmark) -> None:
        town = self._town_around(landmark)
        if town:
            self._found.towns.add(town.id, "landmark", landmark.score)
        place = self._place_of(landmark, [town.id] if town else self._towns)
        if place:
            self._add(place, "landmark", landmark.score)
        else:
            self._found.landmarks.append(landmark)

    def _place_of(self, landmark: Landmark, towns: Sequence[str]) -> Place | None:
        """By its name, not too far from where it stands; else by the spot."""
        here = _point(landmark)
        by_name = [place for town in towns for place in self._provider.find_places(town, landmark.name)]
        if here is None:
            return by_name[0] if by_name else None
        for place in by_name:
            if great_circle(here, (place.lat, place.lng)) <= _SAME_NAME_METRES:
                return place
        around = [place for town in towns for place in self._provider.search(town, kinds=SHOWN, limit=1000)]
        nearest = min(around, key=lambda place: great_circle(here, (place.lat, place.lng)), default=None)
        if nearest and great_circle(here, (nearest.lat, nearest.lng)) <= _SAME_SPOT_METRES:
            return nearest
        return None

    def _lines(self) -> None:
        lines = self._facts.lines
        unknown = []
        for number, line in enumerate(lines):
            places = self._named(line)
            for place in places:
                self._add(place, "text", self._sure(place, line, places), line)
            if not places:
                unknown.append(number)
        for before, after in pairwise(unknown):
            # A name that is longer than a line of the screen.
            if after == before + 1:
                whole = f"{lines[before]} {lines[after]}"
                for place in self._named(whole):
                    self._add(place, "text", self._sure(place, whole, [place]), whole)
        if sum("text" in hints.by_kind for _, hints in self._found.places) >= _LIST_ENTRIES:
            entries = (self._entry(lines[number]) for number in unknown)
            self._found.entries = list(dict.fromkeys(entry for entry in entries if entry))[:_MOST_UNKNOWN]

    def _entry(self, line: str) -> str | None:
        """The name on a line of a list, None for what is no name, or names a town, as a title does."""
        match = _ENTRY.match(line)
        name = match["name"].strip(" .,:;") if match else ""
        if not match or not name or len(name.split()) > _ENTRY_WORDS:
            return None
        marked = match.start("name") > 0
        return name if marked or not self._provider.find_destinations(name) else None

    def _named(self, text: str) -> list[Place]:
        return [place for town in self._towns for place in self._provider.find_places(town, text)]

    def _sure(self, place: Place, line: str, places: Sequence[Place]) -> float:
        names = [fold(name) for name in (place.name, place.local_name or "", *place.aliases)]
        folded = fold(line)
        longest = max((len(name) for name in names if name and name in folded), default=0)
        sure = _WHOLE_LINE if longest >= _MOSTLY * len(folded) else _PART_OF_LINE
        if not self._everywhere:
            return sure
        return sure * (_SEVERAL if len({one.destination for one in places}) > 1 else _ANYWHERE)

    def _add(self, place: Place, kind: Evidence, confidence: float, line: str = "") -> None:
        self._found.known[place.id] = place
        self._found.places.add(place.id, kind, confidence, line)

    def _town_around(self, landmark: Landmark) -> Destination | None:
        here = _point(landmark)
        return town_around(here, self._provider) if here else None


def _point(landmark: Landmark) -> tuple[float, float] | None:
    return None if landmark.lat is None or landmark.lng is None else (landmark.lat, landmark.lng)
