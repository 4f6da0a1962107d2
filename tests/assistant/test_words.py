"""The assistant speaks the seven languages in full: no sentence is missing, none loses a value."""

from string import Formatter

import pytest

from shared.assistant.words import LANGUAGES, say, sentences


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", sorted(sentences()))
def test_every_sentence_exists_in_every_language(key: str) -> None:
    known = sentences()[key]
    assert tuple(sorted(known)) == tuple(sorted(LANGUAGES))
    assert {frozenset(placeholders(sentence)) for sentence in known.values()} == {frozenset(placeholders(known["en"]))}


def test_unknown_languages_get_english() -> None:
    assert say("tlh", "assumed_past", date="2020-01-01") == say("en", "assumed_past", date="2020-01-01")
