"""Places, for travellers who look for something to add to their trip."""

from shared import bootstrap
from shared.places.requests import SearchPlacesRequest, SearchPlacesResponse
from shared.runtime.caller import Role, TripAccess
from shared.runtime.decorators import callable_function
from shared.runtime.registry import DailyLimit, Limits, Quota

SEARCHES = Quota("searches", DailyLimit(person=200, trip=600))


@callable_function("places-search", role=Role.VIEWER, limits=Limits(per_caller_per_minute=30), quota=SEARCHES)
def places_search(request: SearchPlacesRequest, access: TripAccess) -> SearchPlacesResponse:
    """Find places by words, kind and nearness: those of the catalogue, and with a key those of Google."""
    found = bootstrap.place_search().search(
        access,
        request.destination,
        text=request.text,
        kinds=request.kinds,
        near=(request.near.lat, request.near.lng) if request.near else None,
        limit=request.limit,
    )
    return SearchPlacesResponse.of(found)
