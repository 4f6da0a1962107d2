"""The Routes service: ways along a grid of streets, so that they are neither straight nor what our estimates say.

A way runs along the parallel and the meridian. On foot at 4.3 km/h; by car at 25 km/h and a minute more to the west, as
of one-way streets; by public transport at 22 km/h after 7 minutes, for 2 euros, and not between 1 and 5 in the morning
(UTC). Nobody walks further than 50 km, and nothing leads across more than 20 degrees.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

import grpc
from google.maps import routing_v2
from google.rpc import code_pb2

from emulator.common.faults import Fault
from emulator.common.rpc import StatusError, invalid
from emulator.maps.masks import Mask

MOST_ELEMENTS: Final = 625
MOST_COSTLY_ELEMENTS: Final = 100
_MOST_NAMED: Final = 50
_DEGREE_METRES: Final = 111_195.0
_LONGEST_WALK_METRES: Final = 50_000
_WIDEST_DEGREES: Final = 20.0
_FARE_EUROS: Final = 2
_ELEMENT: Final = routing_v2.RouteMatrixElement.pb()
_RESPONSE: Final = routing_v2.ComputeRoutesResponse.pb()
_MODE: Final = routing_v2.RouteTravelMode
_PREFERENCE: Final = routing_v2.RoutingPreference
_CONDITION: Final = routing_v2.RouteMatrixElementCondition
_BY_ROAD: Final = (_MODE.DRIVE, _MODE.TWO_WHEELER)


def elements(request: Any) -> int:
    """How many elements a matrix has."""
    return len(request.origins) * len(request.destinations)


def matrix(request: Any, mask: str, fault: Fault | None) -> list[Any]:
    """ComputeRouteMatrix: elements in no particular order. Raises StatusError."""
    wanted = Mask(mask, _ELEMENT)
    mode = _check(request)
    waypoints = [one.waypoint for one in (*request.origins, *request.destinations)]
    if sum(not one.HasField("location") for one in waypoints) > _MOST_NAMED:
        raise invalid(f"The number of address and place ID waypoints exceeds the limit of {_MOST_NAMED}.")
    most = MOST_ELEMENTS
    if mode == _MODE.TRANSIT or request.routing_preference == _PREFERENCE.TRAFFIC_AWARE_OPTIMAL:
        most = MOST_COSTLY_ELEMENTS
    if not 0 < elements(request) <= most:
        raise invalid(f"The number of elements must be from 1 to {most}, not {elements(request)}.")
    failing = int(fault.value) if fault and fault.kind == "element" else 0
    found: list[Any] = []
    for i, origin in enumerate(request.origins):
        for j, destination in enumerate(request.destinations):
            element = _ELEMENT(origin_index=i, destination_index=j)
            if len(found) < failing:
                element.status.code = code_pb2.UNAVAILABLE
                element.status.message = "Try again."
            else:
                _fill(element, _way(_point(origin.waypoint), _point(destination.waypoint), mode, request), mode)
            found.append(wanted.of(element))
    return found[::-1]


def routes(request: Any, mask: str) -> Any:
    """ComputeRoutes: one route over the intermediate waypoints. Raises StatusError."""
    wanted = Mask(mask, _RESPONSE)
    mode = _check(request)
    points = [_point(one) for one in (request.origin, *request.intermediates, request.destination)]
    ways = [_way(a, b, mode, request) for a, b in pairwise(points)]
    response = _RESPONSE()
    if all(ways):
        route = response.routes.add()
        for way in ways:
            if way is not None:
                seconds, metres = way
                leg = route.legs.add(distance_meters=round(metres))
                leg.duration.seconds = round(seconds)
        route.distance_meters = sum(leg.distance_meters for leg in route.legs)
        route.duration.seconds = sum(leg.duration.seconds for leg in route.legs)
    return wanted.of(response)


def _check(request: Any) -> Any:
    mode = request.travel_mode or _MODE.DRIVE
    if request.routing_preference and mode not in _BY_ROAD:
        raise invalid("Routing preference cannot be set for this travel mode.")
    if request.HasField("arrival_time") and (mode != _MODE.TRANSIT or request.HasField("departure_time")):
        raise invalid("Arrival time is for transit, and only without a departure time.")
    if request.HasField("departure_time"):
        away = (request.departure_time.ToDatetime(UTC) - datetime.now(UTC)).total_seconds() / 86_400
        if mode != _MODE.TRANSIT and away < 0:
            raise invalid("Timestamp must be set to a future time.")
        if mode == _MODE.TRANSIT and not -7 <= away <= 100:
            raise invalid("Transit times are from 7 days in the past to 100 days in the future.")
    return mode


def _point(waypoint: Any) -> tuple[float, float]:
    if not waypoint.HasField("location"):
        raise StatusError(grpc.StatusCode.UNIMPLEMENTED, "This stand-in knows waypoints by location only.")
    found = waypoint.location.lat_lng
    if not (-90 <= found.latitude <= 90 and -180 <= found.longitude <= 180):
        raise invalid("Invalid LatLng.")
    return found.latitude, found.longitude


def _way(a: tuple[float, float], b: tuple[float, float], mode: Any, request: Any) -> tuple[float, float] | None:
    """Seconds and metres; None without a way."""
    if math.dist(a, b) > _WIDEST_DEGREES:
        return None
    along = abs(a[1] - b[1]) * _DEGREE_METRES * math.cos(math.radians((a[0] + b[0]) / 2))
    metres = abs(a[0] - b[0]) * _DEGREE_METRES + along
    if mode == _MODE.WALK:
        return (metres * 3.6 / 4.3, metres) if metres <= _LONGEST_WALK_METRES else None
    if mode == _MODE.TRANSIT:
        leave = request.departure_time.ToDatetime(UTC) if request.HasField("departure_time") else datetime.now(UTC)
        return None if 1 <= leave.hour < 5 else (420 + metres * 3.6 / 22, metres)
    return metres * 3.6 / 25 + (60 if b[1] < a[1] else 0), metres


def _fill(element: Any, way: tuple[float, float] | None, mode: Any) -> None:
    element.status.SetInParent()
    if way is None:
        element.condition = _CONDITION.ROUTE_NOT_FOUND
        return
    seconds, metres = way
    element.condition = _CONDITION.ROUTE_EXISTS
    element.duration.seconds = round(seconds)
    element.static_duration.seconds = round(seconds)
    element.distance_meters = round(metres)
    if mode == _MODE.TRANSIT:
        element.travel_advisory.transit_fare.currency_code = "EUR"
        element.travel_advisory.transit_fare.units = _FARE_EUROS
