"""What travellers say to the assistant, as the sentences from which the language model of requests is made.

A slot is filled with what fits: `place` with the request's phrase hints, which is how those weigh.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_suffix(".txt")

_NUMBERS: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "last", "next")
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS: Final = (
    *(f"day {number}" for number in _NUMBERS),
    *(f"the {ordinal} day" for ordinal in _ORDINALS),
    *_WEEKDAYS,
    "today",
    "tomorrow",
)
_PARTS: Final = ("in the morning", "in the afternoon", "in the evening", "at noon", "at night")
_KINDS: Final = ("a museum", "a park", "a temple", "a restaurant", "a market", "lunch", "dinner", "breakfast")
_FALLBACK_PLACES: Final = ("the museum", "the temple", "the castle", "the old town", "the station", "the hotel")
_SHARE: Final = 1.0
"""The weight of each sentence, however many ways there are to fill it."""


def sentences(hints: Sequence[Sequence[str]]) -> Iterator[tuple[list[str], float]]:
    """Sentences and their weights; `hints` are the words of each phrase hint, which also may be said on their own."""
    places = [list(hint) for hint in hints] or [name.split() for name in _FALLBACK_PLACES]
    for pattern in _FILE.read_text("utf-8").splitlines():
        yield from _filled(pattern.split(), places)
    for place in places:
        yield place, _SHARE / len(places)


def _filled(pattern: list[str], places: list[list[str]]) -> Iterator[tuple[list[str], float]]:
    """The sentence with each filling once: slots are independent, so a bigram model needs no combinations."""
    slots = {
        "{place}": places,
        "{day}": [day.split() for day in _DAYS],
        "{part}": [part.split() for part in _PARTS],
        "{kind}": [name.split() for name in _KINDS],
    }
    most = max((len(slots[word]) for word in pattern if word in slots), default=1)
    for number in range(most):
        words: list[str] = []
        for position, word in enumerate(pattern):
            options = slots.get(word)
            words += options[(number + position) % len(options)] if options else [word]
        yield words, _SHARE / most
