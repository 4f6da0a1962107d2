"""Whatever people call things, every format can be read again, and the names come back."""

import csv
import io
import json
import re
from typing import Any

import gpxpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from pypdf import PdfReader

from shared.exports.calendar import Versions, calendar
from shared.exports.files import File, file_name
from shared.exports.geojson import geojson
from shared.exports.gpx import gpx
from shared.exports.itinerary import line
from shared.exports.printed import printed
from shared.exports.table import defused, table
from shared.exports.words import inert
from shared.words.languages import DEFAULT
from tests.exports.plans import NOW, UNCHANGED, shown, stop, trip, zones

NASTY = [
    "a\r\nBEGIN:VEVENT\r\nUID:x",
    "a\nEND:VCALENDAR",
    "x;y,z:\\n\\",
    "<script>alert(1)</script>&amp;]]>",
    '=HYPERLINK("http://evil.example")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "'=1+1",
    "'t Smalle",
    "\t=1",
    "＝1+1",
    '"; DROP TABLE trips; --',
    "\x00\x01\x08\x0b\x1f\x7f\x85",
    "\ufffe\uffff",
    "\u202egnp.exe",
    "京都 🍜 Ω я ع",
    "é" * 200,
    "日" * 75,
    "\u2028\u2029",
    " ",
]
names = st.one_of(
    st.sampled_from(NASTY),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200),
    st.text(alphabet="\r\n\t\"',;:\\=+-@|<>&]\x00\x0b\u2028 aé日", min_size=1, max_size=60),
)
quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def kept(name: str) -> str:
    """What a name is after cleaning."""
    return line(name) or "…"


def undefused(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and defused(cell[1:]) == cell else cell


def written(name: str, notes: str = "") -> Any:
    return shown({"s": stop(name, at="10:00", lat=-35.5, lng=0.00001, notes=notes), "i": stop(name, dayId=None)})


@quick
@given(names, names)
def test_a_calendar_has_one_event_with_that_name(name: str, notes: str) -> None:
    told = trip()
    content = b"".join(calendar(written(name, notes), zones(told), Versions(told, UNCHANGED), feed=True))
    for row in content.split(b"\r\n"):
        assert len(row) <= 75 and not re.search(rb"[\x00-\x08\x0a-\x1f]", row)
    parsed = Calendar.from_ical(content)
    (event,) = parsed.walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["UID"])) == (kept(name), "s@trip.travvy")
    assert not parsed.errors and not event.errors


@quick
@given(names)
def test_geojson_has_that_name(name: str) -> None:
    features = json.loads(b"".join(geojson(written(name))), parse_constant=pytest.fail)["features"]
    assert [feature["properties"]["name"] for feature in features] == [kept(name)] * 2


@quick
@given(names, names)
def test_gpx_is_xml_with_that_name(name: str, notes: str) -> None:
    content = b"".join(gpx(written(name, notes))).decode()
    assert "e-05" not in content
    (point,) = gpxpy.parse(content).routes[0].points
    assert (point.name, point.latitude, point.longitude) == (kept(name), -35.5, 0.00001)


@quick
@given(names, names)
def test_csv_has_that_name_and_no_formula(name: str, notes: str) -> None:
    content = b"".join(table(written(name, notes))).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline=""), strict=True))
    assert [undefused(row["name"]) for row in rows] == [kept(name)] * 2
    for row in rows:
        for column in ("name", "notes"):
            assert row[column].lstrip()[:1] not in tuple("=+-@＝＋－＠")


@settings(quick, max_examples=8)
@given(names, names)
def test_a_pdf_can_be_read(name: str, notes: str) -> None:
    assert len(PdfReader(io.BytesIO(b"".join(printed(written(name, notes), NOW)))).pages) >= 3


@quick
@given(names)
def test_a_file_name_fits_into_its_header_and_every_file_system(name: str) -> None:
    made = file_name(trip(name=name), "pdf", DEFAULT)
    assert not set(made) & set('\\/:*?"<>|\r\n') and not made.startswith(".") and len(made) < 120
    disposition = File(made, "", "", lambda: iter(())).disposition
    assert disposition.isascii() and disposition.isprintable() and disposition.count('"') == 2


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("<b>hi</b>", "<~b>hi<~/b>"),
        ("see https://evil.example/x", "see https:~//evil.example/x"),
        ("WWW.evil.example", "WWW~.evil.example"),
        ("javascript:alert(1)", "javascript:~alert(1)"),
        ("mailto:a@b.example", "mailto:~a~@b.example"),
        ("At 10:30: tea, 2:1", "At 10:30: tea, 2:1"),
    ],
)
def test_notes_hold_no_markup_and_no_address(text: str, safe: str) -> None:
    assert inert(text) == safe.replace("~", "\u2060")
