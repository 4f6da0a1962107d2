"""What was said and what the assistant answers, for callers who wait for it."""

from collections.abc import Generator
from typing import Literal

from shared.chat.following import Following
from shared.chat.requests import AnswerChunk, AnswerResponse
from shared.voice.models import VoiceState
from shared.voice.requests import VoiceChunk, VoiceResponse
from shared.voice.service import Said


class VoiceFollowing:
    def __init__(self, following: Following) -> None:
        self._following = following

    def answer(self, trip_id: str, said: Said, *, streaming: bool) -> Generator[VoiceChunk, None, VoiceResponse]:
        """At once what was heard and the answer as it is; with `streaming` first the transcript, then what is written
        of the answer, piece by piece."""
        if said.understood:
            yield VoiceChunk(voice_id=said.voice_id, transcript=said.understood.transcript)
        answer: AnswerResponse | None = None
        if said.asked:
            pieces = self._following.answer(trip_id, said.asked, streaming=streaming)
            answer = yield from _told(said.voice_id, pieces)
        return _response(trip_id, said, answer)


def _told(
    voice_id: str, pieces: Generator[AnswerChunk, None, AnswerResponse]
) -> Generator[VoiceChunk, None, AnswerResponse]:
    try:
        while True:
            yield VoiceChunk(voice_id=voice_id, answer=next(pieces))
    except StopIteration as stop:
        answer: AnswerResponse = stop.value
        return answer
    finally:
        pieces.close()


def _response(trip_id: str, said: Said, answer: AnswerResponse | None) -> VoiceResponse:
    understood = said.understood
    return VoiceResponse(
        trip_id=trip_id,
        voice_id=said.voice_id,
        state=_state(said),
        transcript=understood.transcript if understood else "",
        language=understood.language if understood else None,
        confidence=understood.confidence if understood else None,
        seconds=said.voice.seconds,
        because=understood.because if understood else None,
        job_id=said.job_id,
        answer=answer,
    )


def _state(said: Said) -> Literal["asked", "confirm", "listening", "failed"]:
    if said.understood:
        return "confirm" if said.understood.because else "asked"
    return "failed" if said.voice.state == VoiceState.FAILED else "listening"
