"""A trip's plan as files: what signed-in members get over HTTP."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import gpxpy
import httpx
import pytest
from icalendar import Calendar
from pypdf import PdfReader

from clients.python.backend import Backend
from clients.python.session import Session
from tests.support.people import make_trip, stop

People = Callable[..., Session]
FORMATS = ["ics", "geojson", "gpx", "csv", "pdf"]


@pytest.fixture
def trip(person: People) -> tuple[Session, str]:
    """Ana and a trip to Kyoto with one stop."""
    ana = person()
    dates = {"startDate": "2027-04-02", "endDate": "2027-04-03"}
    trip_id = make_trip(ana, name="京都 in “spring”", destinations=["Kyoto"], **dates)
    submit(
        ana,
        trip_id,
        [
            {"p": ["days", "d"], "oi": {"date": "2027-04-02", "order": "a0"}},
            {"p": ["stops", "s"], "oi": stop(ana, dayId="d", at="10:00", lat=35.005, lng=135.765)},
        ],
    )
    return ana, trip_id


def submit(session: Session, trip_id: str, op: list[dict[str, Any]]) -> None:
    version = session.call("plan-get", tripId=trip_id)["version"]
    session.call("plan-submit", tripId=trip_id, base=version, src="phone", seq=version, ops=[op])


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
    submit(ana, trip_id, [{"p": ["stops", "s", "minutes"], "na": 5}])
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
