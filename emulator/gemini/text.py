"""Folding and matching of words, for the stand-in's rules."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from emulator.gemini import lexicon

_JAPANESE = re.compile(r"[぀-ヿ一-鿿]")


def fold(text: str) -> str:
    """Lower case without accents; one character for each of the NFC text, so that positions agree."""
    return "".join(_fold_character(character) for character in unicodedata.normalize("NFC", text))


@cache
def _fold_character(character: str) -> str:
    base, *marks = list(unicodedata.normalize("NFD", character))
    if marks and all("̀" <= mark <= "ͯ" for mark in marks):
        character = base
    width = unicodedata.normalize("NFKC", character)
    lower = (width if len(width) == 1 else character).lower()
    return {"’": "'", "‘": "'", "　": " "}.get(lower, lower if len(lower) == 1 else character)


@cache
def pattern(terms: str) -> re.Pattern[str]:
    """One expression for a lexicon line of terms (see lexicon.py for how they are written)."""
    alternatives = []
    for term in sorted(terms.split(), key=len, reverse=True):
        bare = re.escape(term.rstrip(".")).replace("_", r"[\s-]+")
        if _JAPANESE.search(term):
            alternatives.append(bare)
        else:
            alternatives.append(rf"(?<!\w){bare}" + (r"(?!\w)" if term.endswith(".") else r"\w*"))
    return re.compile("|".join(alternatives))


@cache
def phrase(expression: str) -> re.Pattern[str]:
    """An expression that matches whole words; Japanese parts of it match anywhere."""
    return re.compile(rf"(?<![^\W\d_぀-ヿ一-鿿])(?:{expression})(?![^\W\d_぀-ヿ一-鿿])")


_TELLING = {"es": "ñ¿¡", "de": "ß", "pt": "ãõ", "fr": "œêîôûçè", "it": "ìò"}
"""Letters that hardly any other of the languages has."""


def language(text: str) -> str:
    """The language of a text as an ISO 639-1 code; English when in doubt."""
    if re.search(r"[぀-ゟ]", text) or 2 * len(_JAPANESE.findall(text)) > len(re.findall(r"[^\W\d_]", text)):
        return "ja"
    words = re.findall(r"[^\W\d_]+", fold(text))
    scores = {code: sum(word in set(stop.split()) for word in words) for code, stop in lexicon.STOPWORDS.items()}
    for code, letters in _TELLING.items():
        scores[code] += sum(letter in letters for letter in text.lower())
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] > scores["en"] else "en"


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?。！？])\s*(?!\d)|\n+", text) if part.strip()]


def clauses(text: str) -> list[str]:
    """Pieces in which a negation reaches as far as the end."""
    pieces = re.split(
        r"[;:!?\n、。！？]|\.(?!\d)|,(?!\d{3})|\s[-–—]\s|(?<!\w)(?:but|mais|aber|sondern|pero|sino|ma|mas|however)(?!\w)|けど|でも|が、",
        text,
    )
    return [piece for piece in pieces if piece.strip()]


def without_orders(text: str) -> str:
    """The text without the sentences that try to give the model orders: they say nothing about a journey. A statement
    that ends in a semicolon, or behind a comment sign, is a sentence of its own."""
    orders = re.compile("|".join(lexicon.ORDERS))
    parts = (part for sentence in sentences(text) for part in re.split(r"(?<=;)\s*|\s*--\s*", sentence))
    return " ".join(part for part in parts if part and not orders.search(fold(part)))
