"""The files beside this one, read once."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

SENTENCES: Final = ("plans", "pictures", "routes", "talk")
FAILURES: Final = "failures"
THEMES: Final = "themes"
TERMS: Final = "terms"
TOWNS: Final = "towns"

Table = Mapping[str, Mapping[str, str]]


@cache
def table(name: str) -> Table:
    """The words of one file by key and language."""
    stored: Table = json.loads(Path(__file__).with_name(f"{name}.json").read_text("utf-8"))
    return stored


@cache
def sentences() -> Table:
    """All sentences that are said by key."""
    return {key: by_language for name in SENTENCES for key, by_language in table(name).items()}
