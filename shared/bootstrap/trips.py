"""Trips and who is in them."""

from typing import TYPE_CHECKING

from shared.bootstrap.common import outbox
from shared.bootstrap.places import catalogue, google_places
from shared.bootstrap.plan import plans
from shared.cloud.once import once

if TYPE_CHECKING:
    from shared.places.finding import PlaceSearch
    from shared.sharing.departures import Departures
    from shared.sharing.guests import Guests
    from shared.sharing.invitations import Invitations
    from shared.sharing.members import Members
    from shared.sharing.publishing import Publishing
    from shared.trips.changes import TripChanges
    from shared.trips.copying import TripCopying
    from shared.trips.lifecycle import TripLifecycle
    from shared.trips.service import TripService
    from shared.trips.settings import TripSettings
    from shared.trips.store import TripStore


@once
def trip_store() -> "TripStore":
    from shared.cloud import firestore
    from shared.trips.store import TripStore

    return TripStore(firestore.client(), outbox())


@once
def trip_changes() -> "TripChanges":
    from shared.runtime.clock import SystemClock
    from shared.runtime.ids import RandomIds
    from shared.trips.changes import TripChanges

    return TripChanges(trip_store(), outbox(), SystemClock(), RandomIds())


@once
def trips() -> "TripService":
    from shared.runtime.ids import RandomIds
    from shared.trips.service import TripService

    return TripService(trip_store(), trip_changes(), outbox(), RandomIds(), catalogue())


@once
def trip_settings() -> "TripSettings":
    from shared.trips.settings import TripSettings

    return TripSettings(trip_store(), trip_changes(), trips(), plans())


@once
def trip_lifecycle() -> "TripLifecycle":
    from shared.trips.lifecycle import TripLifecycle

    return TripLifecycle(trip_store(), trip_changes())


@once
def trip_copying() -> "TripCopying":
    from shared.trips.copying import TripCopying

    return TripCopying(trip_changes(), trips(), trip_settings(), plans())


@once
def place_search() -> "PlaceSearch":
    """For people who search: the catalogue first, then Google if there is a key."""
    from shared.cloud import maps
    from shared.places.finding import PlaceSearch

    if not maps.enabled():
        return PlaceSearch(catalogue(), trips().get)
    from shared.places.wider import WiderPlaces

    return PlaceSearch(WiderPlaces(catalogue(), google_places()), trips().get)


@once
def departures() -> "Departures":
    from shared.sharing.departures import Departures

    return Departures(trip_store(), trip_changes())


@once
def members() -> "Members":
    from shared.sharing.members import Members

    return Members(trip_changes())


@once
def guests() -> "Guests":
    from shared.runtime.ids import RandomIds
    from shared.sharing.guests import Guests

    return Guests(trip_changes(), RandomIds())


@once
def invitations() -> "Invitations":
    from shared.sharing.invitations import Invitations

    return Invitations(trip_store(), trip_changes(), trips())


@once
def publishing() -> "Publishing":
    from shared.sharing.publishing import Publishing

    return Publishing(trip_store(), trip_changes(), plans())
