"""The towns that the stand-in has heard of: those of the place catalogue, by all their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from emulator.gemini.text import fold, phrase


class Named(Protocol):
    """What the gazetteer needs to know of a destination."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Mention:
    """A known town in a text: the name as written, and where."""

    name: str
    start: int
    end: int


class Gazetteer:
    """Finds known towns in a text, in the order in which they are first named."""

    def __init__(self, destinations: Iterable[Named]) -> None:
        self._canonical = {fold(name): d.name for d in destinations for name in (d.name, *d.aliases)}
        names = sorted(self._canonical, key=len, reverse=True)
        spaced = "|".join(re.escape(name) for name in names if name.isascii())
        others = "|".join(re.escape(name) for name in names if not name.isascii())
        parts = [phrase(spaced).pattern] if spaced else []
        self._expression = re.compile("|".join([*parts, others] if others else parts) or r"(?!)")

    def is_destination(self, name: str) -> bool:
        return fold(name) in self._canonical

    def mentions(self, text: str, folded: str) -> list[Mention]:
        """Each town once; `folded` is `fold(text)`. The name is the one in the text, as a person would be quoted."""
        found: dict[str, Mention] = {}
        for match in self._expression.finditer(folded):
            town = self._canonical[match.group()]
            found.setdefault(town, Mention(text[match.start() : match.end()], match.start(), match.end()))
        return list(found.values())
