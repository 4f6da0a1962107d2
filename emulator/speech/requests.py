"""What the service refuses before it listens, and what of a request matters to listening."""

from __future__ import annotations

import re
from typing import Any, Final

from emulator.common.rpc import StatusError, invalid, not_found, unimplemented

MOST_PHRASES: Final = 5_000
MOST_PHRASE_CHARACTERS: Final = 100
MOST_ADAPTATION_CHARACTERS: Final = 100_000
MOST_LANGUAGES: Final = 3
MODELS: Final = {
    "long": "*",
    "short": "*",
    "telephony": "*",
    "chirp_2": ("us-central1", "europe-west4", "asia-southeast1"),
    "chirp_3": ("us", "eu", "asia-northeast1", "asia-southeast1"),
}
"""Which locations have which model; "*": all."""
_RECOGNIZER: Final = re.compile(r"projects/[^/]+/locations/([^/]+)/recognizers/([^/]+)")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def check(message: Any) -> None:
    """Raises StatusError for what the service itself would refuse."""
    named = _RECOGNIZER.fullmatch(message.recognizer)
    if not named:
        raise invalid(
            "Invalid resource name: expected projects/{project}/locations/{location}/recognizers/{recognizer}."
        )
    if named[2] != "_":
        raise not_found(f"Unable to find Recognizer {named[2]} from project.")
    config = message.config
    _check_model(config.model, named[1])
    if config.WhichOneof("decoding_config") != "auto_decoding_config":
        raise unimplemented("This stand-in takes auto_decoding_config only.")
    if message.WhichOneof("audio_source") != "content":
        raise unimplemented("This stand-in takes content only, no uri.")
    _check_languages(list(config.language_codes), config.model)
    _check_phrases(hints(message))


def hints(message: Any) -> list[str]:
    """The phrases that the request expects to be said."""
    sets = message.config.adaptation.phrase_sets
    return [phrase.value for one in sets for phrase in one.inline_phrase_set.phrases]


def english(message: Any) -> str | None:
    """The English that is asked for, as a language tag; None if it can only be another language."""
    codes = list(message.config.language_codes)
    if codes == ["auto"]:
        return "en-US"
    return next((code for code in codes if code.lower().partition("-")[0] == "en"), None)


def _check_model(model: str, location: str) -> None:
    if model not in MODELS:
        raise invalid(f'The model "{model}" does not exist in the location named "{location}".')
    places = MODELS[model]
    if places != "*" and location not in places:
        raise invalid(f'The model "{model}" does not exist in the location named "{location}".')


def _check_languages(codes: list[str], model: str) -> None:
    if not codes:
        raise invalid("At least one language code must be given.")
    if len(codes) > MOST_LANGUAGES:
        raise invalid(f"At most {MOST_LANGUAGES} language codes are supported.")
    for code in codes:
        known = model.startswith("chirp") and len(codes) == 1 if code == "auto" else _LANGUAGE.fullmatch(code)
        if not known:
            raise invalid(f'The language "{code}" is not supported by the model "{model}".')


def _check_phrases(phrases: list[str]) -> None:
    if len(phrases) > MOST_PHRASES or sum(map(len, phrases)) > MOST_ADAPTATION_CHARACTERS:
        raise invalid("Invalid speech adaptation: too many phrases or characters.")
    if any(not phrase.strip() or len(phrase) > MOST_PHRASE_CHARACTERS for phrase in phrases):
        raise invalid(f"Invalid speech adaptation: phrases have 1 to {MOST_PHRASE_CHARACTERS} characters.")


def cannot(codes: list[str]) -> StatusError:
    """What the stand-in says to a language that it does not understand."""
    return unimplemented(
        f"This stand-in understands English only, not {', '.join(codes)}: "
        "no package ships a model for other languages. Give it a recorded answer."
    )
