"""Pictures: showing one, looking at it, and what of it goes into the plan."""

from typing import TYPE_CHECKING

from shared.bootstrap.common import jobs, quotas, remembered_answers
from shared.bootstrap.places import catalogue, google_places, places
from shared.bootstrap.plan import plans
from shared.bootstrap.trips import trips
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.pictures.adding import PictureIdeas
    from shared.pictures.asking import PictureAsking
    from shared.pictures.service import PictureService
    from shared.places.provider import PlaceProvider


@once
def picture_asking() -> "PictureAsking":
    from shared.cloud import firestore, storage
    from shared.pictures.asking import PictureAsking
    from shared.pictures.store import PictureStore
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds

    store = PictureStore(firestore.client())
    return PictureAsking(trips(), jobs(), store, storage.uploads(), catalogue(), SystemClock(), RandomIds())


@once
def pictures() -> "PictureService":
    from shared.cloud import firestore, maps, vision
    from shared.cloud.breaker import Breaker
    from shared.cloud.google_calls import GoogleCalls
    from shared.pictures.looking import Looking
    from shared.pictures.service import PictureService
    from shared.pictures.settings import VisionPrices
    from shared.pictures.store import PictureStore

    calls = GoogleCalls("vision", Breaker("vision"), title="Looking at pictures")
    looking = Looking(vision.client(), calls, VisionPrices())
    store = PictureStore(firestore.client())
    wider: PlaceProvider = places()
    if maps.enabled():
        from shared.places.wider import WiderPlaces

        wider = WiderPlaces(catalogue(), google_places())
    return PictureService(trips(), plans(), store, looking, places(), wider, remembered_answers(), quotas(), jobs())


@once
def picture_ideas() -> "PictureIdeas":
    from shared.pictures.adding import PictureIdeas

    return PictureIdeas(jobs(), plans())
