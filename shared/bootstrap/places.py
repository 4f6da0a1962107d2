"""Places and the travel between them: built in, or Google's with a key."""

from typing import TYPE_CHECKING

from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.places.catalogue import CatalogueProvider
    from shared.places.google import GooglePlaces
    from shared.places.provider import PlaceProvider
    from shared.travel.times import TravelTimes


@once
def catalogue() -> "CatalogueProvider":
    from shared.places.catalogue import CatalogueProvider

    return CatalogueProvider()


@once
def google_places() -> "GooglePlaces":
    """Only with a key (`shared.cloud.maps.enabled`)."""
    from shared.cloud import maps
    from shared.cloud.breaker import Breaker
    from shared.maps.asking import Asking
    from shared.maps.pace import Pace
    from shared.places.google import GooglePlaces

    asking = Asking("places", Breaker("places"), pace=Pace(300))
    return GooglePlaces(maps.places(), maps.metadata, asking, catalogue())


@once
def places() -> "PlaceProvider":
    """For plans: the catalogue, and by its id what people have chosen of Google."""
    from shared.cloud import maps

    if not maps.enabled():
        return catalogue()
    from shared.places.wider import KnownPlaces

    return KnownPlaces(catalogue(), google_places())


@once
def travel_times() -> "TravelTimes":
    """Google's with a key, else estimates."""
    from shared.cloud import maps
    from shared.travel.builtin import ESTIMATED

    if not maps.enabled():
        return ESTIMATED
    from shared.cloud.breaker import Breaker
    from shared.maps.asking import Asking
    from shared.maps.pace import Pace
    from shared.runtime.clock import SystemClock
    from shared.travel.google import GoogleTravelTimes

    # Half of a project's usual quota of elements a minute: several instances share it.
    asking = Asking("routes", Breaker("routes"), pace=Pace(1_500))
    return GoogleTravelTimes(maps.routes(), maps.metadata, asking, SystemClock())
