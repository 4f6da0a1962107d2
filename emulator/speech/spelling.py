"""How a word is said that the recogniser's dictionary does not have: names of places and people, mostly.

Letters to the phones of CMUdict, by the values that vowels have in most romanisations (Kiyomizu, Sagrada). Good enough
to recognise a name that is said as it is written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SOUNDS: Final = {
    "tch": "CH",
    "sch": "SH",
    "ch": "CH",
    "sh": "SH",
    "th": "TH",
    "ph": "F",
    "ck": "K",
    "qu": "K W",
    "ng": "NG G",
    "ts": "T S",
    "tz": "T S",
    "ou": "UW",
    "oo": "UW",
    "ee": "IY",
    "ea": "IY",
    "ai": "AY",
    "ei": "EY",
    "ie": "IY",
    "au": "AW",
    "oi": "OY",
    "a": "AA",
    "e": "EH",
    "i": "IY",
    "o": "OW",
    "u": "UW",
    "y": "Y",
    "b": "B",
    "c": "K",
    "d": "D",
    "f": "F",
    "g": "G",
    "h": "HH",
    "j": "JH",
    "k": "K",
    "l": "L",
    "m": "M",
    "n": "N",
    "p": "P",
    "q": "K",
    "r": "R",
    "s": "S",
    "t": "T",
    "v": "V",
    "w": "W",
    "x": "K S",
    "z": "Z",
}
_SOUND: Final = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)))
_DOUBLE: Final = re.compile(r"([^aeiou])\1")
_WORD: Final = re.compile(r"[a-z']+")
_LATIN: Final = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th"})


def words(text: str) -> list[str]:
    """A text's words as the dictionary writes them: lower case, without accents. Other scripts give none."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LATIN))
    return _WORD.findall("".join(one for one in plain if not unicodedata.combining(one)))


def phones(word: str) -> str:
    """The phones of one of those words, separated by spaces; empty if nothing of it is said."""
    letters = _DOUBLE.sub(r"\1", word.replace("'", ""))
    if letters.endswith("y") and len(letters) > 2:
        letters = letters[:-1] + "i"
    return " ".join(_SOUNDS[found] for found in _SOUND.findall(letters))
