"""The gRPC server: google.cloud.speech.v2.Speech (Recognize), and our own travvy.emulator.Speech.

The last takes and gives JSON (UTF-8 bytes): Order (`{"fault": "exhausted:2", "skip": 0, "times": 1}`), Record
(`{"name": "es-add"}` or `{"answer": {…}}`: the answer to the next request), Reset, Requests (what was asked since).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import grpc
from google.cloud.speech_v2 import RecognizeRequest, RecognizeResponse

from emulator.common.faults import HEADER
from emulator.common.rpc import GrpcServer, Handler, StatusError
from emulator.speech import audio, faults, recorded, requests
from emulator.speech.recogniser import RATE, Heard, Recogniser

CONTROL: Final = "travvy.emulator.Speech"
RECORDED: Final = "x-travvy-recorded"
"""Metadata of a request: the name of the recorded answer for it."""
_REQUEST: Final = RecognizeRequest.pb()
_RESPONSE: Final = RecognizeResponse.pb()


class Speech:
    """The service's state: faults and recorded answers that wait, requests that were seen."""

    def __init__(self) -> None:
        self.faults = faults.queue()
        self.answers: list[Any] = []
        self.seen: list[dict[str, Any]] = []
        self._recogniser = Recogniser()

    def reset(self) -> None:
        """Forget everything but the loaded model."""
        self.faults.clear()
        self.answers.clear()
        self.seen.clear()

    async def recognize(self, message: Any, metadata: dict[str, str]) -> Any:
        """Recognize. Raises StatusError or FaultError."""
        self.seen.append(_told(message))
        fault = self.faults.next(metadata.get(HEADER))
        faults.refuse(fault)
        requests.check(message)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.value)
        sound = await asyncio.to_thread(audio.samples, message.content)
        seconds = len(sound) / 2 / RATE
        if fault and fault.kind == "empty":
            answer = _RESPONSE()
        elif name := metadata.get(RECORDED):
            answer = recorded.named(name)
        elif self.answers:
            answer = self.answers.pop(0)
        else:
            answer = await self._heard(message, sound)
        answer.metadata.request_id = str(uuid.uuid4())
        answer.metadata.total_billed_duration.FromTimedelta(timedelta(seconds=math.ceil(seconds)))
        if fault and fault.kind == "cut":
            raise faults.FaultError(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        return answer

    async def _heard(self, message: Any, sound: bytes) -> Any:
        language = requests.english(message)
        if language is None:
            raise requests.cannot(list(message.config.language_codes))
        heard = await asyncio.to_thread(self._recogniser.hear, sound, requests.hints(message))
        return _answer(heard, language, message.config.features)


def server() -> GrpcServer:
    """The service and its control."""
    speech = Speech()
    return GrpcServer(
        {
            "google.cloud.speech.v2.Speech": {"Recognize": _recognize(speech)},
            CONTROL: {
                "Order": _control(lambda order: speech.faults.add(order) and {}),
                "Record": _control(lambda order: speech.answers.append(recorded.ordered(order))),
                "Reset": _control(lambda _: speech.reset()),
                "Requests": _control(lambda _: {"requests": speech.seen}),
            },
        }
    )


def _answer(heard: Heard, language: str, features: Any) -> Any:
    answer = _RESPONSE()
    if not heard.words:
        return answer
    result = answer.results.add(language_code=language)
    result.result_end_offset.FromTimedelta(timedelta(seconds=heard.words[-1].end))
    best = result.alternatives.add(transcript=heard.text, confidence=heard.confidence)
    if features.enable_word_time_offsets or features.enable_word_confidence:
        for word in heard.words:
            told = best.words.add(word=word.text)
            if features.enable_word_confidence:
                told.confidence = word.confidence
            if features.enable_word_time_offsets:
                told.start_offset.FromTimedelta(timedelta(seconds=word.begin))
                told.end_offset.FromTimedelta(timedelta(seconds=word.end))
    return answer


def _recognize(speech: Speech) -> Handler:
    async def call(message: Any, context: Any) -> Any:
        metadata = {key: str(value) for key, value in context.invocation_metadata()}
        try:
            return await speech.recognize(message, metadata)
        except faults.FaultError as error:
            await context.abort_with_status(error.status())
        except StatusError as error:
            await context.abort(error.code, error.message)

    return grpc.unary_unary_rpc_method_handler(call, _REQUEST.FromString, _serialize)


def _told(message: Any) -> dict[str, Any]:
    """What a test may want to know of a request; of the sound itself, only its size and digest."""
    return {
        "recognizer": message.recognizer,
        "model": message.config.model,
        "languages": list(message.config.language_codes),
        "hints": requests.hints(message),
        "bytes": len(message.content),
        "sha256": hashlib.sha256(message.content).hexdigest(),
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
