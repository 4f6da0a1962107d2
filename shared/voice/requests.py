"""What callers of the voice function send and get."""

import base64
import binascii
from typing import Annotated, Literal

from pydantic import AfterValidator, Base64Encoder, ConfigDict, EncodedBytes, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.chat.requests import AnswerChunk, AnswerResponse
from shared.runtime.models import Request, Response
from shared.trips.requests import DocumentId, RequestId, TripId
from shared.voice.settings import MOST_INLINE_BYTES, MOST_LANGUAGES

_SILENT_WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQAAAAA="

Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]


class _StrictBase64(Base64Encoder):
    """Pydantic's own passes over what is not base64."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        try:
            return base64.b64decode(data, validate=True)
        except binascii.Error:
            raise PydanticCustomError("base64", "should be base64") from None


def _bounded(recording: bytes) -> bytes:
    if len(recording) > MOST_INLINE_BYTES:
        raise PydanticCustomError("too_long", "should have at most {most} bytes", {"most": MOST_INLINE_BYTES})
    return recording


Recording = Annotated[bytes, EncodedBytes(encoder=_StrictBase64), AfterValidator(_bounded)]


class VoiceRequest(Request):
    """A recording of somebody who asks the assistant: `audio` in base64, up to a minute, or an `upload` to Cloud
    Storage (`gs://bucket/uploads/{uid}/…`), up to ten minutes.

    The format is decided by the content: M4A, 3GP, AMR, AAC, MP3, FLAC, WAV, Ogg or WebM. `languages` are those that
    may be spoken, as BCP 47 tags; without them the language is detected. Without `threadId` it begins a thread, which
    only the caller sees if `private`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "audio": _SILENT_WAV,
                    "languages": ["en-US"],
                    "private": True,
                    "requestId": "voice-0001",
                }
            ]
        }
    )

    trip_id: TripId
    thread_id: DocumentId | None = None
    private: bool | None = Field(default=None, description="Of a new thread; by default it is shared.")
    audio: Recording | None = None
    upload: Annotated[str, StringConstraints(max_length=1024)] | None = None
    languages: Annotated[list[Language], Field(max_length=MOST_LANGUAGES)] = Field(default_factory=list)
    request_id: RequestId | None = None

    @model_validator(mode="after")
    def _one_recording(self) -> "VoiceRequest":
        if (self.audio is None) == (self.upload is None):
            raise ValueError("send either audio or upload")
        if self.thread_id is not None and self.private is not None:
            raise ValueError("private is decided when a thread begins; leave it out with threadId")
        return self


class VoiceChunk(Response):
    """First `transcript`, as soon as it is known, then what was written of the answer since the chunk before."""

    voice_id: str
    transcript: str | None = None
    answer: AnswerChunk | None = None


class VoiceResponse(Response):
    """What was heard, and what became of it.

    `asked`: it is a question in `answer.threadId`, and `answer` is as it stands now. `confirm`: it was not asked,
    because it was understood badly (`because` is `doubtful`) or is longer than a question may be (`long`); show the
    `transcript`, let it be corrected, and call ai-chat with it. `listening`: it is a longer recording; follow the job
    `trips/{t}/jobs/{jobId}`, then call again with the same `requestId`. `failed`: that job says why. `confidence` is
    from 0 to 1, null if unknown; `language` is the one recognised.
    """

    trip_id: str
    voice_id: str
    state: Literal["asked", "confirm", "listening", "failed"]
    transcript: str
    language: str | None
    confidence: float | None
    seconds: float
    because: Literal["doubtful", "long"] | None = None
    job_id: str | None = None
    answer: AnswerResponse | None = None
