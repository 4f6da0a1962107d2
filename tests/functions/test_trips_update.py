"""Changing a trip through real HTTP: its settings, and the plan's days that follow its dates."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from tests.support.people import make_trip, stop
from tests.support.refusals import refusal

People = Callable[..., Session]
DATES = {"startDate": "2027-04-02", "endDate": "2027-04-04"}


def update(session: Session, trip_id: str, version: int = 1, **fields: Any) -> Any:
    return session.call("trips-update", tripId=trip_id, version=version, **fields)


def plan_of(session: Session, trip_id: str) -> Any:
    return session.call("plan-get", tripId=trip_id)["plan"]


def add_days(session: Session, trip_id: str) -> None:
    """Three days with a stop on each, at version 1 of the plan."""
    op = [{"p": ["days", f"d{day}"], "oi": {"date": f"2027-04-0{day}", "order": f"a{day}"}} for day in (2, 3, 4)]
    op += [{"p": ["stops", f"s{day}"], "oi": stop(session, dayId=f"d{day}")} for day in (2, 3, 4)]
    session.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])


def dates_of(plan: Any) -> list[str]:
    return [day["date"] for _, day in sorted(plan["days"].items())]


def test_only_the_fields_that_are_sent_change(person: People) -> None:
    ana = person()
    budget = {"amount": 100_000, "currency": "JPY"}
    trip_id = make_trip(ana, name="Kyoto", budget=budget, **DATES)
    renamed = update(ana, trip_id, name="  Nara ")
    assert (renamed["name"], renamed["budget"], renamed["startDate"]) == ("Nara", budget, "2027-04-02")
    opened = update(ana, trip_id, 2, budget=None, startDate=None, endDate=None, currency="JPY")
    assert (opened["name"], opened["budget"], opened["startDate"], opened["version"]) == ("Nara", None, None, 3)
    assert ana.call("trips-get", tripId=trip_id) == opened


def test_destinations_know_their_time_zone_and_follow_the_dates(person: People) -> None:
    ana = person()
    stay = {"name": "京都", "startDate": "2027-04-02", "endDate": "2027-04-04"}
    trip_id = make_trip(ana, destinations=[stay, "Nowhere at all"], **DATES)
    kyoto, nowhere = ana.call("trips-get", tripId=trip_id)["destinations"]
    assert (kyoto["destinationId"], kyoto["timeZone"]) == ("kyoto", "Asia/Tokyo")
    assert (nowhere["destinationId"], nowhere["timeZone"]) == (None, None)
    moved = update(ana, trip_id, startDate="2027-05-02", endDate="2027-05-03")["destinations"][0]
    assert (moved["startDate"], moved["endDate"]) == ("2027-05-02", "2027-05-03")
    told = update(ana, trip_id, 2, destinations=[{"name": "Nowhere", "timeZone": "Asia/Kathmandu"}])
    assert told["destinations"][0]["timeZone"] == "Asia/Kathmandu"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": None}, "name"),
        ({"destinations": None}, "destinations"),
        ({"currency": None}, "currency"),
        ({"endDate": "2027-04-01"}, "endDate"),
        ({"endDate": "2027-06-01"}, "endDate"),
        ({"startDate": None}, "endDate"),
        ({"startDate": "1492-10-12"}, "startDate"),
        ({"destinations": [{"name": "Kyoto", "timeZone": "Asia/Atlantis"}]}, "destinations[0].timeZone"),
        ({"destinations": [{"name": "Kyoto", "startDate": "2027-02-30"}]}, "destinations[0].startDate"),
        ({"destinations": ["Nara", {"name": "Kyoto", "endDate": "2027-05-01"}]}, "destinations[1].endDate"),
        (
            {"destinations": [{"name": "Kyoto", "startDate": "2027-04-03", "endDate": "2027-04-02"}]},
            "destinations[0].endDate",
        ),
        ({"version": 0}, "version"),
        ({"colour": "red"}, "colour"),
        ({}, ""),
    ],
)
def test_a_wrong_field_is_named(person: People, fields: dict[str, Any], field: str) -> None:
    ana = person()
    trip_id = make_trip(ana, **DATES)
    refused = refusal(lambda: ana.call("trips-update", **{"tripId": trip_id, "version": 1, **fields}))
    assert refused.status == "INVALID_ARGUMENT"
    assert [violation["field"] for violation in refused.details["fieldViolations"]] == [field]


def test_editors_update_and_voters_do_not(person: People) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "editor"), (eve, "voter"))
    assert update(ben, trip_id, 3, name="Nara")["version"] == 4
    refused = refusal(lambda: update(eve, trip_id, 4, name="Nope"))
    assert (refused.status, refused.reason) == ("PERMISSION_DENIED", "ROLE_TOO_LOW")


def test_fifty_updates_at_once_each_land_or_are_told_the_version(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))

    def change(number: int) -> tuple[str, int]:
        session = (ana, ben)[number % 2]
        known = 2
        try:
            return "landed", update(session, trip_id, known, name=f"Trip {number}")["version"]
        except CallError as refused:
            assert (refused.status, refused.reason) == ("ABORTED", "TRIP_CHANGED")
            return "told", refused.details["metadata"]["version"]

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(change, range(50)))
    assert sorted(outcomes) == [("landed", 3)] + [("told", 3)] * 49


def test_the_days_move_with_the_trip_in_one_operation(person: People, database: Client) -> None:
    ana = person()
    trip_id = make_trip(ana, **DATES)
    add_days(ana, trip_id)
    update(ana, trip_id, startDate="2027-05-10", endDate="2027-05-11")
    plan = plan_of(ana, trip_id)
    assert dates_of(plan) == ["2027-05-10", "2027-05-11"]
    assert {key: one["dayId"] for key, one in plan["stops"].items()} == {"s2": "d2", "s3": "d3", "s4": None}
    ops = list(database.collection("trips", trip_id, "plan", "current", "ops").stream())
    assert [(op.get("src"), op.get("seq")) for op in ops[1:]] == [(f"trip:{trip_id}", 2)]
    assert not list(database.collection("trips", trip_id, "moves").stream())
    ana.call("plan-undo", tripId=trip_id, src="phone", seq=1)
    assert plan_of(ana, trip_id)["stops"]["s4"]["dayId"] == "d4"


def test_a_join_makes_a_new_version_too(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana)
    token = ana.call("trips-invite", tripId=trip_id)["token"]
    ben.call("trips-join", token=token)
    assert refusal(lambda: update(ana, trip_id, 1, name="Late")).details["metadata"]["version"] == 2
