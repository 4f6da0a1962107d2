"""For tests: the stand-in as a process of its own, the real client libraries for it, and faults on order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.maps.places_v1 import PlacesClient
from google.maps.places_v1.services.places.transports import PlacesGrpcTransport
from google.maps.routing_v2 import RoutesClient
from google.maps.routing_v2.services.routes.transports import RoutesGrpcTransport

from emulator.common.control import Control
from emulator.common.faults import HEADER
from emulator.common.testing import program


class StandIn(Control):
    """A running stand-in, and real clients for it.

    `order` takes a `service`, routes or places. `requests()` tells of each: method, units, mask, request.
    """

    def __init__(self, address: str, channel: grpc.Channel) -> None:
        super().__init__("maps", channel)
        self.address = address
        self.routes = RoutesClient(transport=RoutesGrpcTransport(channel=channel))
        self.places = PlacesClient(transport=PlacesGrpcTransport(channel=channel))

    def units(self) -> list[int]:
        """Elements of each request for a matrix, in order."""
        return [one["units"] for one in self.requests() if one["method"] == "ComputeRouteMatrix"]

    def reset(self, per_minute: float = 1_000_000.0) -> None:
        """Forget faults and requests; from now on this is the quota."""
        self.call("Reset", {"perMinute": per_minute})


@contextmanager
def standin() -> Iterator[StandIn]:
    """The stand-in on a free port, until the block ends."""
    with program("maps") as running, grpc.insecure_channel(running.address) as channel:
        yield StandIn(running.address, channel)


def metadata(mask: str, key: str = "local", fault: str | None = None) -> list[tuple[str, str]]:
    """What our own code sends with each call; `fault` strikes this call."""
    told = [("x-goog-api-key", key), ("x-goog-fieldmask", mask)]
    return [*told, (HEADER, fault)] if fault else told
