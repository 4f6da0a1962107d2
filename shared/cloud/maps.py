"""Google Maps Platform: routes and places, by gRPC with an API key."""

from typing import TYPE_CHECKING, Any

from shared.cloud.once import once
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from google.maps.places_v1 import PlacesClient
    from google.maps.routing_v2 import RoutesClient


def enabled() -> bool:
    """Whether there is a key; without one nothing of this module may be called."""
    return settings().maps_api_key is not None


def metadata(field_mask: str) -> list[tuple[str, str]]:
    """What goes with every call: the key, and the fields that are wanted (and paid for), separated by commas."""
    return [("x-goog-api-key", settings().maps_api_key or ""), ("x-goog-fieldmask", field_mask)]


@once
def routes() -> "RoutesClient":
    """The client of this process; thread-safe. TRAVVY_MAPS_EMULATOR_HOST redirects it."""
    from google.maps.routing_v2 import RoutesClient
    from google.maps.routing_v2.services.routes.transports import RoutesGrpcTransport

    return RoutesClient(transport=_transport(RoutesGrpcTransport))


@once
def places() -> "PlacesClient":
    """The client of this process; thread-safe. TRAVVY_MAPS_EMULATOR_HOST redirects it."""
    from google.maps.places_v1 import PlacesClient
    from google.maps.places_v1.services.places.transports import PlacesGrpcTransport

    return PlacesClient(transport=_transport(PlacesGrpcTransport))


def _transport(kind: Any) -> Any:
    """The key goes along as metadata, so the channel itself needs no credentials of the project."""
    address = settings().maps_emulator
    if address is not None:
        from shared.cloud.local import channel

        return kind(channel=channel(address))
    from google.auth.credentials import AnonymousCredentials

    return kind(credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
