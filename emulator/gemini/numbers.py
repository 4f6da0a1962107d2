"""Counts in words and digits, for the stand-in's rules: "3", "1,000", "ninety-nine", "zwei"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from emulator.gemini import lexicon

_TENS = {
    word: value
    for value, words in {
        20: "twenty vingt zwanzig veinte venti vinte",
        30: "thirty trente dreißig dreissig treinta trenta trinta",
        40: "forty quarante vierzig cuarenta quaranta quarenta",
        50: "fifty cinquante funfzig cincuenta cinquanta cinquenta",
        60: "sixty soixante sechzig sesenta sessanta sessenta",
        70: "seventy siebzig setenta settanta",
        80: "eighty achtzig ochenta ottanta oitenta",
        90: "ninety neunzig noventa novanta",
    }.items()
    for word in words.split()
}
_ONES = {word: value for word, value in lexicon.NUMBERS.items() if value <= 9 and word.isascii() and len(word) > 1}
_HUNDREDS = {
    "hundred": 100,
    "thousand": 1000,
    "hundert": 100,
    "tausend": 1000,
    "cents": 100,
    "mille": 1000,
    "mil": 1000,
}
_MORE = {
    "eleven": 11, "thirteen": 13, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "hundred": 100, "cent": 100, "hundert": 100, "cien": 100, "cento": 100, "cem": 100,
    "quinientos": 500, "cinquecento": 500, "quinhentos": 500,
    "thousand": 1000, "mille": 1000, "tausend": 1000, "mil": 1000,
}  # fmt: skip
_WORDS = {**lexicon.NUMBERS, **_TENS, **_MORE}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_DIGITS = r"\d{1,3}(?:[.,]\d{3})+|\d{1,6}"
_FORWARD = rf"(?P<tens>{_any(_TENS)})(?:\s+(?:et|y|e)\s+|-et-|[\s-])(?P<ones>{_any(_ONES)})"
_BACKWARD = rf"(?P<ones>{_any(_ONES)})und(?P<tens>{_any(_TENS)})"
_MULTIPLE = rf"(?P<count>{_any(_ONES)})[\s-]?(?P<unit>{_any(_HUNDREDS)})"
_COMPOUND = re.sub(r"\?P<\w+>", "?:", f"{_FORWARD}|{_BACKWARD}|{_MULTIPLE}")
NUMBER = rf"(?:{_DIGITS}|{_COMPOUND}|{_any(_WORDS)})"
"""An expression for a count in a folded text."""


def number(text: str) -> int:
    """The count that `NUMBER` matched."""
    if text[0].isdigit():
        return int(re.sub(r"[.,]", "", text))
    if text in _WORDS:
        return _WORDS[text]
    if multiple := re.fullmatch(_MULTIPLE, text):
        return _ONES[multiple["count"]] * _HUNDREDS[multiple["unit"]]
    sum_of = re.fullmatch(_BACKWARD, text) or re.fullmatch(_FORWARD, text)
    if sum_of is None:
        raise ValueError(f"{text!r} is no number")
    return _TENS[sum_of["tens"]] + _ONES[sum_of["ones"]]
