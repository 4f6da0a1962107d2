"""Cloud Vision."""

from typing import TYPE_CHECKING

from shared.cloud.once import once
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from google.cloud.vision_v1 import ImageAnnotatorClient


@once
def client() -> "ImageAnnotatorClient":
    """The client of this process; thread-safe. TRAVVY_VISION_EMULATOR_HOST redirects it."""
    from google.cloud.vision_v1 import ImageAnnotatorClient
    from google.cloud.vision_v1.services.image_annotator.transports import ImageAnnotatorGrpcTransport

    address = settings().vision_emulator
    if address is None:
        return ImageAnnotatorClient()
    from shared.cloud.local import channel

    return ImageAnnotatorClient(transport=ImageAnnotatorGrpcTransport(channel=channel(address)))
