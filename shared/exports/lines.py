"""Where lines break: at spaces, and anywhere between the characters of scripts that do without. Without I/O.

fpdf2 finds the same in time that grows with the square of a line's length, and shapes a word anew for each of its
letters; plans may hold 700 KB of notes.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

_EAST_ASIAN: Final = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef"
_OPENING: Final = "（［｛〈《「『【〔〖〘〝"
_CLOSING: Final = (
    "、。，．・：；？！゛゜ー々ゝゞヽヾ〜）］｝〉》」』】〕〗〙〟ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ｡｣､･ｰ"
)
"""What no line ends and none begins with (JIS X 4051)."""
_PIECES: Final = re.compile(f"[{_OPENING}]*(?:[{_EAST_ASIAN}]|[^ {_EAST_ASIAN}]+)[{_CLOSING}]*| +")


def broken(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The lines of a paragraph, none wider than `width`; `measure` tells how wide a word or a part of one is."""
    line, taken = "", 0.0
    for piece in _PIECES.findall(text):
        wide = measure(piece)
        if taken + wide > width and line:
            yield line.rstrip()
            line, taken = "", 0.0
            if piece.isspace():
                continue
        if wide > width:
            *full, piece = _cut(piece, width, measure)
            yield from full
            wide = measure(piece)
        line += piece
        taken += wide
    yield line.rstrip()


def _cut(word: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """A word that is wider than a line, in parts that are not."""
    while word:
        end = _fitting(word, width, measure)
        yield word[:end]
        word = word[end:]


def _fitting(word: str, width: float, measure: Callable[[str], float]) -> int:
    """How many characters of a word fit, at least one; marks stay with their letter if they can."""
    fits, over = 1, 2
    while over <= len(word) and measure(word[:over]) <= width:
        fits, over = over, 2 * over
    over = min(over, len(word) + 1)
    while over - fits > 1:
        middle = (fits + over) // 2
        if measure(word[:middle]) <= width:
            fits = middle
        else:
            over = middle
    end = fits
    while 1 < end < len(word) and unicodedata.category(word[end]).startswith("M"):
        end -= 1
    return end if end > 1 else fits
