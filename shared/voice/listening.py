"""Asking Cloud Speech-to-Text what is said in a piece of a recording, and what that has cost."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from shared.cloud.google_calls import GoogleCalls, RejectedError
from shared.cloud.joint import Part
from shared.quota.models import Cost
from shared.quota.service import Quotas
from shared.runtime.errors import FailedPrecondition, InvalidArgument, TravvyError
from shared.runtime.logs import log
from shared.voice.models import Piece
from shared.voice.rules import joined, mean
from shared.voice.settings import MICRO_USD_PER_MINUTE
from shared.voice.sound import Sound

if TYPE_CHECKING:
    from google.cloud.speech_v2 import RecognizeRequest, RecognizeResponse
_DETECT: Final = "auto"
_DETECTING: Final = "chirp"
"""Models whose names begin so detect the language themselves."""
_USUAL: Final = "en-US"


@dataclass(frozen=True)
class Speaker:
    """Who pays, and the key under which each piece is paid once."""

    uid: str
    trip_id: str
    voice_id: str


class Listener:
    """Recognises speech. `recognize(request, timeout in seconds)` is one attempt."""

    def __init__(
        self,
        recognize: "Callable[[RecognizeRequest, float], RecognizeResponse]",
        calls: GoogleCalls,
        quotas: Quotas,
        *,
        recognizer: str,
        model: str,
    ) -> None:
        self._recognize = recognize
        self._calls = calls
        self._quotas = quotas
        self._recognizer = recognizer
        self._model = model

    def hear(
        self, speaker: Speaker, number: int, sound: Sound, languages: Sequence[str], hints: Sequence[str]
    ) -> tuple[Piece, list[Part]]:
        """What is said in a piece of at most a minute, and what that has cost, to be written with it.

        A piece without a voice in it is not sent, and costs nothing.

        Raises InvalidArgument (LANGUAGE_UNSUPPORTED), Unavailable, DeadlineExceeded and FailedPrecondition.
        """
        if sound.silent:
            return Piece(text="", language=None, confidence=None, seconds=sound.seconds), []
        request = self._request(sound, languages, hints)
        try:
            answer = self._calls.ask(lambda timeout: self._recognize(request, timeout))
        except RejectedError as error:
            raise self._rejected(languages, error) from error
        return _piece(answer, sound), [self._paid(speaker, number, sound, answer)]

    def _request(self, sound: Sound, languages: Sequence[str], hints: Sequence[str]) -> "RecognizeRequest":
        from google.cloud import speech_v2 as speech

        detected = [_DETECT] if self._model.startswith(_DETECTING) else [_USUAL]
        phrases = [speech.PhraseSet.Phrase(value=hint) for hint in hints]
        hinted = speech.SpeechAdaptation.AdaptationPhraseSet(inline_phrase_set=speech.PhraseSet(phrases=phrases))
        return speech.RecognizeRequest(
            recognizer=self._recognizer,
            config=speech.RecognitionConfig(
                auto_decoding_config=speech.AutoDetectDecodingConfig(),
                model=self._model,
                language_codes=list(languages) or detected,
                features=speech.RecognitionFeatures(enable_automatic_punctuation=True),
                adaptation=speech.SpeechAdaptation(phrase_sets=[hinted]) if phrases else None,
            ),
            content=sound.wav(),
        )

    def _paid(self, speaker: Speaker, number: int, sound: Sound, answer: "RecognizeResponse") -> Part:
        """What it cost, counted once, also if the piece has to be listened to again."""
        duration = type(answer).pb(answer).metadata.total_billed_duration.ToTimedelta()
        billed = math.ceil(duration.total_seconds() or sound.seconds)
        cost = Cost(micro_usd=math.ceil(billed * MICRO_USD_PER_MINUTE / 60))
        told: dict[str, object] = {
            "model": self._model,
            "seconds": billed,
            "micro_usd": cost.micro_usd,
            "trip_id": speaker.trip_id,
            "voice_id": speaker.voice_id,
        }
        key = f"voice/{speaker.voice_id}/{number}"
        added = partial(log.info, "speech paid", **told)
        return self._quotas.recording(speaker.uid, speaker.trip_id, cost, key=key, added=added)

    def _rejected(self, languages: Sequence[str], error: RejectedError) -> TravvyError:
        log.warning("speech rejected", model=self._model, languages=list(languages), error=str(error))
        if languages:
            return InvalidArgument(
                f"Speech in {', '.join(languages)} cannot be recognised here",
                reason="LANGUAGE_UNSUPPORTED",
                metadata={"field": "languages", "languages": list(languages)},
            )
        return FailedPrecondition("Speech recognition is not set up correctly on our side", reason="SPEECH_REJECTED")


def _piece(answer: "RecognizeResponse", sound: Sound) -> Piece:
    best = [(result.alternatives[0], result.language_code) for result in answer.results if result.alternatives]
    said = [(one, language) for one, language in best if one.transcript.strip()]
    language = next((language for _, language in said if language), None)
    return Piece(
        text=joined([one.transcript for one, _ in said], language),
        language=language,
        # Models that give no confidence say 0.
        confidence=mean([(one.confidence or None, len(one.transcript)) for one, _ in said]),
        seconds=sound.seconds,
    )
