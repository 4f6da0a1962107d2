"""Answers in the service's own JSON form, for what the stand-in cannot hear: other languages, doubts, silence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from google.cloud.speech_v2 import RecognizeResponse
from google.protobuf.json_format import ParseDict, ParseError

from emulator.common.rpc import invalid

_FOLDER: Final = Path(__file__).parent / "answers"


def named(name: str) -> Any:
    """The recorded answer of this name. Raises StatusError (INVALID_ARGUMENT) with the names that there are."""
    known = {file.stem: file for file in sorted(_FOLDER.glob("*.json"))}
    if name not in known:
        raise invalid(f"No recorded answer {name!r}; there are {', '.join(known)}.")
    return _parsed(json.loads(known[name].read_text("utf-8")))


def ordered(order: Mapping[str, Any]) -> Any:
    """The answer of `{"name": …}` or `{"answer": {…}}`. Raises StatusError (INVALID_ARGUMENT)."""
    return named(str(order["name"])) if "name" in order else _parsed(order.get("answer"))


def _parsed(answer: Any) -> Any:
    try:
        return ParseDict(answer, RecognizeResponse.pb()())
    except (ParseError, TypeError, AttributeError) as error:
        raise invalid(f"Not an answer of the service: {error}") from error
