"""The towns that the stand-in has heard of: those of the place catalogue, by all their names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from emulator.gemini.text import fold, phrase

_STATE = re.compile(
    r",\s*(?:alabama|arkansas|california|florida|georgia|idaho|illinois|indiana|iowa|kansas|kentucky|louisiana|maine|"
    r"maryland|michigan|minnesota|mississippi|missouri|montana|nebraska|new (?:jersey|york)|ohio|oklahoma|oregon|"
    r"pennsylvania|tennessee|texas|utah|virginia|west virginia|wisconsin|wyoming)(?!\w)"
)
"""States of the USA with namesakes of towns elsewhere."""


class Named(Protocol):
    """What the gazetteer needs to know of a destination."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def country(self) -> str: ...


@dataclass(frozen=True)
class Mention:
    """A known town in a text: the name as written, and where."""

    name: str
    start: int
    end: int


class Gazetteer:
    """Finds known towns in a text, in the order in which they are first named."""

    def __init__(self, destinations: Iterable[Named]) -> None:
        known = list(destinations)
        self._canonical = {fold(name): d.name for d in known for name in (d.name, *d.aliases)}
        self._american = {d.name for d in known if d.country == "US"}
        names = sorted(self._canonical, key=len, reverse=True)
        spaced = "|".join(re.escape(name) for name in names if name.isascii())
        others = "|".join(re.escape(name) for name in names if not name.isascii())
        parts = [phrase(spaced).pattern] if spaced else []
        self._expression = re.compile("|".join([*parts, others] if others else parts) or r"(?!)")

    def is_destination(self, name: str) -> bool:
        return fold(name) in self._canonical

    def mentions(self, text: str, folded: str) -> list[Mention]:
        """Each town once; `folded` is `fold(text)`. The name is the one in the text, as a person would be quoted, with
        the state if it stands behind: Paris, Texas, is another town than Paris.
        """
        found: dict[str, Mention] = {}
        for match in self._expression.finditer(folded):
            town, end = self._canonical[match.group()], match.end()
            state = _STATE.match(folded, end)
            if state and town not in self._american:
                end = state.end()
            name = text[match.start() : end]
            found.setdefault(town if end == match.end() else name, Mention(name, match.start(), end))
        return list(found.values())
