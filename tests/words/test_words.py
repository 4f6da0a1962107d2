"""Our own words are there in seven languages in full: none is missing, none loses a value."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from shared.assistant.constraints import Diet
from shared.places.catalogue import CatalogueProvider
from shared.places.vocabulary import KINDS, TAGS
from shared.words import LANGUAGES, Key, Money, Sentence, Term, Theme, Town, failure, known, language_of, say
from shared.words.tables import FAILURES, TERMS, THEMES, TOWNS, sentences, table

REQUESTS = Path(__file__).parent.parent / "assistant" / "requests"
EVERY = {**sentences(), **table(FAILURES), **table(THEMES), **table(TERMS), **table(TOWNS)}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("key", sorted(EVERY))
def test_every_sentence_exists_in_every_language_with_the_same_values(key: str) -> None:
    said = EVERY[key]
    assert set(said) == set(LANGUAGES)
    assert {frozenset(placeholders(sentence)) for sentence in said.values()} == {frozenset(placeholders(said["en"]))}
    assert all(sentence.strip() for sentence in said.values())


def test_every_key_has_a_sentence_and_every_sentence_a_key() -> None:
    assert sorted(get_args(Key)) == sorted(sentences())


def test_every_theme_and_diet_has_a_word_in_every_language() -> None:
    assert set(table(THEMES)) == {*KINDS, *TAGS, *get_args(Diet)}
    assert say("de", "why_fits", tags=[Theme("temple"), Theme("gardens")]) == "Passt zu euren Wünschen: Tempel, Gärten."


def test_every_town_of_the_catalogue_has_a_name_in_every_language_that_it_is_found_by() -> None:
    provider = CatalogueProvider()
    towns = table(TOWNS)
    assert set(towns) == {town.id for town in provider.destinations()}
    for town, names in towns.items():
        assert names["en"] == (provider.destination(town) or pytest.fail(town)).name
        assert {getattr(provider.destination(name), "id", name) for name in names.values()} == {town}


def test_towns_and_terms_are_said_as_the_language_does_and_unknown_ones_as_they_are() -> None:
    said = say("ja", "train", a=Town("florence", "Florence"), b=Town("atlantis", "Atlantis"))
    assert said == "フィレンツェからAtlantisへ列車"
    assert say("de", "route_wish_avoid_modes", names=[Term("Flight"), Term("camel")]) == "ohne: Flug, camel"


def test_numbers_keep_their_decimals() -> None:
    assert say("de", "route_wish_rating", rating=Decimal("4.5")) == "Unterkünfte mit Bewertung 4,5 oder besser"


def test_unknown_languages_get_english_and_regions_count_for_nothing() -> None:
    assert say("tlh", "thinking") == say(None, "thinking") == say("en-GB", "thinking") == "Thinking"
    assert known("pt-BR") == "pt"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "A: 1 April 2027 to 12 May 2027"),
        ("es", "A: del 1 de abril de 2027 al 12 de mayo de 2027"),
        ("de", "A: 1. April 2027 bis 12. Mai 2027"),
        ("fr", "A : du 1er avril 2027 au 12 mai 2027"),
        ("it", "A: dal 1º aprile 2027 al 12 maggio 2027"),
        ("pt", "A: de 1 de abril de 2027 a 12 de maio de 2027"),
        ("ja", "A：2027年4月1日から2027年5月12日まで"),
    ],
)
def test_dates_are_written_as_the_language_does(language: str, said: str) -> None:
    assert say(language, "understood", towns=["A"], first=date(2027, 4, 1), last=date(2027, 5, 12)) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1,234.50 EUR; 1,200 JPY"),
        ("de", "1.234,50 EUR; 1.200 JPY"),
        ("fr", "1\u202f234,50 EUR; 1\u202f200 JPY"),
        ("ja", "1,234.50 EUR; 1,200 JPY"),
    ],
)
def test_money_is_written_as_the_language_does(language: str, said: str) -> None:
    text = say(language, "budget_over", cost=Money(123450, "EUR"), limit=Money(1200, "JPY"))
    assert all(part in text for part in said.split("; "))


def test_lists_and_numbers_are_written_as_the_language_does() -> None:
    assert say("ja", "day_then", names=["東寺", "二条城"]) == "その後は東寺、二条城。"
    assert say("de", "choice", count=12_000) == "12.000 Orte zur Auswahl"


def test_a_sentence_is_english_to_programs_and_said_in_any_language() -> None:
    one = Sentence.of("fault_closed", name="Uffizi", at="20:00", date=date(2027, 4, 5))
    assert one.text == "Uffizi is not open at 20:00 on 5 April 2027."
    assert one.said_in("de") == "Uffizi hat am 5. April 2027 um 20:00 Uhr nicht geöffnet."
    assert one == Sentence.of("fault_closed", name="Uffizi", at="20:00", date=date(2027, 4, 5))


def test_failures_are_said_by_reason_and_what_has_no_words_stays_as_it_is() -> None:
    told = {
        "destination": "Atlantis",
        "suggestions": [{"id": "athens", "name": "Athens"}, {"id": "rome", "name": "Rome"}],
    }
    assert failure("de", "DESTINATION_UNKNOWN", told, "We …") == (
        "„Atlantis“ kennen wir noch nicht. Orte, die wir planen können: Athen, Rom"
    )
    assert failure("de", "DESTINATION_UNKNOWN", {}, "We …") == "We …"
    assert failure("de", "UNHEARD_OF", {}, "Words") == failure("en", "MODEL_TIMEOUT", {}, "Words") == "Words"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_a_request_shows(language: str) -> None:
    requests = json.loads((REQUESTS / f"{language}.json").read_text("utf-8")) if _has(language) else []
    assert [one["text"] for one in requests if language_of(one["text"]) != language] == []


def _has(language: str) -> bool:
    return (REQUESTS / f"{language}.json").exists()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("What is open on Sunday?", "en"),
        ("Was hat am Sonntag offen?", "de"),
        ("¿Qué abre el domingo?", "es"),
        ("Qu’est-ce qui est ouvert dimanche ?", "fr"),
        ("Che cosa è aperto domenica?", "it"),
        ("O que está aberto no domingo?", "pt"),
        ("日曜日に開いているのはどこですか", "ja"),
        ("Kyoto?", None),
        ("Roma", None),
        ("12345 !!!", None),
        ("", None),
    ],
)
def test_the_language_of_a_question_shows_unless_it_does_not(text: str, language: str | None) -> None:
    assert language_of(text) == language
