"""What callers of the place functions send and get."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from shared.places.finding import Found
from shared.places.models import Place
from shared.places.vocabulary import Kind
from shared.runtime.models import Request, Response
from shared.runtime.text import Line
from shared.trips.requests import TripId

Words = Annotated[str, Line(1, 120)]


class Near(Request):
    """A point, in degrees."""

    lat: float = Field(ge=-90, le=90)
    lng: float = Field(ge=-180, le=180)


class SearchPlacesRequest(Request):
    """Places in a town (its name in any language, or its id), by words, by kind, and preferably near a point."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "destination": "Kyoto", "text": "ramen", "limit": 5}]
        }
    )

    trip_id: TripId
    destination: Words
    text: Words | None = None
    kinds: list[Kind] | None = Field(default=None, min_length=1, max_length=9)
    near: Near | None = None
    limit: int = Field(default=20, ge=1, le=40)


class PlaceView(Response):
    """A place. `place_id` is what a stop of the plan takes; `minutes` is a usual visit, `price` what an adult pays, in
    minor units. Of a place from Google only the id may be stored."""

    place_id: str
    name: str
    local_name: str | None
    kind: Kind
    tags: list[str]
    lat: float
    lng: float
    minutes: int
    price: int
    currency: str
    opening_hours: str
    source: Literal["catalogue", "google"]

    @classmethod
    def of(cls, place: Place) -> "PlaceView":
        return cls(
            place_id=place.id,
            name=place.name,
            local_name=place.local_name,
            kind=place.kind,
            tags=list(place.tags),
            lat=place.lat,
            lng=place.lng,
            minutes=place.minutes,
            price=place.price,
            currency=place.currency,
            opening_hours=place.opening_hours,
            source="google" if place.attributions else "catalogue",
        )


class SearchPlacesResponse(Response):
    """Best first. `attributions` must be shown beside the places."""

    destination: str
    places: list[PlaceView]
    attributions: list[str]

    @classmethod
    def of(cls, found: Found) -> "SearchPlacesResponse":
        return cls(
            destination=found.town.id,
            places=[PlaceView.of(place) for place in found.places],
            attributions=list(found.attributions),
        )
