"""Looking things up in the world: places, when they are open, how far they are from each other."""

import datetime
from collections.abc import Iterable
from itertools import pairwise
from math import ceil
from typing import Annotated, Any, Final

from pydantic import Field

from shared.assistant.changes import clock
from shared.assistant.declaring import Arguments
from shared.assistant.place_search import NAME, SearchPlaces, as_data, search_declaration
from shared.chat.areas import Areas
from shared.chat.tools.toolbox import Call, Data, Tool
from shared.places.hours import windows
from shared.places.models import Place
from shared.places.travel import WALK_AT_MOST_MINUTES, Mode
from shared.runtime.errors import NotFound
from shared.travel.times import UNREACHABLE, Table

MOST_PLACES: Final = 20
_USUAL_PLACES: Final = 10

PlaceId = Annotated[str, Field(max_length=200)]


class Details(Arguments):
    place_id: PlaceId
    date: Annotated[datetime.date, Field(description="YYYY-MM-DD")] | None = None


class Ways(Arguments):
    place_ids: Annotated[list[PlaceId], Field(min_length=2, max_length=8)]
    mode: Mode | None = None


class PlaceTools:
    def __init__(self, areas: Areas) -> None:
        self._areas = areas

    def tools(self) -> tuple[Tool[Any], ...]:
        searching = "Places of a town, best first, with the ids that other tools take."
        return (
            Tool(NAME, searching, SearchPlaces, self.search, declared=search_declaration(searching, MOST_PLACES)),
            Tool(
                "place_details",
                "Price, length of a visit and opening hours of a place; with a date, the hours of that date.",
                Details,
                self.details,
            ),
            Tool(
                "travel_times",
                "Minutes and metres from each place to the next; without a mode on foot, or by public transport where "
                "that is too far to walk.",
                Ways,
                self.ways,
            ),
        )

    def search(self, call: Call, wanted: SearchPlaces) -> Data:
        """`places`, and the `attributions` that must be shown with them."""
        found = self._areas.search.search(
            call.access,
            wanted.destination,
            text=wanted.text or None,
            kinds=wanted.kinds or None,
            tags=wanted.tags or None,
            near=None,
            limit=min(wanted.limit or _USUAL_PLACES, MOST_PLACES),
        )
        return {"places": [as_data(place) for place in found.places], "attributions": list(found.attributions)}

    def details(self, call: Call, wanted: Details) -> Data:
        self._areas.trips.get(call.access)
        place = self._known(wanted.place_id)
        told = as_data(place) | {
            "openingHours": place.opening_hours,
            "town": place.destination,
            "attributions": list(place.attributions),
        }
        if wanted.date is None:
            return told
        open_then = [{"opens": clock(opens), "closes": clock(closes)} for opens, closes in windows(place, wanted.date)]
        return told | {"date": wanted.date.isoformat(), "openOnDate": open_then}

    def ways(self, call: Call, wanted: Ways) -> Data:
        """`legs` between successive places; `minutes` and `metres` are None where there is no way."""
        self._areas.trips.get(call.access)
        places = [self._known(place_id) for place_id in wanted.place_ids]
        tables = [self._table(one, other, wanted.mode) for one, other in pairwise(places)]
        legs = [_leg(one, other, table) for (one, other), table in zip(pairwise(places), tables, strict=True)]
        attributions = [*(one.attributions for one in places), *(one.attributions for one in tables)]
        return {"legs": legs, "attributions": _each_once(attributions)}

    def _known(self, place_id: str) -> Place:
        place = self._areas.places.get(place_id)
        if place is None:
            raise NotFound(f"There is no place {place_id!r}; search_places tells the ids", reason="PLACE_UNKNOWN")
        return place

    def _table(self, one: Place, other: Place, mode: Mode | None) -> Table:
        points = [(one.lat, one.lng), (other.lat, other.lng)]
        if mode is not None:
            return self._areas.travel.matrix(points, mode)
        walk = self._areas.travel.matrix(points, "walk")
        if walk.ways[0][1].minutes <= WALK_AT_MOST_MINUTES:
            return walk
        ride = self._areas.travel.matrix(points, "transit")
        return min(walk, ride, key=lambda table: table.ways[0][1].minutes)


def _leg(one: Place, other: Place, table: Table) -> Data:
    way = table.ways[0][1]
    reached = way.minutes != UNREACHABLE
    return {
        "from": one.name,
        "to": other.name,
        "mode": table.mode,
        "minutes": ceil(way.minutes) if reached else None,
        "metres": round(way.metres) if reached else None,
        "estimated": way.estimated,
    }


def _each_once(texts: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(text for some in texts for text in some))
