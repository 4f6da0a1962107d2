"""What a picture may mean for a trip: destinations, places, ideas that nobody has verified, bookings. Pure data."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

Kind = Literal["destination", "place", "idea", "booking"]
Evidence = Literal["landmark", "location", "text", "web", "ticket"]
StopKind = Literal["sight", "food", "activity", "transport"]


class Cost(BaseModel):
    """Minor units of an ISO 4217 currency, for all travellers together."""

    amount: int
    currency: str


class Candidate(BaseModel):
    """One suggestion; `confidence` from 0 to 1, `reason` in words for people.

    `verified`: it is a place or town that we know; what is not verified is but a name that was read or recognised.
    `day`, `at`, `people`, `reference` are of bookings; `assumed` names what of the day was not written out ("year",
    "dayOrMonth").
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True)

    id: str
    kind: Kind
    name: str
    confidence: float
    evidence: tuple[Evidence, ...]
    reason: str
    verified: bool
    place_id: str | None = None
    destination_id: str | None = None
    lat: float | None = None
    lng: float | None = None
    stop_kind: StopKind = "sight"
    minutes: int = 60
    cost: Cost | None = None
    day: str | None = None
    at: str | None = None
    people: int | None = None
    reference: str | None = None
    assumed: tuple[str, ...] = ()


def candidate_id(kind: Kind, key: str) -> str:
    """The same suggestion has the same id, however often a picture is looked at."""
    return hashlib.sha256(f"{kind}/{key}".encode()).hexdigest()[:12]
