"""Ranks the places of one destination against what someone looks for."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from shared.places.models import Place
from shared.places.provider import USUAL_LIMIT
from shared.places.text import fold, is_typo, is_unspaced
from shared.places.travel import great_circle
from shared.places.vocabulary import Kind

_TEXT_COUNTS: Final = 2.0
_WEIGHT_NEXT_TO_NEARNESS: Final = 0.5
_NEAR_METRES: Final = 1_500.0
_LEAST_PREFIX: Final = 3
_EXACT, _DESCRIBED, _PREFIX, _TYPO = 1.0, 0.8, 0.7, 0.5


@dataclass(frozen=True, slots=True)
class Entry:
    """A place prepared for searching: its folded names, their words, and the words that describe it."""

    place: Place
    names: tuple[str, ...]
    name_words: frozenset[str]
    described: frozenset[str]


def entry(place: Place) -> Entry:
    names = tuple(fold(name) for name in (place.name, place.local_name, *place.aliases) if name)
    described = frozenset(word for label in (place.kind, *place.tags) for word in label.split("-"))
    return Entry(place, names, frozenset(word for name in names for word in name.split()), described)


def rank(
    entries: Iterable[Entry],
    *,
    text: str | None = None,
    kinds: Collection[Kind] | None = None,
    tags: Collection[str] | None = None,
    near: tuple[float, float] | None = None,
    limit: int = USUAL_LIMIT,
) -> list[Place]:
    """The places that pass all filters, best first; equal ones by id, so that the order never varies."""
    wanted = _wanted(text) if text else None
    scored: list[tuple[float, str, Place]] = []
    for one in entries:
        place = one.place
        if kinds is not None and place.kind not in kinds:
            continue
        if tags is not None and not set(tags).intersection(place.tags):
            continue
        match = _match(one, wanted) if wanted else 0.0
        if match is None:
            continue
        score = _TEXT_COUNTS * match + place.weight
        if near is not None:
            nearness = math.exp(-great_circle(near, (place.lat, place.lng)) / _NEAR_METRES)
            score = _TEXT_COUNTS * match + _WEIGHT_NEXT_TO_NEARNESS * place.weight + nearness
        scored.append((-score, place.id, place))
    scored.sort(key=lambda item: item[:2])
    return [place for _, _, place in scored[: max(limit, 0)]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A text prepared for being looked for: folded, and its words, each with what its singular may be."""

    text: str
    unspaced: bool
    words: tuple[tuple[str, frozenset[str]], ...]


def _wanted(text: str) -> _Wanted | None:
    """None if nothing is left of the text."""
    folded = fold(text)
    words = tuple((word, frozenset(_singulars(word))) for word in folded.split())
    return _Wanted(folded, is_unspaced(folded), words) if folded else None


def _match(one: Entry, wanted: _Wanted) -> float | None:
    """How well the words fit, 0..1.5; None if one of them is not found at all."""
    if wanted.text in one.names:
        return 1.5
    if wanted.unspaced and any(wanted.text in name for name in one.names):
        return _EXACT
    total = 0.0
    for word, forms in wanted.words:
        fit = _fit(one, word, forms)
        if fit is None:
            return None
        total += fit
    return total / len(wanted.words)


def _fit(one: Entry, word: str, forms: frozenset[str]) -> float | None:
    if word in one.name_words:
        return _EXACT
    if not one.described.isdisjoint(forms):
        return _DESCRIBED
    if len(word) >= _LEAST_PREFIX and any(known.startswith(word) for known in one.name_words):
        return _PREFIX
    if not one.name_words.isdisjoint(forms):
        return _TYPO
    # Only the first letter is always right.
    return _TYPO if any(known[0] == word[0] and is_typo(word, known) for known in one.name_words) else None


def _singulars(word: str) -> tuple[str, ...]:
    forms = [word]
    if word.endswith("s"):
        forms.append(word[:-1])
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    return tuple(forms)
