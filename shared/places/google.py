"""Places of Google's Places API (New), in the towns of our catalogue."""

import re
import time
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from google.geo.type.types import Viewport
from google.maps.places_v1 import Circle, GetPlaceRequest, SearchNearbyRequest, SearchTextRequest
from google.type.latlng_pb2 import LatLng

from shared.maps.asking import Asking
from shared.maps.cache import Remembered, Turns
from shared.places.google_place import PREFIX, place_of, raw
from shared.places.google_types import types_of
from shared.places.models import Destination, Place
from shared.places.provider import USUAL_LIMIT, PlaceProvider
from shared.places.towns import CatalogueTowns
from shared.places.travel import Point, great_circle
from shared.places.vocabulary import KINDS, Kind
from shared.runtime.errors import NotFound

if TYPE_CHECKING:
    from google.maps.places_v1 import PlacesClient

T = TypeVar("T")

MOST_RESULTS: Final = 20
"""Of one request; the gRPC service has no further pages."""
_REMEMBER_SECONDS: Final = 600
_REMEMBER_PLACES: Final = 5_000
_ID: Final = re.compile(r"[A-Za-z0-9_-]{10,190}")
_NEAR_METRES: Final = 2_000.0
_LARGEST_CIRCLE_METRES: Final = 50_000.0
_BEYOND_TOWN_METRES: Final = 60_000.0
# Not the fields that Google bills as "Atmosphere" (serves lunch, good for children): twice the price for little.
_FIELDS: Final = (
    "id",
    "displayName",
    "location",
    "types",
    "primaryType",
    "businessStatus",
    "timeZone",
    "attributions",
    "rating",
    "userRatingCount",
    "priceLevel",
    "priceRange",
    "regularOpeningHours",
    "currentOpeningHours",
)
_MASK: Final = ",".join(_FIELDS)
_SEARCH_MASK: Final = ",".join(f"places.{field}" for field in _FIELDS)


class GooglePlaces(CatalogueTowns):
    """A `PlaceProvider` whose towns are the catalogue's and whose places are Google's, by ids `google/...`.

    What concerns places raises as `Asking.ask` does. What was read is remembered for `remember_seconds`, in memory.
    """

    def __init__(
        self,
        client: "PlacesClient",
        metadata: Callable[[str], list[tuple[str, str]]],
        asking: Asking,
        catalogue: PlaceProvider,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        remember_seconds: float = _REMEMBER_SECONDS,
    ) -> None:
        """`metadata(field mask)` is what goes with each call."""
        super().__init__(catalogue)
        self._client = client
        self._metadata = metadata
        self._asking = asking
        self._turns = Turns()
        self._places: Remembered[str, Place] = Remembered(
            most=_REMEMBER_PLACES, seconds=remember_seconds, monotonic=monotonic
        )
        self._searches: Remembered[Any, tuple[Place, ...]] = Remembered(
            most=_REMEMBER_PLACES // MOST_RESULTS, seconds=remember_seconds, monotonic=monotonic
        )

    def find_places(self, destination_id: str, text: str) -> list[Place]:
        """None: Google finds what a text asks for, not what a sentence mentions in passing."""
        return []

    def search(
        self,
        destination_id: str,
        *,
        text: str | None = None,
        kinds: Collection[Kind] | None = None,
        tags: Collection[str] | None = None,
        near: Point | None = None,
        limit: int = USUAL_LIMIT,
    ) -> list[Place]:
        """One request for at most 20 places; `kinds` and `tags` are checked on what it brings."""
        town = self._catalogue.destination(destination_id)
        if town is None or limit <= 0:
            return []
        wanted = tuple(sorted(kinds)) if kinds is not None else KINDS
        text = " ".join((text or "").split())
        point = None if near is None else (round(near[0], 4), round(near[1], 4))
        key = (town.id, text.casefold(), point, None if text else wanted)
        with self._turns.turn(key):
            found = self._searches.get(key)
            if found is None:
                asked = self._by_text(town, text, point) if text else self._around(town, wanted, point)
                found = tuple(place for place in self._read(asked, town) if town.bounds.contains(place.lat, place.lng))
                self._searches.put({key: found})
                self._places.put({place.id: place for place in found})
        fitting = (place for place in found if place.kind in wanted and (tags is None or set(tags) & set(place.tags)))
        return list(fitting)[:limit]

    def get(self, place_id: str) -> Place | None:
        id_ = place_id.removeprefix(PREFIX)
        if id_ == place_id or not _ID.fullmatch(id_):
            return None
        with self._turns.turn(place_id):
            known = self._places.get(place_id)
            if known is None:
                known = self._details(id_)
                if known is not None:
                    self._places.put({place_id: known})
            return known

    def _details(self, id_: str) -> Place | None:
        request = GetPlaceRequest(name=f"places/{id_}", language_code="en")
        try:
            found = raw(self._ask(self._client.get_place, request, _MASK))
        except NotFound:
            return None
        return place_of(found, self._town_of((found.location.latitude, found.location.longitude)), self._catalogue)

    def _by_text(self, town: Destination, text: str, near: Point | None) -> Iterable[Any]:
        request = SearchTextRequest(text_query=text, language_code="en", max_result_count=MOST_RESULTS)
        if near is not None:
            request.location_bias.circle = Circle(center=_point(near), radius=_NEAR_METRES)
        else:
            low, high = (town.bounds.south, town.bounds.west), (town.bounds.north, town.bounds.east)
            request.location_restriction.rectangle = Viewport(low=_point(low), high=_point(high))
        return self._ask(self._client.search_text, request, _SEARCH_MASK).places

    def _around(self, town: Destination, kinds: Collection[Kind], near: Point | None) -> Iterable[Any]:
        centre = near or (town.lat, town.lng)
        corner = town.bounds.north, town.bounds.east
        radius = _NEAR_METRES if near else min(great_circle(centre, corner), _LARGEST_CIRCLE_METRES)
        request = SearchNearbyRequest(included_types=types_of(kinds), language_code="en", max_result_count=MOST_RESULTS)
        request.location_restriction.circle = Circle(center=_point(centre), radius=radius)
        return self._ask(self._client.search_nearby, request, _SEARCH_MASK).places

    def _ask(self, method: Callable[..., T], request: Any, mask: str) -> T:
        metadata = self._metadata(mask)
        return self._asking.ask(lambda timeout: method(request, retry=None, timeout=timeout, metadata=metadata))

    def _read(self, found: Iterable[Any], town: Destination) -> Iterable[Place]:
        for one in found:
            place = place_of(raw(one), town, self._catalogue)
            if place is not None:
                yield place

    def _town_of(self, point: Point) -> Destination | None:
        """The town in whose bounds a point lies, else the nearest within reach."""
        towns = self._catalogue.destinations()
        inside = [town for town in towns if town.bounds.contains(*point)]
        nearest = min(inside or towns, key=lambda town: great_circle(point, (town.lat, town.lng)))
        return nearest if inside or great_circle(point, (nearest.lat, nearest.lng)) < _BEYOND_TOWN_METRES else None


def _point(point: Point) -> LatLng:
    return LatLng(latitude=point[0], longitude=point[1])
