"""Our own words in files, in each of our languages; what people wrote stays as it is."""

import io
import json
import string
from datetime import date
from pathlib import Path

import gpxpy
import pytest
from icalendar import Calendar
from pypdf import PdfReader

from shared.exports import words
from shared.exports.calendar import Versions, calendar
from shared.exports.geojson import geojson
from shared.exports.gpx import gpx
from shared.exports.models import Cost, Itinerary
from shared.exports.people import names_of
from shared.exports.printed import printed
from shared.exports.words import day_title, distance, long_date, price, say, short_date
from shared.words.languages import LANGUAGES, Language
from tests.exports.plans import NOW, UNCHANGED, plan, shown, stop, trip, zones

DAY = date(2027, 4, 2)
COST = Cost(123_450, "EUR")


def told(language: Language) -> Itinerary:
    cost = {"amount": COST.amount, "currency": COST.currency}
    stops = {
        "a": stop("Café", at="09:15", lat=34.967, lng=135.773, cost=cost, notes="Bring cash", who={"ana": True}),
        "b": stop("Market", order="a1", at="12:00", lat=35.005, lng=135.765),
        "i": stop("Nara", dayId=None),
    }
    return shown(stops, names={"ana": "Ana"}, language=language, days=2)


def test_every_language_says_the_same() -> None:
    stored = json.loads(Path(words.__file__).with_name("words.json").read_text("utf-8"))
    for key, by_language in stored.items():
        assert tuple(by_language) == LANGUAGES, key
        gaps = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in by_language.values()]
        assert all(names == gaps[0] for names in gaps), key
        lists = {len(text.split()) for text in by_language.values()}
        assert len(lists) == 1 or not key.startswith(("weekdays", "months")), key


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ("Friday, 2 April 2027", "Fri 2 Apr", "Day 1: Tea", "1.2 km", "1,234.50 EUR")),
        ("de", ("Freitag, 2. April 2027", "Fr 2. Apr.", "Tag 1: Tea", "1,2 km", "1.234,50 EUR")),
        ("fr", ("vendredi 2 avril 2027", "ven. 2 avr.", "Jour 1 : Tea", "1,2 km", "1\u202f234,50 EUR")),
        ("pt", ("sexta-feira, 2 de abril de 2027", "sex 2 abr", "Dia 1: Tea", "1,2 km", "1.234,50 EUR")),
        ("ja", ("2027年4月2日（金）", "4月2日（金）", "1日目：Tea", "1.2 km", "1,234.50 EUR")),
    ],
)
def test_dates_and_amounts_are_as_the_language_writes_them(language: Language, expected: tuple[str, ...]) -> None:
    got = (long_date(language, DAY), short_date(language, DAY), day_title(language, 1, "Tea"), distance(language, 1234))
    assert (*got, price(language, COST)) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pdf_speaks_the_language_and_leaves_what_people_wrote(language: Language) -> None:
    reader = PdfReader(io.BytesIO(b"".join(printed(told(language), NOW))))
    first, one, two, ideas = (page.extract_text().replace("\u202f", " ") for page in reader.pages)
    assert day_title(language, 1) in first and long_date(language, DAY) in one
    assert say(language, "day_empty") in two and say(language, "ideas_what") in ideas
    assert say(language, "costs_of_day", sums=price(language, COST)).replace("\u202f", " ") in one.replace(
        "\u202f", " "
    )
    assert say(language, "with_names", names="Ana") in one
    assert all(written in one for written in ("Café", "Bring cash", "Market"))


def test_calendars_and_maps_speak_it_too() -> None:
    german, known = told("de"), trip()
    pieces = calendar(german, zones(known), Versions(known, UNCHANGED), feed=True)
    (described, _) = Calendar.from_ical(b"".join(pieces)).walk("VEVENT")
    assert str(described["DESCRIPTION"]) == "Bring cash\n\nKosten: 1.234,50 EUR\n\nMit: Ana"
    (way, *_) = json.loads(b"".join(geojson(german)))["features"]
    assert way["properties"]["name"] == "Tag 1"
    assert gpxpy.parse(b"".join(gpx(german)).decode()).routes[0].name == "Tag 1"


def test_who_has_left_is_called_so_in_the_language() -> None:
    some = plan({"s": stop(who={"gone": True})})
    assert names_of(trip(), some, lambda _uids: {}, "de") == {"gone": "Ehemals dabei"}
