"""A trip's plan as files: what signed-in members get over HTTP."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import gpxpy
import httpx
import pytest
from icalendar import Calendar
from pypdf import PdfReader
from werkzeug.test import Client, TestResponse

from clients.python.backend import Backend
from clients.python.session import Session
from emulator.gateway.routing import Function, Gateway
from functions.trips_export import trips_export
from shared.exports.itinerary import itinerary
from shared.exports.models import Itinerary
from shared.runtime.registry import FUNCTIONS
from tests.exports.plans import watched
from tests.support.people import edit_plan, make_trip, stop

People = Callable[..., Session]
FORMATS = ["ics", "geojson", "gpx", "csv", "pdf"]


@pytest.fixture
def trip(person: People) -> tuple[Session, str]:
    """Ana and a trip to Kyoto with one stop."""
    ana = person()
    dates = {"startDate": "2027-04-02", "endDate": "2027-04-03"}
    trip_id = make_trip(ana, name="京都 in “spring”", destinations=["Kyoto"], **dates)
    edit_plan(
        ana,
        trip_id,
        {"p": ["days", "d"], "oi": {"date": "2027-04-02", "order": "a0"}},
        {"p": ["stops", "s"], "oi": stop(ana, dayId="d", at="10:00", lat=35.005, lng=135.765)},
    )
    return ana, trip_id


def export(session: Session, trip_id: str, kind: str, *, method: str = "GET", **headers: str) -> httpx.Response:
    return httpx.request(
        method,
        f"{session.backend.functions_url}/trips-export",
        params={"tripId": trip_id, "format": kind},
        headers={"Authorization": f"Bearer {session.id_token()}", **headers},
        timeout=60,
    )


def test_every_format_holds_the_plan(trip: tuple[Session, str]) -> None:
    files = {kind: export(*trip, kind) for kind in FORMATS}
    assert {kind: file.status_code for kind, file in files.items()} == dict.fromkeys(FORMATS, 200)
    (event,) = Calendar.from_ical(files["ics"].text).walk("VEVENT")
    assert (event["SUMMARY"], event["DTSTART"].params["TZID"]) == ("Nishiki Market", "Asia/Tokyo")
    (feature,) = json.loads(files["geojson"].text)["features"]
    assert feature["geometry"]["coordinates"] == [135.765, 35.005]
    assert gpxpy.parse(files["gpx"].text).routes[0].points[0].name == "Nishiki Market"
    (row,) = csv.DictReader(io.StringIO(files["csv"].content.decode("utf-8-sig")))
    assert (row["begins"], row["begins (UTC)"]) == ("2027-04-02 10:00", "2027-04-02T01:00Z")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"].content)).pages]
    assert "Nishiki Market" in pages[1] and "Friday, 2 April 2027" in pages[1]


def test_a_file_has_a_name_and_is_nobody_elses(trip: tuple[Session, str]) -> None:
    file = export(*trip, "gpx")
    disposition = file.headers["content-disposition"]
    assert 'filename="__ in _spring_ 2027-04-02.gpx"' in disposition
    assert "filename*=UTF-8''%E4%BA%AC%E9%83%BD%20in%20" in disposition
    assert file.headers["cache-control"] == "private, no-cache"
    assert "Authorization" in file.headers["vary"]


def test_what_has_not_changed_is_not_sent_again(trip: tuple[Session, str]) -> None:
    ana, trip_id = trip
    tag = export(ana, trip_id, "csv").headers["etag"]
    same = export(ana, trip_id, "csv", **{"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    edit_plan(ana, trip_id, {"p": ["stops", "s", "minutes"], "na": 5})
    edited = export(ana, trip_id, "csv", **{"If-None-Match": tag})
    assert edited.status_code == 200
    ana.call("trips-update", tripId=trip_id, version=1, name="Another name")
    renamed = export(ana, trip_id, "csv", **{"If-None-Match": edited.headers["etag"]})
    assert (renamed.status_code, "Another name" in renamed.headers["content-disposition"]) == (200, True)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_plan_gives_the_same_bytes_and_head_none(trip: tuple[Session, str], kind: str) -> None:
    first, again = export(*trip, kind), export(*trip, kind)
    assert first.content and first.content == again.content
    head = export(*trip, kind, method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    for header in ("etag", "content-type", "content-disposition"):
        assert head.headers[header] == first.headers[header]


@pytest.fixture
def month(person: People) -> tuple[Session, str]:
    """Ana and a trip of 30 days with one stop each."""
    ana = person()
    trip_id = make_trip(ana, startDate="2027-04-01", endDate="2027-04-30")
    days = [(f"d{day}", f"2027-04-{day:02}") for day in range(1, 31)]
    added = [{"p": ["days", day], "oi": {"date": date, "order": f"a{date[-2:]}"}} for day, date in days]
    added += [
        {"p": ["stops", f"s{day}"], "oi": stop(ana, dayId=day, at="10:00", lat=35.0, lng=135.0)} for day, _ in days
    ]
    edit_plan(ana, trip_id, *added)
    return ana, trip_id


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """For each plan that is put in order for a file, the stops of it that have been laid out so far."""
    seen: list[set[str]] = []

    def watching(*args: Any) -> Itinerary:
        told, stops = watched(itinerary(*args))
        seen.append(stops)
        return told

    monkeypatch.setattr("shared.exports.service.itinerary", watching)
    return seen


@contextmanager
def pulled(session: Session, trip_id: str, kind: str, method: str = "GET", **headers: str) -> Iterator[TestResponse]:
    """The function's answer, of which no more is written than somebody asks for."""
    gateway = Gateway("p", "r", {"trips-export": Function(FUNCTIONS["trips-export"], trips_export)})
    answer = Client(gateway).open(
        "/p/r/trips-export",
        method=method,
        query_string={"tripId": trip_id, "format": kind},
        headers={"Authorization": f"Bearer {session.id_token()}", **headers},
        buffered=False,
    )
    try:
        yield answer
    finally:
        answer.close()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_day_is_laid_out_when_the_one_before_it_is_taken(
    month: tuple[Session, str], laid_out: list[set[str]], kind: str
) -> None:
    with pulled(*month, kind) as answer:
        assert (answer.status_code, answer.headers.get("Content-Length")) == (200, None)
        counts, pieces = [], []
        for piece in answer.response:
            counts.append(len(laid_out[0]))
            pieces.append(piece)
    assert counts[0] <= 1 and counts[-1] == 30
    assert all(after - before <= 1 for before, after in pairwise(counts))
    assert b"".join(pieces) == export(*month, kind).content


def test_the_first_page_is_there_before_the_second_day_is_laid_out(
    month: tuple[Session, str], laid_out: list[set[str]]
) -> None:
    with pulled(*month, "pdf") as answer:
        first = next(iter(answer.response))
        assert (laid_out[0], first[:5], first.count(b"/Type /Page\n")) == (set(), b"%PDF-", 1)
        assert b"endstream" in first


@pytest.mark.parametrize("kind", FORMATS)
def test_headers_alone_and_what_has_not_changed_lay_out_nothing(
    month: tuple[Session, str], laid_out: list[set[str]], kind: str
) -> None:
    with pulled(*month, kind, "HEAD") as head:
        assert (head.status_code, head.data) == (200, b"")
    with pulled(*month, kind, **{"If-None-Match": head.headers["ETag"]}) as same:
        assert (same.status_code, same.data) == (304, b"")
    assert laid_out == []


def test_who_may_export(trip: tuple[Session, str], person: People, backend: Backend) -> None:
    ana, trip_id = trip
    ben, eve = person("Ben"), person("Eve")
    ben.call("trips-join", token=ana.call("trips-invite", tripId=trip_id, role="viewer")["token"])
    assert export(ben, trip_id, "csv").status_code == 200
    foreign, missing = export(eve, trip_id, "csv"), export(eve, "x" * 20, "csv")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json()["error"]["message"] == missing.json()["error"]["message"]
    unsigned = httpx.get(f"{backend.functions_url}/trips-export", params={"tripId": trip_id, "format": "csv"})
    assert unsigned.status_code == 401
    ana.call("trips-member-remove", tripId=trip_id, uid=ben.uid)
    assert export(ben, trip_id, "csv").status_code == 404
    ana.call("trips-delete", tripId=trip_id)
    assert export(ana, trip_id, "csv").status_code == 404


def test_a_file_speaks_the_language_that_is_asked_for(trip: tuple[Session, str]) -> None:
    ana, trip_id = trip

    def asked(accepted: str, **language: str) -> httpx.Response:
        return httpx.get(
            f"{ana.backend.functions_url}/trips-export",
            params={"tripId": trip_id, "format": "gpx", **language},
            headers={"Authorization": f"Bearer {ana.id_token()}", "Accept-Language": accepted},
        )

    def title(accepted: str, **language: str) -> str:
        answer = asked(accepted, **language)
        assert "Accept-Language" in answer.headers["vary"]
        return gpxpy.parse(answer.text).routes[0].name or ""

    assert title("de", language="pt-BR") == "Dia 1"
    assert title("sv, de-CH;q=0.9, en;q=0.2") == "Tag 1"
    assert title("*") == "Day 1"
    assert asked("de", language="not one").status_code == 400


@pytest.mark.parametrize("kind", ["", "exe", "PDF", "ics/../.."])
def test_what_is_no_format_is_refused(trip: tuple[Session, str], kind: str) -> None:
    refused = export(*trip, kind)
    assert (refused.status_code, refused.json()["error"]["details"]["reason"]) == (400, "INVALID_REQUEST")
