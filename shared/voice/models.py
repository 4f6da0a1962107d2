"""Stored documents of voice: `trips/{t}/voices/{voiceId}`, which only who spoke can read. Recordings are not stored."""

from enum import StrEnum

from shared.documents import Document, Instant
from shared.jobs.models import JobError


class VoiceState(StrEnum):
    """HEARD is final: what was heard is asked, or to be confirmed. FAILED is of a job; a call says its error itself."""

    LISTENING = "listening"
    HEARD = "heard"
    FAILED = "failed"


class Piece(Document):
    """What was understood of a part of a recording; without words `text` is empty. `confidence` is from 0 to 1, None
    if the model gives none."""

    text: str
    language: str | None
    confidence: float | None
    seconds: float


class Voice(Document):
    """Something said, and how far it is heard: `pieces`, in order. `listener` is the call or job that listens now,
    until `listening_until` at most. `upload` is the address of a recording that a job listens to. `thread_id`,
    `private` and `languages` are as they were asked for.
    """

    by: str
    state: VoiceState
    fingerprint: str
    thread_id: str | None
    private: bool | None
    languages: tuple[str, ...]
    upload: str | None = None
    seconds: float
    pieces: tuple[Piece, ...] = ()
    listener: str
    listening_until: Instant
    error: JobError | None = None
    created_at: Instant
    updated_at: Instant
    expires_at: Instant
