"""places-search over HTTP: without a key the catalogue, with one also what Google's stand-in knows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from emulator.maps.testing import standin
from shared import bootstrap
from shared.places.finding import PlaceSearch
from shared.places.requests import SearchPlacesResponse
from shared.runtime.caller import Caller, Role, TripAccess
from tests.support.clients import forget_clients

People = Callable[..., Session]


def new_trip(ana: Session) -> str:
    made: str = ana.call("trips-create", name="Rome", destinations=["Rome"], requestId="trip-0001")["tripId"]
    return made


def test_the_catalogue_is_searched(person: People) -> None:
    ana = person("Ana")
    trip_id = new_trip(ana)
    found = ana.call("places-search", tripId=trip_id, destination="Roma", text="pizza", limit=3)
    assert found["destination"] == "rome" and len(found["places"]) == 3 and found["attributions"] == []
    assert {place["source"] for place in found["places"]} == {"catalogue"}
    near = {"lat": 41.8902, "lng": 12.4922}
    close = ana.call("places-search", tripId=trip_id, destination="rome", kinds=["sight"], near=near, limit=1)
    assert close["places"][0]["placeId"] == "rome/colosseum"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"destination": "Atlantis"}, "DESTINATION_UNKNOWN"),
        ({"destination": "Rome", "limit": 41}, "INVALID_REQUEST"),
        ({"destination": "Rome", "near": {"lat": 91, "lng": 0}}, "INVALID_REQUEST"),
        ({"destination": "Rome", "kinds": []}, "INVALID_REQUEST"),
    ],
)
def test_a_wrong_search_is_named(person: People, data: dict[str, Any], reason: str) -> None:
    ana = person("Ana")
    with pytest.raises(CallError) as caught:
        ana.call("places-search", tripId=new_trip(ana), **data)
    assert caught.value.reason == reason


def test_strangers_do_not_search_for_a_trip(person: People) -> None:
    trip_id = new_trip(person("Ana"))
    with pytest.raises(CallError) as caught:
        person("Eve").call("places-search", tripId=trip_id, destination="Rome")
    assert caught.value.reason == "TRIP_NOT_FOUND"


def test_searches_are_counted(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = new_trip(ana)
    for _ in range(2):
        ana.call("places-search", tripId=trip_id, destination="Rome", limit=1)
    used, _ = bootstrap.quotas().today(ana.uid, trip_id)
    assert used.used == {"searches": 2}


def test_with_a_key_google_is_asked_and_named(
    person: People, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = person("Ana")
    trip_id = new_trip(ana)
    with standin() as maps:
        monkeypatch.setenv("TRAVVY_MAPS_API_KEY", "local")
        monkeypatch.setenv("TRAVVY_MAPS_EMULATOR_HOST", maps.address)
        forget_clients()
        search: PlaceSearch = bootstrap.place_search()
        caller = Caller(ana.uid, None, False, None, None, False, {}, datetime.now(UTC))
        access = TripAccess(caller, trip_id, Role.VIEWER)
        found = search.search(access, "Rome", text="museum of maps", kinds=None, near=None, limit=5)
        answer = SearchPlacesResponse.of(found).model_dump(by_alias=True)
        assert answer["attributions"] == ["Google Maps"]
        (place,) = answer["places"]
        assert place["source"] == "google" and place["placeId"].startswith("google/")
        known = bootstrap.places().get(place["placeId"])
        assert known and known.name == "Museum of Maps Rome"
        assert [one["method"] for one in maps.requests()] == ["SearchText"]
