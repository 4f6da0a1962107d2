"""What a search for places costs Firestore: one look at the trip."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.places.catalogue import CatalogueProvider
from shared.places.finding import PlaceSearch
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.ids import RandomIds
from shared.trips.service import TripService
from shared.trips.store import TripStore
from tests.support.people import make_trip
from tests.support.rpcs import CountingClient


def test_a_search_is_one_round_trip(person: Callable[..., Session], cloud: LocalCloud) -> None:
    ana = person()
    trip_id = make_trip(ana)
    client = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    outbox = bootstrap.outbox()
    trips = TripService(TripStore(client, outbox), bootstrap.trip_changes(), outbox, RandomIds(), CatalogueProvider())
    search = PlaceSearch(CatalogueProvider(), trips.get)
    caller = Caller(ana.uid, None, False, None, None, False, {}, datetime.now(UTC))
    with client.counted() as calls:
        found = search.search(
            TripAccess(caller, trip_id, Role.VIEWER), "Rome", text="pizza", kinds=None, near=None, limit=5
        )
    assert found.places
    assert (calls.in_a_row, calls.methods) == (1, ["BatchGetDocuments"])
