"""The gRPC server: google.maps.routing.v2.Routes, google.maps.places.v1.Places, and our own travvy.emulator.Maps.

The last takes and gives JSON (UTF-8 bytes): Order (`{"fault": "cut:3", "skip": 0, "times": 1}`), Reset
(`{"perMinute": 3000}`), Requests (what was admitted since: method, units, mask, request).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import grpc
from google.maps import places_v1, routing_v2

from emulator.common.rpc import GrpcServer, Handler, StatusError, invalid
from emulator.maps import routes
from emulator.maps.directory import Directory
from emulator.maps.gate import Gate, streamed, unary
from emulator.maps.places import Places

CONTROL: Final = "travvy.emulator.Maps"


def server(per_minute: float = 3_000.0) -> GrpcServer:
    """Both services behind gates of their own; `per_minute` is the quota in elements, and in requests of Places."""
    gates = [Gate(per_minute), Gate(per_minute)]
    routing, searching = gates
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
            CONTROL: {
                "Order": _control(lambda order: _order(gates, order)),
                "Reset": _control(lambda order: _reset(gates, float(order.get("perMinute", per_minute)))),
                "Requests": _control(lambda _: {"requests": [one for gate in gates for one in gate.seen]}),
            },
        }
    )


def _order(gates: list[Gate], order: dict[str, Any]) -> dict[str, Any]:
    """The fault strikes requests of the service named by `service`, routes unless told."""
    service = order.get("service", "routes")
    if service not in ("routes", "places"):
        raise invalid(f"No such service: {service!r}.")
    gates[service == "places"].faults.add(order)
    return {}


def _reset(gates: list[Gate], per_minute: float) -> dict[str, Any]:
    for gate in gates:
        gate.reset(per_minute)
    return {}


def _control(method: Callable[[dict[str, Any]], dict[str, Any]]) -> Handler:
    async def call(message: bytes, context: Any) -> bytes:
        try:
            return json.dumps(method(json.loads(message or b"{}"))).encode()
        except StatusError as error:
            await context.abort(error.code, error.message)
            raise

    return grpc.unary_unary_rpc_method_handler(call)
