"""One question to Cloud Vision about one picture, and its answer as facts."""

from dataclasses import dataclass
from typing import Any, Final

from google.cloud.vision_v1 import AnnotateImageRequest, AnnotateImageResponse, Feature, Image, ImageAnnotatorClient
from google.rpc import code_pb2

from shared.cloud.google_calls import GoogleCalls, RejectedError
from shared.pictures.reading import facts_of, is_unsafe
from shared.pictures.settings import VisionPrices
from shared.runtime.errors import FailedPrecondition, InvalidArgument, Unavailable

_TYPE: Final = Feature.Type
FEATURES: Final = (
    _TYPE.LANDMARK_DETECTION,
    _TYPE.LABEL_DETECTION,
    _TYPE.DOCUMENT_TEXT_DETECTION,
    _TYPE.WEB_DETECTION,
    _TYPE.SAFE_SEARCH_DETECTION,
)
_MOST_RESULTS: Final = 10
_PASSING: Final = (code_pb2.UNAVAILABLE, code_pb2.INTERNAL, code_pb2.UNKNOWN, code_pb2.DEADLINE_EXCEEDED)


@dataclass
class Looking:
    """Asks about pictures. Thread-safe."""

    client: ImageAnnotatorClient
    calls: GoogleCalls
    prices: VisionPrices

    def look(self, jpeg: bytes) -> dict[str, Any]:
        """The `Facts` of a picture, as JSON.

        Raises FailedPrecondition (PICTURE_UNSAFE), InvalidArgument (PICTURE_UNREADABLE), Unavailable
        (SERVICE_UNAVAILABLE), and what GoogleCalls.ask raises.
        """
        request = AnnotateImageRequest(
            image=Image(content=jpeg),
            features=[Feature(type_=feature, max_results=_MOST_RESULTS) for feature in FEATURES],
        )
        try:
            answer: AnnotateImageResponse = self.calls.ask(
                lambda timeout: self.client.batch_annotate_images(requests=[request], retry=None, timeout=timeout)
            ).responses[0]
        except RejectedError as error:
            raise _unreadable() from error
        if answer.error.code:
            raise _refused(answer.error.code)
        if is_unsafe(answer):
            raise FailedPrecondition(
                "This picture shows what is not for everybody, so we have deleted it", reason="PICTURE_UNSAFE"
            )
        return facts_of(answer).model_dump()


def _refused(code: int) -> Unavailable | InvalidArgument:
    if code in _PASSING:
        return Unavailable("Pictures cannot be looked at right now. Try again soon", reason="SERVICE_UNAVAILABLE")
    return _unreadable()


def _unreadable() -> InvalidArgument:
    return InvalidArgument("This picture could not be looked at. Try another one", reason="PICTURE_UNREADABLE")
