"""The calendar feed, as calendar programs fetch it, and how members make and end theirs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from google.cloud.firestore import Client
from icalendar import Calendar, Event

from clients.python.backend import Backend
from clients.python.session import Session
from tests.support.people import edit_plan, make_trip, stop

People = Callable[..., Session]


@pytest.fixture
def trip(person: People) -> tuple[Session, str]:
    """Ana and a trip to Kyoto with two stops on its first day."""
    ana = person()
    dates = {"startDate": "2027-04-02", "endDate": "2027-04-03"}
    trip_id = make_trip(ana, name="Spring", destinations=["Kyoto"], **dates)
    edit_plan(
        ana,
        trip_id,
        {"p": ["days", "d"], "oi": {"date": "2027-04-02", "order": "a0"}},
        {"p": ["stops", "market"], "oi": stop(ana, dayId="d", at="10:00")},
        {"p": ["stops", "shrine"], "oi": stop(ana, "Fushimi Inari", dayId="d", at="14:00")},
    )
    return ana, trip_id


def make(session: Session, trip_id: str, **fields: Any) -> str:
    url: str = session.call("trips-calendar", tripId=trip_id, **fields)["url"]
    return url


def fetch(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers)


def events(url: str) -> dict[str, Event]:
    """The events of a feed by the id of what they stand for."""
    answer = fetch(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(answer.content)
    return {str(event["UID"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def statuses(url: str) -> dict[str, str]:
    return {key: str(event["STATUS"]) for key, event in events(url).items()}


def test_a_calendar_follows_the_plan(trip: tuple[Session, str]) -> None:
    ana, trip_id = trip
    url = make(ana, trip_id)
    before = events(url)
    assert set(before) == {"market", "shrine"}
    edit_plan(ana, trip_id, {"p": ["stops", "market", "at"], "od": "10:00", "oi": "11:30"})
    after = events(url)
    moved = after["market"]
    assert (moved["UID"], moved["DTSTART"].dt.hour) == (before["market"]["UID"], 11)
    assert moved["SEQUENCE"] > before["market"]["SEQUENCE"]
    assert moved["DTSTAMP"].dt >= before["market"]["DTSTAMP"].dt
    for unchanged in ("SEQUENCE", "DTSTAMP", "DTSTART"):
        assert after["shrine"][unchanged] == before["shrine"][unchanged]


def test_what_is_gone_is_cancelled_and_comes_back_newer(trip: tuple[Session, str]) -> None:
    ana, trip_id = trip
    url = make(ana, trip_id)
    shown = events(url)
    plan = ana.call("plan-get", tripId=trip_id)["plan"]
    market, shrine = plan["stops"]["market"], plan["stops"]["shrine"]
    edit_plan(ana, trip_id, {"p": ["stops", "market"], "od": market})
    edit_plan(ana, trip_id, {"p": ["stops", "shrine", "dayId"], "od": "d", "oi": None})
    gone = events(url)
    assert {key: str(event["STATUS"]) for key, event in gone.items()} == dict.fromkeys(shown, "CANCELLED")
    for key, event in gone.items():
        assert (event["UID"], event["DTSTART"].dt) == (shown[key]["UID"], shown[key]["DTSTART"].dt)
        assert event["SEQUENCE"] > shown[key]["SEQUENCE"]
    edit_plan(ana, trip_id, {"p": ["stops", "shrine"], "od": {**shrine, "dayId": None}, "oi": shrine})
    back = events(url)
    assert {key: str(event["STATUS"]) for key, event in back.items()} == {"market": "CANCELLED", "shrine": "CONFIRMED"}
    assert back["shrine"]["SEQUENCE"] > gone["shrine"]["SEQUENCE"]


def test_with_a_day_its_stops_are_cancelled(trip: tuple[Session, str]) -> None:
    ana, trip_id = trip
    url = make(ana, trip_id)
    day = ana.call("plan-get", tripId=trip_id)["plan"]["days"]["d"]
    edit_plan(ana, trip_id, {"p": ["days", "d"], "od": day})
    assert statuses(url) == {"market": "CANCELLED", "shrine": "CANCELLED"}


def test_what_has_not_changed_is_not_sent_again(trip: tuple[Session, str]) -> None:
    ana, trip_id = trip
    url = make(ana, trip_id)
    first = fetch(url)
    assert first.headers["cache-control"] == "private, no-cache"
    same = fetch(url, **{"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    edit_plan(ana, trip_id, {"p": ["stops", "market", "minutes"], "na": 5})
    assert fetch(url, **{"If-None-Match": first.headers["etag"]}).status_code == 200
    assert fetch(url).content == fetch(url).content
    head = httpx.head(url)
    assert (head.status_code, head.content) == (200, b"")


def test_a_feed_speaks_the_language_of_who_made_it_and_another_one_when_told(trip: tuple[Session, str]) -> None:
    ana, trip_id = trip
    edit_plan(ana, trip_id, {"p": ["days", "d", "title"], "oi": "Tea"})
    url = make(ana, trip_id, language="de-AT", requestId="calendar-de")
    assert str(events(url)["d.day"]["SUMMARY"]) == "Tag 1: Tea"
    german = fetch(url)
    assert ana.call("trips-calendar", tripId=trip_id, language="fr")["url"] is None
    french = fetch(url, **{"If-None-Match": german.headers["etag"]})
    assert (french.status_code, "Jour 1 : Tea" in french.text) == (200, True)
    assert "Jour 1 : Tea" in fetch(make(ana, trip_id, renew=True)).text, "kept with another address"
    assert "Day 1: Tea" in fetch(make(ana, trip_id, renew=True, language="sv")).text, "English where we have no words"


def test_an_address_is_kept_renewed_and_revoked(trip: tuple[Session, str], database: Client) -> None:
    ana, trip_id = trip
    first = make(ana, trip_id)
    kept = ana.call("trips-calendar", tripId=trip_id)
    assert kept["url"] is None and kept["createdAt"]
    assert fetch(first).status_code == 200
    second = make(ana, trip_id, renew=True)
    assert [fetch(url).status_code for url in (first, second)] == [404, 200]
    stored = [feed.to_dict() for feed in database.collection_group("calendarFeeds").stream()]
    assert second.rpartition("=")[2] not in str(stored)
    assert len(second.rpartition("=")[2]) == 32
    assert ana.call("trips-calendar-revoke", tripId=trip_id) == {"tripId": trip_id, "url": None, "createdAt": None}
    ana.call("trips-calendar-revoke", tripId=trip_id)
    assert fetch(second).status_code == 404
    audit = [entry.to_dict()["type"] for entry in database.collection("trips", trip_id, "audit").stream()]
    assert sorted(kind for kind in audit if "calendar" in kind) == [
        "trip.calendar_made.v1",
        "trip.calendar_made.v1",
        "trip.calendar_revoked.v1",
    ]


def test_a_feed_is_its_members_own_and_ends_with_the_membership(trip: tuple[Session, str], person: People) -> None:
    ana, trip_id = trip
    ben = person("Ben")
    token = ana.call("trips-invite", tripId=trip_id, role="viewer")["token"]
    ben.call("trips-join", token=token)
    own, others = make(ana, trip_id), make(ben, trip_id)
    ana.call("trips-calendar-revoke", tripId=trip_id)
    assert [fetch(url).status_code for url in (own, others)] == [404, 200]
    ana.call("trips-member-remove", tripId=trip_id, uid=ben.uid)
    assert fetch(others).status_code == 404
    ben.call("trips-join", token=ana.call("trips-invite", tripId=trip_id, role="viewer")["token"])
    assert fetch(others).status_code == 404
    again = make(ben, trip_id)
    ben.call("trips-leave", tripId=trip_id)
    assert fetch(again).status_code == 404


def test_whatever_leads_nowhere_is_answered_alike(trip: tuple[Session, str], backend: Backend) -> None:
    ana, trip_id = trip
    url = make(ana, trip_id)
    ana.call("trips-delete", tripId=trip_id)
    root = f"{backend.functions_url}/calendar-feed"
    nowhere = [url, root, f"{root}?name=", f"{root}?name={'x' * 32}", f"{root}?name=../..", f"{root}?name={'x' * 9000}"]
    told = []
    for address in nowhere:
        answer = fetch(address)
        error = answer.json()["error"]
        told.append((answer.status_code, error["message"].partition("trace")[0], error["details"]["reason"]))
    assert set(told) == {(404, "There is no such calendar", "CALENDAR_NOT_FOUND")}


def test_strangers_get_no_feed(trip: tuple[Session, str], person: People) -> None:
    for name in ("trips-calendar", "trips-calendar-revoke"):
        with pytest.raises(Exception, match="NOT_FOUND"):
            person("Eve").call(name, tripId=trip[1])


def test_a_feed_made_while_its_member_is_removed_leads_nowhere(trip: tuple[Session, str], person: People) -> None:
    ana, trip_id = trip
    for _ in range(3):
        ben = person("Ben")
        ben.call("trips-join", token=ana.call("trips-invite", tripId=trip_id, role="viewer")["token"])
        with ThreadPoolExecutor(2) as pool:
            making = pool.submit(make, ben, trip_id)
            pool.submit(ana.call, "trips-member-remove", tripId=trip_id, uid=ben.uid).result()
        if making.exception() is None:
            assert fetch(making.result()).status_code == 404
        ben.call("trips-join", token=ana.call("trips-invite", tripId=trip_id, role="viewer")["token"])
        if making.exception() is None:
            assert fetch(making.result()).status_code == 404
