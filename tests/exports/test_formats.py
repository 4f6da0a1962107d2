"""What the files say: money, times, lines on a map, pages."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import gpxpy
import pytest
from icalendar import Calendar
from pypdf import PdfReader

from shared.exports.calendar import Versions, calendar
from shared.exports.geojson import geojson
from shared.exports.gpx import gpx
from shared.exports.models import Itinerary
from shared.exports.people import names_of
from shared.exports.printed import printed
from shared.exports.table import table
from shared.trips.access import FORMER
from shared.trips.models import Guest
from tests.exports.plans import NOW, UNCHANGED, plan, shown, stop, trip, watched, zones


def rows(told: Itinerary) -> list[dict[str, str]]:
    content = b"".join(table(told))
    assert content.startswith("\ufeff".encode()) and content.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def pages(told: Itinerary) -> list[str]:
    content = b"".join(printed(told, NOW))
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize(
    ("amount", "currency", "major"),
    [(1200, "JPY", "1200"), (5, "EUR", "0.05"), (123_456, "USD", "1234.56"), (1500, "KWD", "1.500"), (7, "XXX", "")],
)
def test_csv_has_money_in_both_units(amount: int, currency: str, major: str) -> None:
    (row,) = rows(shown({"s": stop(cost={"amount": amount, "currency": currency})}))
    assert (row["cost (minor units)"], row["cost"], row["currency"]) == (str(amount), major, currency)


def test_csv_has_local_times_with_their_zone_and_utc() -> None:
    (row, idea) = rows(shown({"s": stop(at="23:30", minutes=90), "i": stop(dayId=None, at="10:00")}))
    assert (row["begins"], row["ends"], row["time zone"]) == ("2027-04-02 23:30", "2027-04-03 01:00", "Asia/Tokyo")
    assert (row["begins (UTC)"], row["ends (UTC)"]) == ("2027-04-02T14:30Z", "2027-04-02T16:00Z")
    assert (idea["day"], idea["begins"], idea["begins (UTC)"]) == ("", "", "")
    (floating,) = rows(shown({"s": stop(at="23:30")}, None))
    assert (floating["begins"], floating["begins (UTC)"], floating["time zone"]) == ("2027-04-02 23:30", "", "")


def test_geojson_joins_a_day_and_cuts_it_at_the_antimeridian() -> None:
    def ways(*longitudes: float) -> list[dict[str, Any]]:
        stops = {f"s{i}": stop(order=f"a{i}", lat=0.0, lng=lng) for i, lng in enumerate(longitudes)}
        features = json.loads(b"".join(geojson(shown({**stops, "lost": stop(order="b")}))))["features"]
        assert [one["geometry"] for one in features if one["properties"].get("kind") and not one["geometry"]] == [None]
        return [one["geometry"] for one in features if str(one["id"]).endswith(".way")]

    assert ways(1.0) == []
    assert ways(1.0, 2.0) == [{"type": "LineString", "coordinates": [[1.0, 0.0], [2.0, 0.0]]}]
    (cut,) = ways(179.0, -179.0)
    assert cut["type"] == "MultiLineString"
    assert cut["coordinates"] == [[[179.0, 0.0], [180.0, 0.0]], [[-180.0, 0.0], [-179.0, 0.0]]]


def test_gpx_has_a_route_a_day_with_moments_and_ideas_as_waypoints() -> None:
    stops = {
        "b": stop("Second", order="a1", lat=2.0, lng=2.0, at="10:00"),
        "a": stop("First", order="a0", lat=1.0, lng=1.0),
        "i": stop("Idea", dayId=None, lat=3.0, lng=3.0),
        "lost": stop("Nowhere"),
    }
    root = ElementTree.fromstring(b"".join(gpx(shown(stops))).decode())  # noqa: S314 - our own
    space = {"g": "http://www.topografix.com/GPX/1/1"}
    assert root.get("version") == "1.1"
    assert [one.text for one in root.findall("g:rte/g:rtept/g:name", space)] == ["First", "Second"]
    assert [one.text for one in root.findall("g:rte/g:rtept/g:time", space)] == ["2027-04-02T01:00:00Z"]
    assert [one.text for one in root.findall("g:wpt/g:name", space)] == ["Idea"]


def test_a_pdf_has_a_page_a_day_with_what_one_needs_there() -> None:
    stops = {
        "a": stop("Fushimi Inari", at="09:15", lat=34.967, lng=135.773, cost={"amount": 1200, "currency": "JPY"}),
        "b": stop("Nishiki Market", order="a1", at="12:00", lat=35.005, lng=135.765, notes="Bring cash."),
        "c": stop("Kinkaku-ji", dayId="d2"),
        "i": stop("Nara", dayId=None),
    }
    packing = {"p": {"order": "a0", "text": "Passport", "done": True}}
    first, one, two, ideas, pack = pages(shown(stops, days=2, packing=packing))
    assert "Day 1" in first and "Friday, 2 April 2027" in first
    for words in ("09:15", "– 10:15", "Fushimi Inari", "34.96700, 135.77300", "1,200 JPY", "Bring cash.", "by public"):
        assert words in one, words
    assert "Costs of the day: 1,200 JPY" in one and "Asia/Tokyo" in one
    assert "Saturday, 3 April 2027" in two and "Kinkaku-ji" in two and "Kinkaku-ji" not in one
    assert "Nara" in ideas and "Passport" in pack


@pytest.mark.parametrize(
    "name",
    [
        "伏見稲荷大社",
        "パスポート",
        "경복궁",
        "Третьяковская",
        "Ακρόπολη",
        "متحف",
        "כותל",
        "Հայաստան",
        "საქართველო",
        "วัด",
    ],
)
def test_a_pdf_has_glyphs_for_every_script(name: str) -> None:
    reader = PdfReader(io.BytesIO(b"".join(printed(shown({"s": stop(name)}), NOW))))
    text = reader.pages[1].extract_text()
    # Scripts that run from right to left are stored as they are seen.
    assert name in text or name[::-1] in text
    fonts = {str(font["/BaseFont"]) for font in _fonts(reader)}
    assert all("+" in font for font in fonts), "every font is embedded, with the glyphs in use only"


def _fonts(reader: PdfReader) -> list[Any]:
    return [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]


def test_scripts_may_follow_each_other_in_any_order() -> None:
    notes = "\n".join(["朝は早く出発する。", "لا تنسوا جوازات السفر 10:30", "Line 3", "متحف", "١٢ Line 5 京都"] * 30)
    told = shown({"s": stop("京都 ٢٠٢٧", at="09:15", notes=notes)}, language="ja", days=1)
    day = replace(told.days[0], title="يوم المتاحف", notes=notes, base="ホテル 7")
    _, *days = pages(replace(told, name="京都の春 ٢٠٢٧", days=(day,)))
    for page in days:
        running, *_, number, count = page.split("\n")
        assert running.endswith("1日目") and (number.strip(), count) == (
            f"{days.index(page) + 2} /",
            str(len(days) + 1),
        )
    text = "\n".join(days)
    for words, count in (("10:30", 60), ("朝は早く出発する。", 60), ("Line 3", 60), ("Line 5 京都", 60), ("متحف", 60)):
        assert text.count(words) == count, words
    for words in ("タイムゾーン Asia/Tokyo · ", "ホテル 7", "09:15", "– 10:15", "2027年4月2日"):
        assert words in text, words


def test_long_notes_go_on_on_the_next_page() -> None:
    notes = "\n".join(f"Line {number} of what somebody wants everybody to know." for number in range(150))
    found = pages(shown({"s": stop(notes=notes), "t": stop("The next one", order="b")}))
    assert len(found) == 5
    text = "".join(found[1:])
    assert [f"Line {number} of" in text for number in range(150)] == [True] * 150
    assert "The next one" in found[-1] and all("A trip" in page for page in found)


FORMATS: dict[str, Callable[[Itinerary], Iterator[bytes]]] = {
    "ics": lambda told: calendar(told, zones(trip()), Versions(trip(), UNCHANGED), feed=True),
    "geojson": geojson,
    "gpx": gpx,
    "csv": table,
    "pdf": lambda told: printed(told, NOW),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_no_day_is_laid_out_before_the_one_before_it_is_handed_on(kind: str) -> None:
    dated = {f"s{i:02}": stop(f"Stop {i}", dayId=f"d{i}", at="10:00", lat=35.0, lng=135.0) for i in range(1, 31)}
    ideas = {f"i{i}": stop(f"Idea {i}", dayId=None, lat=35.0, lng=135.0) for i in range(5)}
    told, laid_out = watched(shown({**dated, **ideas}, days=30))
    handed_on, kept = 0, []
    for piece in FORMATS[kind](told):
        kept.append(len(laid_out) - handed_on)
        handed_on = len(laid_out)
        assert len(piece) < 10_000 or handed_on == 35, "only what the whole file shares may be large"
    assert handed_on == (30 if kind == "ics" else 35) and kept[0] <= 1
    # Ideas share a page.
    assert max(kept) == (5 if kind == "pdf" else 1)


def test_who_takes_part_is_told_in_every_format() -> None:
    names = {"ana": "Ana", "guest:1": "Grandma", "ben": "=Ben"}
    who = {"ana": True, "guest:1": True}
    stops = {
        "a": stop(lat=1.0, lng=1.0, who=who, notes="Cash"),
        "b": stop("Alone", order="a1", lat=1.0, lng=1.0, who={"ben": True}),
        "c": stop("All", order="a2", lat=1.0, lng=1.0),
    }
    packing = {"p": {"order": "a0", "text": "Passport", "assignee": "ben"}}
    told = shown(stops, names=names, packing=packing)
    assert [row["who"] for row in rows(told)] == ["Ana; Grandma", "'=Ben", ""]
    features = json.loads(b"".join(geojson(told)))["features"]
    assert [one["properties"]["who"] for one in features[1:]] == [["Ana", "Grandma"], ["=Ben"], []]
    known = trip()
    events = Calendar.from_ical(b"".join(calendar(told, zones(known), Versions(known, UNCHANGED), feed=True)))
    described = [str(event.get("DESCRIPTION", "")) for event in events.walk("VEVENT")]
    assert described == ["Cash\n\nWith: Ana, Grandma", "With: =Ben", ""]
    points = gpxpy.parse(b"".join(gpx(told)).decode()).routes[0].points
    assert [one.description for one in points] == ["Cash\n\nWith: Ana, Grandma", "With: =Ben", None]
    printed_pages = pages(told)
    assert "with Ana, Grandma" in printed_pages[1] and "Passport (=Ben)" in printed_pages[2]


def test_people_are_called_as_they_are_known() -> None:
    guests = {
        "guest:1": Guest(name="Grandma", added_by="ana", added_at=NOW, fingerprint=""),
        "guest:2": Guest(name="Benny", added_by="ana", added_at=NOW, fingerprint="", claimed_by="ben"),
        "guest:3": Guest(name="Leo", added_by="ana", added_at=NOW, fingerprint="", claimed_by="left"),
    }
    known = trip(guests=guests, roles={"ana": "owner", "ben": "voter"}, members=("ana", "ben"))
    told = ("ana", "ben", "guest:1", "guest:2", "guest:3", "left", "guest:no")
    asked: list[Sequence[str]] = []

    def members(uids: Sequence[str]) -> dict[str, str]:
        asked.append(uids)
        return {"ana": "Ana", "ben": "Ben"}

    some = plan({"s": stop(who=dict.fromkeys(told, True))})
    assert names_of(known, some, members) == {
        "ana": "Ana",
        "ben": "Ben",
        "guest:1": "Grandma",
        "guest:2": "Ben",
        "guest:3": "Leo",
        "left": FORMER,
        "guest:no": FORMER,
    }
    assert asked == [["ana", "ben"]], "only members are looked up"
    assert names_of(known, plan({"s": stop(who={"guest:1": True})}), members) and len(asked) == 1
