"""The gRPC server: google.maps.routing.v2.Routes, google.maps.places.v1.Places, and our own travvy.emulator.Maps.

The last is that of `common/control.py` without Record. Order also takes the service (`{"service": "places"}`, routes
unless told), Reset the quota (`{"perMinute": 3000}`); Requests tells what was admitted: method, units, mask, request.
"""

from __future__ import annotations

from typing import Any

from google.maps import places_v1, routing_v2

from emulator.common import control
from emulator.common.rpc import GrpcServer, invalid
from emulator.maps import faults, routes
from emulator.maps.directory import Directory
from emulator.maps.gate import Gate, streamed, unary
from emulator.maps.places import Places


def server(per_minute: float = 3_000.0) -> GrpcServer:
    """Both services behind gates of their own; `per_minute` is the quota in elements, and in requests of Places."""
    routing = Gate("Routes API", faults.ROUTES, per_minute)
    searching = Gate("Places API (New)", faults.PLACES, per_minute)
    gates = {"routes": routing, "places": searching}
    places = Places(Directory())
    return GrpcServer(
        {
            "google.maps.routing.v2.Routes": {
                "ComputeRoutes": unary(routing, "ComputeRoutes", routing_v2.ComputeRoutesRequest.pb(), routes.routes),
                "ComputeRouteMatrix": streamed(
                    routing,
                    "ComputeRouteMatrix",
                    routing_v2.ComputeRouteMatrixRequest.pb(),
                    routes.elements,
                    routes.matrix,
                ),
            },
            "google.maps.places.v1.Places": {
                "SearchText": unary(searching, "SearchText", places_v1.SearchTextRequest.pb(), places.search_text),
                "SearchNearby": unary(
                    searching, "SearchNearby", places_v1.SearchNearbyRequest.pb(), places.search_nearby
                ),
                "GetPlace": unary(searching, "GetPlace", places_v1.GetPlaceRequest.pb(), places.get),
            },
            control.service("maps"): {
                "Order": control.method(lambda order: _order(gates, order)),
                "Reset": control.method(lambda order: _reset(gates, float(order.get("perMinute", per_minute)))),
                "Requests": control.method(
                    lambda _: {"requests": [one for gate in gates.values() for one in gate.seen]}
                ),
            },
        }
    )


def _order(gates: dict[str, Gate], order: dict[str, Any]) -> None:
    service = order.get("service", "routes")
    if service not in gates:
        raise invalid(f"No such service: {service!r}.")
    gates[service].faults.add(order)


def _reset(gates: dict[str, Gate], per_minute: float) -> None:
    for gate in gates.values():
        gate.reset(per_minute)
