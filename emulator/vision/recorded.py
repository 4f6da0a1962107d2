"""Recorded answers, in the service's own JSON form: what it says of a landmark, and of a picture that is not safe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from google.cloud.vision_v1 import AnnotateImageResponse
from google.protobuf import json_format

from emulator.common.rpc import invalid

_DIRECTORY: Final = Path(__file__).parent / "answers"
_ANSWER: Final = AnnotateImageResponse.pb()


def named(name: str) -> Any:
    """The recorded answer of this name. Raises StatusError (INVALID_ARGUMENT)."""
    known = sorted(path.stem for path in _DIRECTORY.glob("*.json"))
    if name not in known:
        raise invalid(f"No recorded answer {name!r}; there are {', '.join(known)}.")
    return _parsed(json.loads((_DIRECTORY / f"{name}.json").read_bytes()))


def ordered(order: dict[str, Any]) -> Any:
    """The answer of `{"name": …}` or `{"answer": {…}}`. Raises StatusError (INVALID_ARGUMENT)."""
    return _parsed(order["answer"]) if "answer" in order else named(str(order.get("name", "")))


def failed(code: int) -> Any:
    """An answer with an error instead of annotations."""
    answer = _ANSWER()
    answer.error.code, answer.error.message = code, "The picture could not be annotated."
    return answer


def _parsed(told: Any) -> Any:
    try:
        return json_format.ParseDict(told, _ANSWER())
    except json_format.ParseError as error:
        raise invalid(f"Not an AnnotateImageResponse: {error}") from None
