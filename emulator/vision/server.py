"""The gRPC server: google.cloud.vision.v1.ImageAnnotator, and our own travvy.emulator.Vision.

The last takes and gives JSON (UTF-8 bytes): Order (`{"fault": "exhausted:2", "skip": 0, "times": 1}`), Record
(`{"name": "alhambra"}` or `{"answer": {…}}`: the next picture's answer), Reset, Requests (what was asked since).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

import grpc
from google.cloud.vision_v1 import BatchAnnotateImagesRequest, BatchAnnotateImagesResponse
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from emulator.common.faults import HEADER, Fault, FaultQueue
from emulator.common.rpc import GrpcServer, Handler, StatusError, invalid
from emulator.vision import recorded
from emulator.vision.annotate import Annotator

CONTROL: Final = "travvy.emulator.Vision"
RECORDED: Final = "x-travvy-recorded"
"""Metadata of a request: the name of the recorded answer for its first picture."""
KINDS: Final = {"unavailable": 0.0, "internal": 0.0, "exhausted": 0.0, "denied": 0.0, "slow": 30.0, "image": 13.0}
"""unavailable, internal, denied (PERMISSION_DENIED): that status. exhausted[:seconds]: RESOURCE_EXHAUSTED, with
RetryInfo if there are seconds. slow[:seconds]: the answer takes that long. image[:code]: the answer is well, but each
picture's `error` has this code (13: INTERNAL)."""
MOST_IMAGES: Final = 16
_REQUEST: Final = BatchAnnotateImagesRequest.pb()
_RESPONSE: Final = BatchAnnotateImagesResponse.pb()
_STATUS: Final = {
    "unavailable": (grpc.StatusCode.UNAVAILABLE, "The service is currently unavailable."),
    "internal": (grpc.StatusCode.INTERNAL, "Internal error encountered."),
    "denied": (grpc.StatusCode.PERMISSION_DENIED, "Cloud Vision API has not been used in this project before."),
    "exhausted": (grpc.StatusCode.RESOURCE_EXHAUSTED, "Quota exceeded for quota metric 'Requests' per minute."),
}


class Vision:
    """The service's state: faults and recorded answers that wait, requests that were seen."""

    def __init__(self) -> None:
        self.faults = FaultQueue(KINDS, invalid)
        self.answers: list[Any] = []
        self.seen: list[dict[str, Any]] = []
        self._annotator = Annotator()

    def reset(self) -> None:
        """Forget everything but what was loaded."""
        self.faults.clear()
        self.answers.clear()
        self.seen.clear()

    async def annotate(self, message: Any, metadata: dict[str, str]) -> Any:
        """BatchAnnotateImages. Raises StatusError or FaultError."""
        self.seen.append(_told(message))
        fault = self.faults.next(metadata.get(HEADER))
        if fault and fault.kind in _STATUS:
            raise FaultError(*_STATUS[fault.kind], retry=fault.value)
        if len(message.requests) > MOST_IMAGES:
            raise invalid(f"Too many images per request, please limit to {MOST_IMAGES}.")
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.value)
        if name := metadata.get(RECORDED):
            self.answers.insert(0, recorded.named(name))
        response = _RESPONSE()
        for request in message.requests:
            response.responses.append(await self._one(request, fault))
        return response

    async def _one(self, request: Any, fault: Fault | None) -> Any:
        if fault and fault.kind == "image":
            return recorded.failed(int(fault.value))
        if self.answers:
            return self.answers.pop(0)
        return await asyncio.to_thread(self._annotator.answer, request)


class FaultError(StatusError):
    """A status on order, with when to come again."""

    def __init__(self, code: Any, message: str, *, retry: float) -> None:
        super().__init__(code, message)
        self.retry = retry

    def status(self) -> Any:
        """As google.rpc.Status, for the trailing metadata."""
        found = status_pb2.Status(code=self.code.value[0], message=self.message)
        if self.retry:
            delay = duration_pb2.Duration()
            delay.FromNanoseconds(round(self.retry * 1e9))
            packed = any_pb2.Any()
            packed.Pack(error_details_pb2.RetryInfo(retry_delay=delay))
            found.details.append(packed)
        return rpc_status.to_status(found)


def server() -> GrpcServer:
    """The service and its control."""
    vision = Vision()
    return GrpcServer(
        {
            "google.cloud.vision.v1.ImageAnnotator": {"BatchAnnotateImages": _annotate(vision)},
            CONTROL: {
                "Order": _control(lambda order: vision.faults.add(order) and {}),
                "Record": _control(lambda order: vision.answers.append(recorded.ordered(order))),
                "Reset": _control(lambda _: vision.reset()),
                "Requests": _control(lambda _: {"requests": vision.seen}),
            },
        }
    )


def _annotate(vision: Vision) -> Handler:
    async def call(message: Any, context: Any) -> Any:
        metadata = {key: str(value) for key, value in context.invocation_metadata()}
        try:
            return await vision.annotate(message, metadata)
        except FaultError as error:
            await context.abort_with_status(error.status())
        except StatusError as error:
            await context.abort(error.code, error.message)

    return grpc.unary_unary_rpc_method_handler(call, _REQUEST.FromString, _serialize)


def _told(message: Any) -> dict[str, Any]:
    """What a test may want to know of a request; of the pictures themselves, only digests."""
    return {
        "parent": message.parent,
        "images": [hashlib.sha256(one.image.content).hexdigest() for one in message.requests],
        "features": [[int(feature.type_) for feature in one.features] for one in message.requests],
        "exif": [b"Exif\x00\x00" in one.image.content for one in message.requests],
    }


def _control(method: Callable[[dict[str, Any]], Any]) -> Handler:
    async def call(message: bytes, context: Any) -> bytes:
        try:
            return json.dumps(method(json.loads(message or b"{}")) or {}).encode()
        except StatusError as error:
            await context.abort(error.code, error.message)
            raise

    return grpc.unary_unary_rpc_method_handler(call)


def _serialize(message: Any) -> bytes:
    data: bytes = message.SerializeToString()
    return data
