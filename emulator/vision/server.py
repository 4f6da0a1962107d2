"""The gRPC server: google.cloud.vision.v1.ImageAnnotator, and our own travvy.emulator.Vision (`common/control.py`).

An answer that is recorded, by name or by `Record`, is that to the request's first picture.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, Final

from google.cloud.vision_v1 import AnnotateImageResponse, BatchAnnotateImagesRequest, BatchAnnotateImagesResponse

from emulator.common.control import Steered, service
from emulator.common.faults import RECORDED, Fault
from emulator.common.recorded import Recorded
from emulator.common.rpc import GrpcServer, asked, invalid
from emulator.vision import faults
from emulator.vision.annotate import Annotator

MOST_IMAGES: Final = 16
_RESPONSE: Final = BatchAnnotateImagesResponse.pb()
_ANSWER: Final = AnnotateImageResponse.pb()


class Vision:
    """The service."""

    def __init__(self) -> None:
        self._recorded = Recorded(_ANSWER, faults.ANSWERS)
        self.steered = Steered(faults.FAULTS, self._recorded)
        self._annotator = Annotator()

    async def annotate(self, message: Any, metadata: dict[str, str]) -> Any:
        """BatchAnnotateImages. Raises StatusError."""
        self.steered.seen.append(_told(message))
        fault = self.steered.faults.next(metadata)
        faults.refuse(fault)
        if len(message.requests) > MOST_IMAGES:
            raise invalid(f"Too many images per request, please limit to {MOST_IMAGES}.")
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.value)
        answers = [self._recorded.named(fault.name)] if fault and fault.kind == RECORDED else self.steered.answers
        response = _RESPONSE()
        for request in message.requests:
            response.responses.append(await self._one(request, fault, answers))
        return response

    async def _one(self, request: Any, fault: Fault | None, answers: list[Any]) -> Any:
        if fault and fault.kind == "image":
            return _failed(int(fault.value))
        if answers:
            return answers.pop(0)
        return await asyncio.to_thread(self._annotator.answer, request)


def server() -> GrpcServer:
    """The service and its control."""
    vision = Vision()
    annotate = asked(BatchAnnotateImagesRequest.pb(), vision.annotate)
    return GrpcServer(
        {
            "google.cloud.vision.v1.ImageAnnotator": {"BatchAnnotateImages": annotate},
            service("vision"): vision.steered.methods(),
        }
    )


def _failed(code: int) -> Any:
    """An answer with an error instead of annotations."""
    answer = _ANSWER()
    answer.error.code, answer.error.message = code, "The picture could not be annotated."
    return answer


def _told(message: Any) -> dict[str, Any]:
    """What a test may want to know of a request; of the pictures themselves, only digests."""
    return {
        "parent": message.parent,
        "images": [hashlib.sha256(one.image.content).hexdigest() for one in message.requests],
        "features": [[int(feature.type_) for feature in one.features] for one in message.requests],
        "exif": [b"Exif\x00\x00" in one.image.content for one in message.requests],
    }
