"""What we say about pictures, in the language that the caller asked for."""

import json
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "es", "de", "fr", "it", "pt", "ja"]


@cache
def _sentences() -> dict[str, dict[str, str]]:
    stored: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
    return stored


def say(language: Language, key: str, **values: object) -> str:
    """A sentence with its values filled in."""
    return _sentences()[key][language].format(**values)
