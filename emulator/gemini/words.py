"""What the stand-in says, in the language it was asked in."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "ja")
_FILE = Path(__file__).with_name("words.json")


@cache
def sentences() -> dict[str, dict[str, str]]:
    """All sentences by key and language, read once."""
    stored: dict[str, dict[str, str]] = json.loads(_FILE.read_text("utf-8"))
    return stored


def say(language: str, key: str, **values: object) -> str:
    """A sentence with its values filled in. Raises KeyError for an unknown key, language or value."""
    return sentences()[key][language].format(**values)
