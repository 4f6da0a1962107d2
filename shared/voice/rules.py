"""Decisions about what was said, without I/O: who listens, what was understood, and whether it may be asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from shared.assistant.settings import MAX_REQUEST_CHARACTERS
from shared.jobs.models import JobError
from shared.runtime.errors import Aborted, AlreadyExists, InvalidArgument
from shared.runtime.text import tidy
from shared.voice.models import Piece, Voice, VoiceState
from shared.voice.settings import AT_ONCE_SECONDS, CLAIM, LEAST_CONFIDENCE
from shared.voice.sound import Field

_WITHOUT_SPACES: Final = frozenset({"ja", "zh", "cmn", "yue", "th", "lo", "km", "my"})
"""Languages that write words without spaces between them."""

Because = Literal["doubtful", "long"]


@dataclass(frozen=True)
class Understood:
    """What was said in all; `because` says why it is to be confirmed, None if it may be asked."""

    transcript: str
    language: str | None
    confidence: float | None
    because: Because | None


def in_a_job(voice: Voice) -> bool:
    """Whether it is too long to be heard while the caller waits."""
    return voice.seconds > AT_ONCE_SECONDS


def claimed(earlier: Voice | None, mine: Voice, now: datetime) -> Voice:
    """The voice as this call's to listen to, an earlier one's with what that has heard; a heard one as it is.

    Raises AlreadyExists (REQUEST_ID_REUSED) and Aborted (VOICE_BUSY) while another call listens.
    """
    if earlier is None:
        return mine
    check_same(earlier, mine.fingerprint)
    if earlier.state == VoiceState.HEARD or in_a_job(earlier):
        return earlier
    # An earlier claim of its own: the answer of Firestore was lost, and its client asked again.
    if earlier.listening_until > now and earlier.listener != mine.listener:
        raise _busy()
    return mine.model_copy(update={"pieces": earlier.pieces, "created_at": earlier.created_at})


def check_same(earlier: Voice, fingerprint: str) -> None:
    """Raises AlreadyExists (REQUEST_ID_REUSED) if something else was said with this `requestId`."""
    if earlier.fingerprint != fingerprint:
        raise AlreadyExists(
            "This requestId was used for a different recording; send a new one",
            reason="REQUEST_ID_REUSED",
            metadata={"field": "requestId"},
        )


def renewed(voice: Voice, listener: str, now: datetime) -> Voice:
    """The voice while its listener goes on. Raises Aborted (VOICE_BUSY) if another has it by now, or it is heard."""
    if voice.listener != listener or voice.state != VoiceState.LISTENING:
        raise _busy()
    return voice.model_copy(update={"listening_until": until(now)})


def left(voice: Voice, now: datetime) -> Voice:
    """The voice when its listener gives up, free for the next."""
    return voice.model_copy(update={"listening_until": now})


def with_piece(voice: Voice, number: int, piece: Piece, now: datetime) -> Voice:
    """The voice with its next piece; unchanged if another worker was faster."""
    if len(voice.pieces) != number or voice.state != VoiceState.LISTENING:
        return voice
    return voice.model_copy(update={"pieces": (*voice.pieces, piece), "updated_at": now})


def heard(voice: Voice, now: datetime) -> Voice:
    """The voice when all its pieces are there. Raises InvalidArgument (NOTHING_SAID)."""
    if not any(piece.text for piece in voice.pieces):
        raise nothing_said("audio" if voice.upload is None else "upload")
    return voice.model_copy(update={"state": VoiceState.HEARD, "listening_until": now, "updated_at": now})


def failed(voice: Voice, error: JobError, now: datetime) -> Voice:
    """The voice when its job gave up; a heard one stays heard."""
    if voice.state != VoiceState.LISTENING:
        return voice
    return voice.model_copy(update={"state": VoiceState.FAILED, "error": error, "pieces": (), "updated_at": now})


def understood(voice: Voice) -> Understood:
    """What a heard voice has said."""
    spoken = [piece for piece in voice.pieces if piece.text]
    language = _main_language(spoken)
    transcript = tidy(joined([piece.text for piece in spoken], language))
    confidence = mean([(piece.confidence, len(piece.text)) for piece in spoken])
    because: Because | None = None
    if confidence is not None and confidence < LEAST_CONFIDENCE:
        because = "doubtful"
    elif len(transcript) > MAX_REQUEST_CHARACTERS:
        because = "long"
    return Understood(transcript, language, confidence, because)


def joined(texts: list[str], language: str | None) -> str:
    """Parts of a transcript as one, as the language writes it."""
    between = "" if (language or "").partition("-")[0].lower() in _WITHOUT_SPACES else " "
    return between.join(text.strip() for text in texts if text.strip())


def mean(confidences: list[tuple[float | None, int]]) -> float | None:
    """The weighted mean of those that are known, in two digits."""
    known = [(confidence, weight) for confidence, weight in confidences if confidence is not None and weight]
    total = sum(weight for _, weight in known)
    return round(sum(confidence * weight for confidence, weight in known) / total, 2) if total else None


def nothing_said(field: Field) -> InvalidArgument:
    return InvalidArgument(
        "Nothing was said in this recording, or nothing that could be understood",
        reason="NOTHING_SAID",
        metadata={"field": field},
    )


def until(now: datetime) -> datetime:
    """When another call may listen, should this one die."""
    return now + CLAIM


def _busy() -> Aborted:
    return Aborted(
        "This recording is being listened to; come again in a moment",
        reason="VOICE_BUSY",
        metadata={"field": "requestId"},
        retry_after=2.0,
    )


def _main_language(pieces: list[Piece]) -> str | None:
    """The language of most of the text."""
    weights: dict[str, int] = {}
    for piece in pieces:
        if piece.language:
            weights[piece.language] = weights.get(piece.language, 0) + len(piece.text)
    return max(weights, key=lambda language: weights[language]) if weights else None
