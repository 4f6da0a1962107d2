"""For tests: the stand-in as a process of its own, the real client libraries for it, and faults on order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from google.maps.places_v1 import PlacesClient
from google.maps.places_v1.services.places.transports import PlacesGrpcTransport
from google.maps.routing_v2 import RoutesClient
from google.maps.routing_v2.services.routes.transports import RoutesGrpcTransport

from emulator.common.faults import HEADER
from emulator.common.testing import program
from emulator.maps.server import CONTROL

_SECONDS = 20.0


class StandIn:
    """A running stand-in, and real clients for it."""

    def __init__(self, address: str, channel: grpc.Channel) -> None:
        self.address = address
        self._channel = channel
        self.routes = RoutesClient(transport=RoutesGrpcTransport(channel=channel))
        self.places = PlacesClient(transport=PlacesGrpcTransport(channel=channel))

    def order(self, fault: str, *, service: str = "routes", skip: int = 0, times: int = 1) -> None:
        """The fault strikes `times` requests of a service, after `skip` of them."""
        self._control("Order", {"fault": fault, "service": service, "skip": skip, "times": times})

    def requests(self) -> list[dict[str, Any]]:
        """What was admitted since the last `reset`: method, units, mask, request."""
        found: list[dict[str, Any]] = self._control("Requests", {})["requests"]
        return found

    def units(self) -> list[int]:
        """Elements of each request for a matrix, in order."""
        return [one["units"] for one in self.requests() if one["method"] == "ComputeRouteMatrix"]

    def reset(self, per_minute: float = 1_000_000.0) -> None:
        """Forget faults and requests; from now on this is the quota."""
        self._control("Reset", {"perMinute": per_minute})

    def _control(self, method: str, order: dict[str, Any]) -> dict[str, Any]:
        call = self._channel.unary_unary(f"/{CONTROL}/{method}")
        answer: dict[str, Any] = json.loads(call(json.dumps(order).encode(), timeout=_SECONDS))
        return answer


@contextmanager
def standin() -> Iterator[StandIn]:
    """The stand-in on a free port, until the block ends."""
    with program("maps") as running, grpc.insecure_channel(running.address) as channel:
        yield StandIn(running.address, channel)


def metadata(mask: str, key: str = "local", fault: str | None = None) -> list[tuple[str, str]]:
    """What our own code sends with each call; `fault` strikes this call."""
    told = [("x-goog-api-key", key), ("x-goog-fieldmask", mask)]
    return [*told, (HEADER, fault)] if fault else told
