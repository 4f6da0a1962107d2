"""Lists, archive, copy, deletion and return of trips through real HTTP."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from shared import bootstrap
from shared.trips.store import TripStore
from tests.support.people import make_trip, stop
from tests.support.refusals import outcome, refusal

People = Callable[..., Session]


def names(session: Session, **request: Any) -> list[str]:
    """The names of all trips of a list, page by page."""
    found: list[str] = []
    while True:
        page = session.call("trips-list", **request)
        found += [trip["name"] for trip in page["trips"]]
        if not page["nextPageToken"]:
            return found
        request["pageToken"] = page["nextPageToken"]


def a_family(person: People) -> Session:
    """Ana with trips of all ages; Eve's are not hers."""
    ana, eve = person("Ana"), person("Eve")
    day = datetime.now(UTC).date()

    def dated(name: str, first: int, last: int) -> None:
        start, end = ((day + timedelta(days=days)).isoformat() for days in (first, last))
        make_trip(ana, name=name, startDate=start, endDate=end)

    dated("later", 40, 42)
    make_trip(ana, name="open")
    dated("soon", 4, 5)
    dated("old", -9, -8)
    dated("older", -19, -18)
    make_trip(ana, name="begun", startDate=(day - timedelta(days=3)).isoformat())
    make_trip(eve, name="not hers")
    return ana


def test_trips_are_listed_by_what_they_are_to_the_caller(person: People) -> None:
    ana = a_family(person)
    everything = ana.call("trips-list", filter="all")["trips"]
    soon = next(trip["tripId"] for trip in everything if trip["name"] == "soon")
    ana.call("trips-archive", tripId=soon)
    assert names(ana) == ["later", "begun", "open"]
    assert names(ana, filter="past") == ["old", "older"]
    assert names(ana, filter="archived") == ["soon"]
    assert names(ana, filter="all") == ["begun", "older", "old", "soon", "open", "later"]
    ana.call("trips-unarchive", tripId=soon)
    assert (names(ana), names(ana, filter="archived")) == (["soon", "later", "begun", "open"], [])


@pytest.mark.parametrize("which", ["upcoming", "past", "archived", "all", "deleted"])
def test_pages_add_up_to_the_list(person: People, which: str) -> None:
    ana = a_family(person)
    if which in ("archived", "deleted"):
        for trip in ana.call("trips-list", filter="all")["trips"]:
            ana.call("trips-archive" if which == "archived" else "trips-delete", tripId=trip["tripId"])
    whole = names(ana, filter=which)
    assert len(whole) == {"upcoming": 4, "past": 2, "archived": 6, "all": 6, "deleted": 6}[which]
    assert names(ana, filter=which, pageSize=1) == names(ana, filter=which, pageSize=4) == whole


def test_the_page_size_is_coerced_and_a_token_belongs_to_its_filter(person: People) -> None:
    ana = a_family(person)
    assert len(ana.call("trips-list", pageSize=1_000_000)["trips"]) == 4
    assert refusal(lambda: ana.call("trips-list", pageSize=-1)).status == "INVALID_ARGUMENT"
    token = ana.call("trips-list", pageSize=1)["nextPageToken"]
    changed = refusal(lambda: ana.call("trips-list", pageSize=1, pageToken=token, filter="past"))
    assert (changed.status, changed.reason) == ("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "ä",
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(b"[[[").decode(),
        *(
            base64.urlsafe_b64encode(json.dumps(told).encode()).decode()
            for told in [
                {"filter": "upcoming"},
                {"filter": "upcoming", "after": "2027-01-01", "id": "a/b", "day": "2027-01-01"},
                {"filter": "upcoming", "after": "2027-01-01", "id": 7, "day": "2027-01-01"},
                {"filter": "upcoming", "after": "soon", "id": "abc", "day": "2027-01-01"},
                {"filter": "upcoming", "after": "2027-01-01", "id": "abc", "day": None},
                {"filter": ["upcoming"], "after": "2027-01-01", "id": "abc", "day": None},
                {"filter": "upcoming", "after": "2027-W01-1", "id": "abc", "day": "2027-01-01"},
                *(
                    {"filter": "all", "after": moment, "id": "abc", "day": None}
                    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-14:00", "2027-01-01")
                ),
            ]
        ),
    ],
)
def test_a_token_that_is_none_is_refused(person: People, token: str) -> None:
    refused = refusal(lambda: person().call("trips-list", pageToken=token))
    assert (refused.status, refused.reason) == ("INVALID_ARGUMENT", "PAGE_TOKEN_INVALID")
    assert refused.details["fieldViolations"] == [{"field": "pageToken", "description": "not a token of this function"}]


def test_an_archived_trip_is_archived_for_one(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "viewer"))
    before = ben.call("trips-get", tripId=trip_id)["version"]
    assert ben.call("trips-archive", tripId=trip_id)["archived"]
    assert ben.call("trips-archive", tripId=trip_id)["version"] == before
    assert (names(ana), names(ben)) == (["A trip"], [])
    assert not ana.call("trips-get", tripId=trip_id)["archived"]


def test_a_deleted_trip_is_gone_for_all_and_comes_back_for_all(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    assert refusal(lambda: ben.call("trips-delete", tripId=trip_id)).reason == "ROLE_TOO_LOW"
    gone = ana.call("trips-delete", tripId=trip_id)
    kept = datetime.fromisoformat(gone["restorableUntil"]) - datetime.fromisoformat(gone["deletedAt"])
    assert kept == timedelta(days=30)
    stored = database.document("trips", trip_id).get()
    assert (stored.get("members"), len(stored.get("roles"))) == ([], 2)
    assert (names(ana, filter="deleted"), names(ben, filter="deleted")) == (["A trip"], [])
    for session in (ana, ben):
        assert names(session, filter="all") == []
        assert refusal(lambda session=session: session.call("trips-get", tripId=trip_id)).reason == "TRIP_NOT_FOUND"
    assert refusal(lambda: ana.call("trips-delete", tripId=trip_id)).reason == "TRIP_NOT_FOUND"
    assert refusal(lambda: ben.call("trips-restore", tripId=trip_id)).reason == "TRIP_NOT_FOUND"
    back = ana.call("trips-restore", tripId=trip_id)
    assert (back["memberCount"], names(ben, filter="all")) == (2, ["A trip"])
    assert names(ana, filter="deleted") == []
    assert set(database.document("trips", trip_id).get().get("members")) == {ana.uid, ben.uid}
    again = refusal(lambda: ana.call("trips-restore", tripId=trip_id))
    assert (again.status, again.reason) == ("ALREADY_EXISTS", "TRIP_NOT_DELETED")
    assert refusal(lambda: ben.call("trips-restore", tripId=trip_id)).reason == "ROLE_TOO_LOW"


def test_after_thirty_days_nothing_of_a_trip_is_left(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id, younger = make_trip(ana, (ben, "editor")), make_trip(ana)
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[[{"p": ["stops", "s"], "oi": stop(ana)}]])
    trip = database.document("trips", trip_id)
    trip.collection("polls").document("never-stored").collection("votes").document("ana").set({"choices": []})
    for one, age in ((trip_id, 31), (younger, 29)):
        ana.call("trips-delete", tripId=one)
        database.document("trips", one).update({"deletedAt": datetime.now(UTC) - timedelta(days=age)})
    assert refusal(lambda: ana.call("trips-restore", tripId=trip_id)).reason == "TRIP_NOT_FOUND"
    listed = ana.call("trips-list", filter="deleted")["trips"]
    assert [one["tripId"] for one in listed] == [younger]
    # Cut short again and again, it ends all the same, and the trip itself goes last.
    store: TripStore = bootstrap.trip_store()
    while store.purge(trip_id, 3) == 3:
        assert trip.get().exists
    assert not trip.get().exists
    assert not list(trip.collections())
    assert not list(trip.collection("polls").document("never-stored").collections())
    assert not store.invitations(trip_id, 10)
    bootstrap.trip_lifecycle().purge()
    assert ana.call("trips-restore", tripId=younger)["tripId"] == younger
    assert ana.call("plan-get", tripId=younger)["version"] == 0


def test_the_schedule_purges(person: People, database: Client) -> None:
    ana = person()
    trip_id = make_trip(ana)
    ana.call("trips-delete", tripId=trip_id)
    database.document("trips", trip_id).update({"deletedAt": datetime.now(UTC) - timedelta(days=31)})
    bootstrap.trip_lifecycle().purge()
    assert not database.document("trips", trip_id).get().exists


def test_a_restore_racing_the_purge_finds_everything_or_nothing(person: People, database: Client) -> None:
    ana = person()
    trips = [make_trip(ana) for _ in range(6)]
    op = [{"p": ["notes"], "od": "", "oi": "Here"}]
    for number, trip_id in enumerate(trips):
        ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
        ana.call("trips-delete", tripId=trip_id)
        # The first ones can just be restored, and the others, by a hair, no more.
        age = timedelta(days=30, seconds=number - 2)
        database.document("trips", trip_id).update({"deletedAt": datetime.now(UTC) - age})
    with ThreadPoolExecutor(8) as pool:
        purges = [pool.submit(bootstrap.trip_lifecycle().purge) for _ in range(2)]
        outcomes = list(pool.map(lambda trip_id: outcome(ana, "trips-restore", tripId=trip_id), trips))
        for purge in purges:
            purge.result()
    assert set(outcomes) <= {"done", "TRIP_NOT_FOUND"}
    for trip_id, told in zip(trips, outcomes, strict=True):
        assert database.document("trips", trip_id).get().exists, "nobody can say that a restore was not on its way"
        assert told != "done" or ana.call("plan-get", tripId=trip_id)["plan"]["notes"] == "Here"


def test_a_join_racing_a_deletion_leaves_roles_and_members_in_step(person: People, database: Client) -> None:
    ana = person("Ana")
    guests = [person(f"Guest{number}") for number in range(6)]
    trip_id = make_trip(ana)
    token = ana.call("trips-invite", tripId=trip_id)["token"]

    def join(guest: Session) -> str:
        try:
            return "joined" if guest.call("trips-join", token=token)["joined"] else "member"
        except CallError as refused:
            return refused.reason

    with ThreadPoolExecutor(7) as pool:
        joins = [pool.submit(join, guest) for guest in guests[:3]]
        deletion = pool.submit(ana.call, "trips-delete", tripId=trip_id)
        joins += [pool.submit(join, guest) for guest in guests[3:]]
    outcomes = [one.result() for one in joins]
    deletion.result()
    assert set(outcomes) <= {"joined", "INVITATION_NOT_FOUND"}
    stored = database.document("trips", trip_id).get()
    documents = {member.id for member in stored.reference.collection("members").stream()}
    assert (stored.get("members"), set(stored.get("roles"))) == ([], documents)
    assert len(documents) == 1 + outcomes.count("joined")


def test_a_copy_has_the_plan_and_a_life_of_its_own(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "viewer"), startDate="2027-04-02", endDate="2027-04-03", destinations=["Kyoto"])
    op = [
        {"p": ["days", "d"], "oi": {"date": "2027-04-02", "order": "a0"}},
        {"p": ["stops", "s"], "oi": stop(ana, dayId="d", who={ana.uid: True})},
        {"p": ["packing", "p"], "oi": {"order": "a0", "text": "Socks", "done": True, "assignee": ana.uid}},
    ]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])

    def copy(_: int) -> Any:
        return ben.call("trips-duplicate", tripId=trip_id, requestId="request-1", startDate="2027-06-01")

    with ThreadPoolExecutor(4) as pool:
        copies = list(pool.map(copy, range(4)))
    assert len({copied["tripId"] for copied in copies}) == 1
    copied = copies[0]
    assert (copied["role"], copied["name"], copied["endDate"]) == ("owner", "A trip (copy)", "2027-06-02")
    assert copied["destinations"][0]["timeZone"] == "Asia/Tokyo"
    told = ben.call("plan-get", tripId=copied["tripId"])
    assert (told["version"], told["plan"]["days"]["d"]["date"]) == (1, "2027-06-01")
    assert (told["plan"]["stops"]["s"]["by"], ana.uid in str(told)) == (ben.uid, False)
    assert (told["plan"]["packing"]["p"]["done"], told["plan"]["packing"]["p"]["assignee"]) == (False, None)
    assert refusal(lambda: ana.call("trips-get", tripId=copied["tripId"])).reason == "TRIP_NOT_FOUND"
    other = refusal(lambda: ben.call("trips-duplicate", tripId=trip_id, requestId="request-1", name="Another"))
    assert other.reason == "REQUEST_ID_REUSED"
