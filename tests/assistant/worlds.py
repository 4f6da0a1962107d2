"""A small made-up world to plan in, for tests that need to know every hour and price."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Unpack

from shared.assistant.choice import Candidate, Candidates
from shared.assistant.constraints import Leg, Travellers, TripConstraints
from shared.assistant.task import PlanInput
from shared.money import reference_rates
from shared.places.models import Bounds, Destination, Place
from shared.places.provider import USUAL_LIMIT, Wanted

MONDAY = date(2027, 5, 3)


def town(id_: str, lat: float = 45.0, lng: float = 9.0, **fields: Any) -> Destination:
    known: dict[str, Any] = {
        "name": id_.title(), "aliases": (), "country": "IT", "continent": "Europe", "time_zone": "Europe/Rome",
        "bounds": Bounds(lat - 1, lng - 1, lat + 1, lng + 1), "currency": "EUR", "languages": ("it",),
    }  # fmt: skip
    return Destination(id=id_, lat=lat, lng=lng, **{**known, **fields})


def place(id_: str, **fields: Any) -> Place:
    known: dict[str, Any] = {
        "name": id_.partition("/")[2].title(), "local_name": None, "aliases": (), "lat": 45.0, "lng": 9.0,
        "kind": "sight", "tags": (), "opening_hours": "09:00-21:00", "minutes": 60, "price": 0, "currency": "EUR",
        "weight": 0.5, "country": "IT", "time_zone": "Europe/Rome",
    }  # fmt: skip
    return Place(id=id_, destination=id_.partition("/")[0], **{**known, **fields})


def wishes(*legs: tuple[str, int], **fields: Any) -> TripConstraints:
    known: dict[str, Any] = {"start_date": MONDAY, "travellers": Travellers(adults=2), "currency": "EUR"}
    return TripConstraints(
        legs=tuple(Leg(destination=name, days=days) for name, days in legs or (("mila", 1),)), **{**known, **fields}
    )


def given(constraints: TripConstraints, places: list[Place], towns: list[Destination], *must: str) -> PlanInput:
    chosen = [Candidate(place_id=one.id, interest=one.weight, reason="", must=one.id in must) for one in places]
    return PlanInput(
        constraints=constraints,
        candidates=Candidates(places=tuple(chosen)),
        places={one.id: one for one in places},
        destinations={one.id: one for one in towns},
        rates=reference_rates(),
    )


@dataclass
class World:
    """A `PlaceProvider` over a few places."""

    places: list[Place]
    towns: list[Destination] = field(default_factory=lambda: [town("mila")])

    def destinations(self) -> tuple[Destination, ...]:
        return tuple(self.towns)

    def destination(self, name_or_id: str) -> Destination | None:
        return next((one for one in self.towns if one.id == name_or_id.lower()), None)

    def find_destinations(self, text: str) -> list[Destination]:
        return [one for one in self.towns if one.name in text]

    def find_places(self, destination_id: str, text: str) -> list[Place]:
        return [one for one in self.places if one.destination == destination_id and one.name in text]

    def search(self, destination_id: str, **wanted: Unpack[Wanted]) -> list[Place]:
        return [one for one in self.places if one.destination == destination_id][: wanted.get("limit", USUAL_LIMIT)]

    def get(self, place_id: str) -> Place | None:
        return next((one for one in self.places if one.id == place_id), None)
