"""The public page of a trip, as the world gets it."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from google.cloud.firestore import Client

from clients.python.backend import Backend
from clients.python.session import Session
from tests.support.people import make_trip, stop

People = Callable[..., Session]
NASTY = "<script>alert('x')</script> & \"quoted\""
ALL = ["dates", "plan", "ideas", "notes", "packing", "travellers", "costs"]


@pytest.fixture
def trip(person: People) -> tuple[Session, str]:
    """Ana and a trip of which every text is nasty."""
    ana = person(f"Ana {NASTY}")
    budget = {"amount": 123_456, "currency": "EUR"}
    dates = {"startDate": "2027-04-02", "endDate": "2027-04-03"}
    trip_id = make_trip(ana, name=f"Trip {NASTY}", destinations=[f"Kyoto {NASTY}"], budget=budget, **dates)
    price = {"amount": 1200, "currency": "JPY"}
    day = {"date": "2027-04-02", "order": "a0", "title": f"Arrival {NASTY}", "notes": f"day-note {NASTY}"}
    planned = stop(ana, f"Temple {NASTY}", dayId="d", notes=f"stop-note {NASTY}", cost=price)
    op = [
        {"p": ["notes"], "od": "", "oi": f"trip-note {NASTY}"},
        {"p": ["days", "d"], "oi": day},
        {"p": ["stops", "s"], "oi": planned},
        {"p": ["stops", "i"], "oi": stop(ana, f"Idea {NASTY}")},
        {"p": ["packing", "p"], "oi": {"order": "a0", "text": f"Socks {NASTY}"}},
    ]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
    return ana, trip_id


def fetch(backend: Backend, name: str, **request: Any) -> httpx.Response:
    return httpx.get(
        f"{backend.functions_url}/public-trip", params={"name": name, **request.pop("params", {})}, **request
    )


def publish(trip: tuple[Session, str], *sections: str, **fields: Any) -> Any:
    ana, trip_id = trip
    return ana.call("trips-publish", tripId=trip_id, sections=list(sections), **fields)


def test_a_page_shows_everything_escaped_and_loads_nothing(trip: tuple[Session, str], backend: Backend) -> None:
    page = fetch(backend, publish(trip, *ALL)["name"])
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for word in ("Trip", "Kyoto", "Arrival", "Temple", "Idea", "Socks", "trip-note", "day-note", "stop-note", "Ana"):
        assert f"{word} &lt;script&gt;" in page.text, word
    assert "<script" not in page.text and 'href="' not in page.text and "src=" not in page.text
    assert "1,234.56 EUR" in page.text and "1,200 JPY" in page.text
    policy = page.headers["content-security-policy"]
    style = re.search("<style>(.*)</style>", page.text)
    assert style and base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode() in policy
    assert policy.startswith("default-src 'none';") and "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("section", "fields"),
    [
        ("dates", {"startDate", "endDate"}),
        ("plan", {"days"}),
        ("ideas", {"ideas"}),
        ("notes", {"notes"}),
        ("packing", {"packing"}),
        ("travellers", {"travellers"}),
        ("costs", {"budget"}),
    ],
)
def test_only_the_chosen_section_is_public(
    trip: tuple[Session, str], backend: Backend, section: str, fields: set[str]
) -> None:
    told = fetch(backend, publish(trip, section)["name"], headers={"Accept": "application/json"}).json()
    assert {key for key, value in told.items() if value is not None} == {"name", "destinations", "sections", *fields}
    assert trip[0].uid not in str(told)
    if section == "plan":
        (day,) = told["days"]
        assert (day["date"], day["notes"], day["stops"][0]["notes"], day["stops"][0]["cost"]) == (None,) * 4


def test_what_nobody_sees_is_not_public_either(person: People, backend: Backend) -> None:
    ana, hidden = person("Ana"), "\u200b\u200f\u00ad"
    trip_id = make_trip(ana)
    op = [
        {"p": ["notes"], "od": "", "oi": f"trip{hidden} notes"},
        {"p": ["days", "d"], "oi": {"order": "a0", "title": f"ti{hidden}tle", "notes": f"day{hidden} notes"}},
        {"p": ["stops", "s"], "oi": stop(ana, f"na{hidden}me", dayId="d", notes=f"stop{hidden} notes")},
        {"p": ["stops", "i"], "oi": stop(ana, f"id{hidden}ea", notes=f"idea{hidden} notes")},
        {"p": ["packing", "p"], "oi": {"order": "a0", "text": f"so{hidden}cks"}},
    ]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
    told = fetch(backend, publish((ana, trip_id), *ALL)["name"], headers={"Accept": "application/json"}).json()
    (day,), (planned,), (idea,) = told["days"], told["days"][0]["stops"], told["ideas"]
    assert (told["notes"], told["packing"], day["title"], day["notes"]) == (
        *("trip notes", ["socks"]),
        *("title", "day notes"),
    )
    assert [(one["name"], one["notes"]) for one in (planned, idea)] == [("name", "stop notes"), ("idea", "idea notes")]


def test_both_forms_have_the_headers(trip: tuple[Session, str], backend: Backend) -> None:
    name = publish(trip, "plan")["name"]
    page, data = fetch(backend, name), fetch(backend, name, params={"format": "json"})
    assert data.headers["content-type"] == "application/json"
    for header in ("content-security-policy", "referrer-policy", "x-robots-tag", "cache-control"):
        assert page.headers[header] == data.headers[header]


def test_the_name_is_kept_renewed_and_revoked(trip: tuple[Session, str], backend: Backend, database: Client) -> None:
    ana, trip_id = trip
    first = publish(trip, "plan")["name"]
    assert publish(trip, "plan", "notes")["name"] is None
    assert fetch(backend, first, params={"format": "json"}).json()["sections"] == ["plan", "notes"]
    assert ana.call("trips-get", tripId=trip_id)["published"] == ["notes", "plan"]
    second = publish(trip, "plan", renew=True)["name"]
    assert [fetch(backend, name).status_code for name in (first, second)] == [404, 200]
    stored = [page.to_dict() for page in database.collection("publicPages").stream()]
    assert second not in str(stored) + str(database.document("trips", trip_id).get().to_dict())
    ana.call("trips-unpublish", tripId=trip_id)
    ana.call("trips-unpublish", tripId=trip_id)
    revoked, unknown = fetch(backend, second), fetch(backend, "x" * 32)
    assert revoked.status_code == 404
    assert revoked.json()["error"]["message"] == unknown.json()["error"]["message"]


def test_a_deleted_trip_is_public_no_more_even_when_it_comes_back(trip: tuple[Session, str], backend: Backend) -> None:
    ana, trip_id = trip
    name = publish(trip, "plan")["name"]
    ana.call("trips-delete", tripId=trip_id)
    assert fetch(backend, name).status_code == 404
    assert ana.call("trips-restore", tripId=trip_id)["published"] == []
    assert fetch(backend, name).status_code == 404
    assert fetch(backend, publish(trip, "plan")["name"]).status_code == 200


@pytest.mark.parametrize("name", ["", "x", "../../etc/passwd", "a/b" * 10, "ü" * 30, "x" * 10_000])
def test_a_name_that_is_none_leads_nowhere(backend: Backend, name: str) -> None:
    assert fetch(backend, name).status_code == 404


def test_sections_are_checked(trip: tuple[Session, str]) -> None:
    ana, trip_id = trip
    for sections in ([], ["everything"], "plan", None):
        with pytest.raises(Exception, match="INVALID_ARGUMENT"):
            ana.call("trips-publish", tripId=trip_id, sections=sections)
