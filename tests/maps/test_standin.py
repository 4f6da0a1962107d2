"""The stand-in refuses what production refuses, and answers only the fields that were asked for."""

import signal
import subprocess
import sys
from typing import Any

import pytest
from google.api_core import exceptions
from google.maps import places_v1, routing_v2
from google.rpc import error_details_pb2
from google.type.latlng_pb2 import LatLng

from emulator.common.testing import program
from emulator.maps.directory import google_id
from emulator.maps.testing import StandIn, metadata

HERE = LatLng(latitude=41.89, longitude=12.49)
THERE = LatLng(latitude=41.9, longitude=12.5)
FIELDS = "originIndex,destinationIndex,condition,duration"
ROME = {"circle": {"center": HERE, "radius": 1000.0}}


def waypoint(point: LatLng = HERE) -> routing_v2.Waypoint:
    return routing_v2.Waypoint(location=routing_v2.Location(lat_lng=point))


def matrix(maps: StandIn, origins: int, destinations: int, told: Any = None, **more: Any) -> list[Any]:
    request = routing_v2.ComputeRouteMatrixRequest(
        origins=[routing_v2.RouteMatrixOrigin(waypoint=waypoint())] * origins,
        destinations=[routing_v2.RouteMatrixDestination(waypoint=waypoint(THERE))] * destinations,
        **({"travel_mode": "WALK"} | more),
    )
    told = metadata(FIELDS) if told is None else told
    return list(maps.routes.compute_route_matrix(request, retry=None, metadata=told, timeout=10))


@pytest.mark.parametrize(
    ("origins", "destinations", "more"),
    [
        (25, 26, {}),
        (626, 1, {}),
        (0, 5, {}),
        (10, 11, {"travel_mode": "TRANSIT"}),
        (10, 11, {"travel_mode": "DRIVE", "routing_preference": "TRAFFIC_AWARE_OPTIMAL"}),
        (1, 1, {"routing_preference": "TRAFFIC_AWARE"}),
        (1, 1, {"travel_mode": "DRIVE", "departure_time": {"seconds": 1_000_000}}),
        (1, 1, {"travel_mode": "TRANSIT", "departure_time": {"seconds": 1_000_000}}),
        (1, 1, {"travel_mode": "DRIVE", "arrival_time": {"seconds": 4_000_000_000}}),
    ],
)
def test_matrices_have_limits(maps: StandIn, origins: int, destinations: int, more: dict[str, Any]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        matrix(maps, origins, destinations, **more)


def test_a_matrix_at_its_limit(maps: StandIn) -> None:
    assert len(matrix(maps, 25, 25)) == 625
    assert len(matrix(maps, 10, 10, travel_mode="TRANSIT")) == 100


@pytest.mark.parametrize(
    ("told", "error", "words"),
    [
        ([("x-goog-api-key", "local")], exceptions.InvalidArgument, "FieldMask is a required parameter"),
        (metadata("distance"), exceptions.InvalidArgument, "Cannot find matching fields"),
        (metadata(FIELDS, "invalid"), exceptions.InvalidArgument, "API key not valid"),
        (metadata(FIELDS, "restricted"), exceptions.PermissionDenied, "blocked"),
        ([("x-goog-fieldmask", FIELDS)], exceptions.PermissionDenied, "unregistered callers"),
    ],
)
def test_the_front_end_refuses(maps: StandIn, told: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        matrix(maps, 1, 1, told)


@pytest.mark.parametrize("mask", ["originIndex,duration", "origin_index,duration"])
def test_only_the_fields_asked_for_are_answered(maps: StandIn, mask: str) -> None:
    (element,) = matrix(maps, 1, 1, metadata(mask))
    assert element.duration.total_seconds() > 0 and element.distance_meters == 0 and not element.condition
    (everything,) = matrix(maps, 1, 1, metadata("*"))
    assert everything.distance_meters > 0 and everything.condition == 1


def test_the_quota_is_of_elements_and_says_when_to_come_again(maps: StandIn) -> None:
    maps.reset(per_minute=10)
    matrix(maps, 3, 3)
    with pytest.raises(exceptions.ResourceExhausted, match="Quota exceeded"):
        matrix(maps, 1, 2)
    assert len(matrix(maps, 1, 1)) == 1
    with pytest.raises(exceptions.ResourceExhausted) as caught:
        matrix(maps, 1, 1, metadata(FIELDS, fault="exhausted:3"))
    (delay,) = [one for one in caught.value.details if isinstance(one, error_details_pb2.RetryInfo)]
    assert delay.retry_delay.seconds == 3


def test_an_unknown_fault_is_no_fault(maps: StandIn) -> None:
    with pytest.raises(exceptions.InvalidArgument, match="Unknown fault"):
        matrix(maps, 1, 1, metadata(FIELDS, fault="meteor"))


def test_one_route_over_waypoints(maps: StandIn) -> None:
    request = routing_v2.ComputeRoutesRequest(
        origin=waypoint(), destination=waypoint(), intermediates=[waypoint(THERE)], travel_mode="WALK"
    )
    told = metadata("routes.duration,routes.distanceMeters,routes.legs.distanceMeters")
    (route,) = maps.routes.compute_routes(request, metadata=told).routes
    assert len(route.legs) == 2 and route.distance_meters == sum(leg.distance_meters for leg in route.legs) > 3000
    assert route.duration.total_seconds() > 0 and not route.legs[0].duration


@pytest.mark.parametrize(
    "request_",
    [
        places_v1.SearchTextRequest(text_query="  "),
        places_v1.SearchTextRequest(text_query="pizza", max_result_count=21),
        places_v1.SearchNearbyRequest(max_result_count=5),
        places_v1.SearchNearbyRequest(location_restriction=ROME, max_result_count=-1),
        places_v1.GetPlaceRequest(name="ChIJ"),
        places_v1.SearchTextRequest(
            text_query="pizza",
            location_bias=ROME,
            location_restriction={"rectangle": {"low": HERE, "high": THERE}},
        ),
    ],
    ids=lambda request: type(request).__name__,
)
def test_searches_have_limits(maps: StandIn, request_: Any) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        ask(maps, request_)


def ask(maps: StandIn, request: Any, mask: str | None = None) -> Any:
    if isinstance(request, places_v1.GetPlaceRequest):
        return maps.places.get_place(request, metadata=metadata(mask or "displayName"))
    method = maps.places.search_text if isinstance(request, places_v1.SearchTextRequest) else maps.places.search_nearby
    return method(request, metadata=metadata(mask or "places.displayName"))


def test_searches_answer_the_fields_asked_for(maps: StandIn) -> None:
    found = ask(maps, places_v1.SearchTextRequest(text_query="pizza in Rome", max_result_count=3), "places.id")
    assert len(found.places) == 3 and all(place.id and not place.display_name.text for place in found.places)
    whole = ask(maps, places_v1.GetPlaceRequest(name=f"places/{found.places[0].id}"), "*")
    assert whole.display_name.text and whole.time_zone.id == "Europe/Rome" and whole.regular_opening_hours.periods
    with pytest.raises(exceptions.InvalidArgument):
        ask(maps, places_v1.SearchTextRequest(text_query="pizza"), "displayName")


def test_nearby_by_fame_and_by_distance(maps: StandIn) -> None:
    def names(rank: str) -> list[str]:
        request = places_v1.SearchNearbyRequest(
            location_restriction=ROME, rank_preference=rank, excluded_types=["restaurant"], max_result_count=4
        )
        return [place.display_name.text for place in ask(maps, request).places]

    assert len(names("POPULARITY")) == 4 and names("POPULARITY") != names("DISTANCE")


def test_an_old_id_is_not_found(maps: StandIn) -> None:
    with pytest.raises(exceptions.NotFound):
        ask(maps, places_v1.GetPlaceRequest(name=f"places/{google_id('rome/atlantis')}"))


def test_it_runs_alone_and_stops_when_told() -> None:
    with program("maps", "--per-minute", "5") as running:
        taken = [sys.executable, "-m", "emulator.maps", "--port", str(running.port)]
        second = subprocess.run(taken, capture_output=True, text=True, timeout=30, check=False)
        assert second.returncode == 3 and second.stderr.count("\n") == 1
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(5) == 0
