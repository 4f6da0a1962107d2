"""Cloud Speech-to-Text, version 2."""

from typing import TYPE_CHECKING, Final

from shared.cloud.once import once
from shared.runtime.settings import settings

if TYPE_CHECKING:
    from google.cloud.speech_v2 import SpeechClient

_GLOBAL: Final = "global"


def recognizer() -> str:
    """The recognizer without settings of its own, in the location whose models are used."""
    return f"projects/{settings().project}/locations/{settings().speech_location}/recognizers/_"


@once
def client() -> "SpeechClient":
    """The client of this process; thread-safe. TRAVVY_SPEECH_EMULATOR_HOST redirects it."""
    from google.api_core.client_options import ClientOptions
    from google.cloud.speech_v2 import SpeechClient
    from google.cloud.speech_v2.services.speech.transports import SpeechGrpcTransport

    address, location = settings().speech_emulator, settings().speech_location
    if address is None:
        endpoint = None if location == _GLOBAL else f"{location}-speech.googleapis.com"
        return SpeechClient(client_options=ClientOptions(api_endpoint=endpoint))
    from shared.cloud.local import channel

    return SpeechClient(transport=SpeechGrpcTransport(channel=channel(address)))
