"""The gRPC server: google.cloud.speech.v2.Speech (Recognize), and our own travvy.emulator.Speech
(`common/control.py`)."""

from __future__ import annotations

import asyncio
import hashlib
import math
import uuid
from datetime import timedelta
from typing import Any, Final

import grpc
from google.cloud.speech_v2 import RecognizeRequest, RecognizeResponse

from emulator.common.control import Steered, service
from emulator.common.faults import RECORDED, Fault
from emulator.common.recorded import Recorded
from emulator.common.rpc import GrpcServer, StatusError, asked
from emulator.speech import audio, faults, requests
from emulator.speech.recogniser import RATE, Heard, Recogniser

_RESPONSE: Final = RecognizeResponse.pb()


class Speech:
    """The service."""

    def __init__(self) -> None:
        self._recorded = Recorded(_RESPONSE, faults.ANSWERS)
        self.steered = Steered(faults.FAULTS, self._recorded)
        self._recogniser = Recogniser()

    async def recognize(self, message: Any, metadata: dict[str, str]) -> Any:
        """Recognize. Raises StatusError."""
        self.steered.seen.append(_told(message))
        fault = self.steered.faults.next(metadata)
        faults.refuse(fault)
        requests.check(message)
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.value)
        sound = await asyncio.to_thread(audio.samples, message.content)
        answer = await self._answer(message, sound, fault)
        answer.metadata.request_id = str(uuid.uuid4())
        seconds = math.ceil(len(sound) / 2 / RATE)
        answer.metadata.total_billed_duration.FromTimedelta(timedelta(seconds=seconds))
        if fault and fault.kind == "cut":
            raise StatusError(grpc.StatusCode.UNAVAILABLE, "Socket closed")
        return answer

    async def _answer(self, message: Any, sound: bytes, fault: Fault | None) -> Any:
        if fault and fault.kind == "empty":
            return _RESPONSE()
        if fault and fault.kind == RECORDED:
            return self._recorded.named(fault.name)
        if self.steered.answers:
            return self.steered.answers.pop(0)
        language = requests.english(message)
        if language is None:
            raise requests.cannot(list(message.config.language_codes))
        heard = await asyncio.to_thread(self._recogniser.hear, sound, requests.hints(message))
        return _told_as(heard, language, message.config.features)


def server() -> GrpcServer:
    """The service and its control."""
    speech = Speech()
    return GrpcServer(
        {
            "google.cloud.speech.v2.Speech": {"Recognize": asked(RecognizeRequest.pb(), speech.recognize)},
            service("speech"): speech.steered.methods(),
        }
    )


def _told_as(heard: Heard, language: str, features: Any) -> Any:
    """What was heard, in the service's form."""
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
