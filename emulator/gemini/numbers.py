"""Counts in words and digits, for the stand-in's rules: "3", "1,000", "ninety-nine", "zwei"."""

from __future__ import annotations

import re

from emulator.gemini import lexicon

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MORE = {
    "eleven": 11, "thirteen": 13, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "vingt": 20, "zwanzig": 20, "veinte": 20, "venti": 20, "vinte": 20,
    "trente": 30, "dreißig": 30, "dreissig": 30, "treinta": 30, "trenta": 30, "trinta": 30,
    "hundred": 100, "cent": 100, "hundert": 100, "cien": 100, "cento": 100, "cem": 100,
    "thousand": 1000, "mille": 1000, "tausend": 1000, "mil": 1000,
}  # fmt: skip
_WORDS = {**lexicon.NUMBERS, **_TENS, **_MORE}

_DIGITS = r"\d{1,3}(?:[.,]\d{3})+|\d{1,6}"
_COMPOUND = rf"(?:{'|'.join(_TENS)})[\s-](?:{'|'.join(_ONES)})"
NUMBER = rf"(?:{_DIGITS}|{_COMPOUND}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
"""An expression for a count in a folded text."""


def number(text: str) -> int:
    """The count that `NUMBER` matched."""
    if text[0].isdigit():
        return int(re.sub(r"[.,]", "", text))
    if text in _WORDS:
        return _WORDS[text]
    tens, ones = re.split(r"[\s-]", text)
    return _TENS[tens] + _WORDS[ones]
