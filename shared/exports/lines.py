"""Where lines break: at spaces, and anywhere between the characters of scripts that do without. Without I/O.

fpdf2 finds the same in time that grows with the square of a line's length; plans may hold 700 KB of notes.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

_EAST_ASIAN: Final = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef"
_PIECES: Final = re.compile(f"[{_EAST_ASIAN}]|[^ {_EAST_ASIAN}]+| +")


def broken(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The lines of a paragraph, none wider than `width`; `measure` tells how wide a character is."""
    line, taken = "", 0.0
    for piece in _PIECES.findall(text):
        wide = sum(map(measure, piece))
        if taken + wide > width and line:
            yield line.rstrip()
            line, taken = "", 0.0
            if piece.isspace():
                continue
        if wide > width:
            *full, piece = _cut(piece, width, measure)
            yield from full
            wide = sum(map(measure, piece))
        line += piece
        taken += wide
    yield line.rstrip()


def _cut(word: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """A word that is wider than a line, in parts that are not."""
    start, taken = 0, 0.0
    for end, character in enumerate(word):
        wide = measure(character)
        if taken + wide > width and end > start:
            yield word[start:end]
            start, taken = end, 0.0
        taken += wide
    yield word[start:]
