"""One picture's answer, feature by feature. What needs a model of the world is left empty, or refused by name."""

from __future__ import annotations

from typing import Any, Final

import grpc
from google.cloud.vision_v1 import AnnotateImageResponse, Feature

from emulator.common.rpc import StatusError
from emulator.vision import colours
from emulator.vision.images import Picture, picture_of
from emulator.vision.landmarks import Landmarks
from emulator.vision.text import Reader, annotate

_ANSWER: Final = AnnotateImageResponse.pb()
_TYPE: Final = Feature.Type
_USUAL_RESULTS: Final = 10
_CANNOT: Final = {
    _TYPE.FACE_DETECTION: "faces",
    _TYPE.LOGO_DETECTION: "logos",
    _TYPE.CROP_HINTS: "crop hints",
    _TYPE.PRODUCT_SEARCH: "products",
    _TYPE.OBJECT_LOCALIZATION: "objects",
}


class Annotator:
    """Answers for pictures. Thread-safe."""

    def __init__(self) -> None:
        self._landmarks = Landmarks()
        self._reader = Reader()

    def answer(self, request: Any) -> Any:
        """An AnnotateImageResponse; what is wrong with the picture is its `error`, as in the service."""
        answer = _ANSWER()
        try:
            if not request.features:
                raise StatusError(grpc.StatusCode.INVALID_ARGUMENT, "Request must specify image and features.")
            picture = picture_of(request.image)
            for feature in request.features:
                self._add(answer, picture, feature)
        except StatusError as error:
            answer = _ANSWER()
            answer.error.code, answer.error.message = error.code.value[0], error.message
        return answer

    def _add(self, answer: Any, picture: Picture, feature: Any) -> None:
        most = feature.max_results or _USUAL_RESULTS
        match feature.type_:
            case _TYPE.LANDMARK_DETECTION:
                answer.landmark_annotations.extend(self._landmarks.of(picture, most))
            case _TYPE.LABEL_DETECTION:
                answer.label_annotations.extend(colours.labels(picture, most))
            case _TYPE.TEXT_DETECTION | _TYPE.DOCUMENT_TEXT_DETECTION if not answer.text_annotations:
                annotate(answer, self._reader.lines(picture), *picture.pixels.size)
            case _TYPE.IMAGE_PROPERTIES:
                answer.image_properties_annotation.CopyFrom(colours.properties(picture))
            case _TYPE.WEB_DETECTION:
                answer.web_detection.SetInParent()
            case _TYPE.SAFE_SEARCH_DETECTION:
                # UNKNOWN throughout: nobody has looked.
                answer.safe_search_annotation.SetInParent()
            case other if other in _CANNOT:
                raise StatusError(grpc.StatusCode.UNIMPLEMENTED, f"The stand-in cannot find {_CANNOT[other]}.")
