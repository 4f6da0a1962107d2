"""The Places service (New): SearchText, SearchNearby, GetPlace."""

from __future__ import annotations

from typing import Any, Final

from google.maps import places_v1

from emulator.common.rpc import invalid, not_found
from emulator.maps.directory import Directory
from emulator.maps.masks import Mask
from emulator.maps.rendering import MESSAGE, render, types_of
from shared.places.models import Place
from shared.places.travel import great_circle

_MOST: Final = 20
_FOUND_BY_TEXT: Final = places_v1.SearchTextResponse.pb()
_FOUND_NEARBY: Final = places_v1.SearchNearbyResponse.pb()
_LARGEST_CIRCLE_METRES: Final = 50_000.0


class Places:
    """Answers from a directory. Every method raises StatusError as production does."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def search_text(self, request: Any, mask: str) -> Any:
        """Places that a text means, within or near a region, else in the town that the text names."""
        wanted = Mask(mask, _FOUND_BY_TEXT)
        if not request.text_query.strip():
            raise invalid("Empty text_query. text_query is a required field.")
        if request.HasField("location_bias") and request.HasField("location_restriction"):
            raise invalid("Only one of location_bias and location_restriction may be set.")
        if not 0 <= request.max_result_count <= _MOST:
            raise invalid(f"Max result count must be between 1 and {_MOST}, inclusive.")
        area = _area(request)
        named = self._directory.named(request.text_query)
        text = request.text_query
        for town in named:
            text = text.replace(f" in {town.name}", "").replace(town.name, "")
        towns = named or [
            town for town in self._directory.everywhere() if area is None or area.contains((town.lat, town.lng), 0.3)
        ]
        found = [place for town in towns for place in self._directory.search(town, text.strip())]
        inside = [place for place in found if area is None or not area.strict or area.contains((place.lat, place.lng))]
        return _answer(_FOUND_BY_TEXT(), self._of_type(inside, request.included_type), request, wanted)

    def search_nearby(self, request: Any, mask: str) -> Any:
        """Places of some types in a circle, the best known first, or the nearest."""
        wanted = Mask(mask, _FOUND_NEARBY)
        circle = request.location_restriction.circle
        if not 0 < circle.radius <= _LARGEST_CIRCLE_METRES:
            raise invalid(f"Radius must be between 0 and {_LARGEST_CIRCLE_METRES:g}, in meters.")
        if not 0 <= request.max_result_count <= _MOST:
            raise invalid(f"Max result count must be between 1 and {_MOST}, inclusive.")
        centre = circle.center.latitude, circle.center.longitude
        near = [
            (great_circle(centre, (place.lat, place.lng)), place)
            for town in self._directory.everywhere()
            if great_circle(centre, (town.lat, town.lng)) < circle.radius + _LARGEST_CIRCLE_METRES
            for place in self._directory.of(town)
        ]
        by_distance = request.rank_preference == places_v1.SearchNearbyRequest.RankPreference.DISTANCE
        inside = [(far if by_distance else -place.weight, place) for far, place in near if far <= circle.radius]
        found = [place for _, place in sorted(inside, key=lambda one: (one[0], one[1].id))]
        kept = [place for place in found if not set(types_of(place)).intersection(request.excluded_types)]
        if request.included_types:
            kept = [place for place in kept if set(types_of(place)).intersection(request.included_types)]
        return _answer(_FOUND_NEARBY(), kept, request, wanted)

    def get(self, request: Any, mask: str) -> Any:
        """One place by its resource name."""
        wanted = Mask(mask, MESSAGE)
        collection, _, id_ = request.name.partition("/")
        if collection != "places" or not id_ or "/" in id_:
            raise invalid(f"Not a valid resource name: {request.name}.")
        place = self._directory.get(id_)
        if place is None:
            raise not_found("The Place ID is no longer valid. Please refresh cached Place IDs.")
        return wanted.of(render(place))

    def _of_type(self, places: list[Place], wanted: str) -> list[Place]:
        return [place for place in places if not wanted or wanted in types_of(place)]


class _Area:
    """The rectangle or circle of a search; `strict` if nothing outside may be found."""

    def __init__(self, low: tuple[float, float], high: tuple[float, float], *, strict: bool) -> None:
        self._low, self._high, self.strict = low, high, strict

    def contains(self, point: tuple[float, float], margin: float = 0.0) -> bool:
        """Whether the point (latitude, longitude) is inside, or at most `margin` degrees outside."""
        bounds = zip(self._low, point, self._high, strict=True)
        return all(low - margin <= value <= high + margin for low, value, high in bounds)


def _area(request: Any) -> _Area | None:
    for field, strict in (("location_restriction", True), ("location_bias", False)):
        if request.HasField(field):
            region = getattr(request, field)
            if region.HasField("rectangle"):
                low, high = region.rectangle.low, region.rectangle.high
                return _Area((low.latitude, low.longitude), (high.latitude, high.longitude), strict=strict)
            centre = region.circle.center
            reach = region.circle.radius / 111_195
            return _Area(
                (centre.latitude - reach, centre.longitude - reach),
                (centre.latitude + reach, centre.longitude + reach),
                strict=strict,
            )
    return None


def _answer(response: Any, places: list[Place], request: Any, mask: Mask) -> Any:
    """The response with as many of the places as are asked for."""
    for place in places[: request.max_result_count or _MOST]:
        response.places.append(render(place))
    return mask.of(response)
