"""Routes through real functions: jobs, proposals, settings, wishes that clash, and who may not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from tests.routes.conftest import WISHES, Italy
from tests.support.people import make_trip

People = Callable[..., Session]


def test_a_route_is_planned_offered_and_accepted(italy: Italy) -> None:
    job = italy.ask()
    assert job["state"] == "done", job
    result, before = job["result"], italy.plan()
    route = result["route"]
    assert route["status"] == "optimal" and before["stops"] == {}
    assert {visit["city"] for visit in route["visits"]} >= {"rome"}
    assert 6 <= route["nights"] <= 8
    assert route["money"]["total"] == sum(route["money"][name] for name in ("transfers", "stays", "meals"))
    assert len(result["estimated"]) == len(route["trips"]) + len(route["visits"])
    accepted = italy.ana.call("proposals-accept", tripId=italy.trip_id, proposalId=result["proposal"])
    assert all(item["state"] == "accepted" for item in accepted["items"])
    plan = italy.plan()
    stops = list(plan["stops"].values())
    assert sorted(stop["kind"] for stop in stops) == ["stay"] * len(route["visits"]) + ["transport"] * len(
        route["trips"]
    )
    money = route["money"]
    assert sum(stop["cost"]["amount"] for stop in stops) == money["transfers"] + money["stays"]
    assert {stop["source"] for stop in stops} == {"optimiser"} and {stop["by"] for stop in stops} == {italy.ana.uid}
    days = sorted(plan["days"].values(), key=lambda day: day["order"])
    assert [day["date"] for day in days] == [f"2027-04-{1 + day:02d}" for day in range(route["nights"] + 1)]
    assert all(plan["days"][stop["dayId"]]["date"] for stop in stops)


def test_the_settings_make_the_route_the_trip(italy: Italy) -> None:
    result = italy.ask()["result"]
    italy.ana.call("proposals-accept", tripId=italy.trip_id, proposalId=result["proposal"])
    version = italy.ana.call("trips-get", tripId=italy.trip_id)["version"]
    updated = italy.ana.call("trips-update", tripId=italy.trip_id, version=version, **result["settings"])
    assert updated["startDate"] == "2027-04-01"
    assert [leg["name"] for leg in updated["destinations"]] == [
        leg["name"] for leg in result["settings"]["destinations"]
    ]
    stops = italy.plan()["stops"].values()
    assert all(stop["dayId"] in italy.plan()["days"] for stop in stops)


def test_each_item_stands_alone_on_the_days_of_a_dated_trip(person: People, database: Client) -> None:
    ana = person()
    italy = Italy(ana, make_trip(ana, startDate="2027-04-01", endDate="2027-04-08"), database)
    dates = [f"2027-04-{1 + day:02d}" for day in range(8)]
    days = {f"d{number}": {"date": told, "order": f"a{number}", "notes": ""} for number, told in enumerate(dates)}
    op = [{"p": ["days", day_id], "oi": day} for day_id, day in days.items()]
    ana.call("plan-submit", tripId=italy.trip_id, base=0, src="phone", seq=0, ops=[op])
    job = italy.ask(nights=None, firstDate=None)
    assert job["result"]["route"]["nights"] == 7
    shown = ana.call("proposals-preview", tripId=italy.trip_id, proposalId=job["result"]["proposal"])
    last = shown["items"][-1]["itemId"]
    ana.call("proposals-accept", tripId=italy.trip_id, proposalId=job["result"]["proposal"], items=[last])
    plan = italy.plan()
    (home,) = plan["stops"].values()
    assert home["name"].endswith("to Paris") and home["dayId"] == "d7"
    assert plan["days"].keys() == days.keys()


def test_what_was_looked_up_counts_instead_of_estimates(italy: Italy) -> None:
    flights = [
        {
            "id": f"flight-{a}-{b}",
            "origin": a,
            "destination": b,
            "mode": "flight",
            "minutes": 125,
            "price": {"amount": 6000, "currency": "EUR"},
            "departures": departures,
        }
        for a, b, departures in (("Paris", "Rome", [[600, 600], [1140, 1140]]), ("Rome", "Paris", []))
    ]
    flat = {
        "id": "our-flat",
        "city": "Rome",
        "name": "Flat by the river",
        "type": "flat",
        "price": {"amount": 8000, "currency": "EUR"},
        "capacity": 4,
        "allows": ["pets"],
    }
    job = italy.ask(cities=[{"city": "Rome"}], transfers=flights, stays=[flat], stayRules=["pets"])
    result = job["result"]
    assert result["estimated"] == []
    there, back = result["route"]["trips"]
    assert (there["transfer"], there["departs"], back["transfer"]) == ("flight-Paris-Rome", 600, "flight-Rome-Paris")
    assert back["departs"] >= 0, "no departures named is any time"
    (visit,) = result["route"]["visits"]
    assert [booking["stay"] for booking in visit["bookings"]] == ["our-flat"]
    assert result["names"]["our-flat"] == "Flat by the river"
    assert visit["staysPrice"] == 8000 * visit["nights"]


def test_a_night_train_takes_a_night_though_nobody_said_so(italy: Italy) -> None:
    """Two days and nights under way, too: what arrives later is not left out."""
    trains = [
        {
            "id": f"{origin}-{minutes}",
            "origin": origin,
            "destination": destination,
            "mode": "Night train",
            "minutes": minutes,
            "price": {"amount": 6000, "currency": "EUR"},
            "departures": [[1380, 1380]],
        }
        for origin, destination, minutes in (("Paris", "Rome", 720), ("Rome", "Paris", 2000))
    ]
    wishes = {"cities": [{"city": "Rome"}], "transfers": trains, "nights": {"atLeast": 6, "atMost": 6}}
    route = italy.ask(**wishes)["result"]["route"]
    there, back = route["trips"]
    assert (there["date"], there["arrivalDate"], there["arrives"]) == ("2027-04-01", "2027-04-02", 660)
    assert (back["date"], back["arrivalDate"], back["arrives"]) == ("2027-04-05", "2027-04-07", 500)
    assert route["visits"][0]["nights"] == 3
    clash = italy.ask(**wishes, avoidModes=["NIGHT TRAIN"])["result"]["route"]["clash"]
    assert clash["wishes"] == ["avoidModes"], "capitals do not matter"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"nights": {"atLeast": 5, "atMost": 4}}, "nights"),
        ({"cities": [{"city": "Rome", "nights": {"atLeast": 5, "atMost": 4}}]}, "cities[0].nights"),
    ],
)
def test_fewer_nights_than_at_least_are_refused(italy: Italy, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(CallError) as refused:
        italy.ana.call("routes-plan", tripId=italy.trip_id, **{**WISHES, **fields})
    assert refused.value.details["fieldViolations"][0]["field"] == field


def test_a_clash_names_the_wishes_and_offers_the_closest_route(italy: Italy) -> None:
    job = italy.ask(budget={"amount": 5000, "currency": "EUR"}, on=[{"city": "Venice", "date": "2027-04-03"}])
    result = job["result"]
    assert job["state"] == "done" and result["route"]["status"] == "infeasible"
    assert "budget" in result["route"]["clash"]["wishes"] and result["route"]["clash"]["message"] in job["message"]
    assert set(result["route"]["clash"]["wishes"]) <= set(result["wishes"])
    (given_up,) = result["route"]["givenUp"]
    assert (given_up["wish"], given_up["needed"]) == ("budget", result["route"]["money"]["total"])
    shown = italy.ana.call("proposals-preview", tripId=italy.trip_id, proposalId=result["proposal"])
    assert shown["proposal"]["title"] == "The route closest to your wishes"


def test_a_resend_is_one_job_and_one_proposal(italy: Italy) -> None:
    with ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(lambda _: italy.ask(requestId="only-once-1"), range(4)))
    assert len({job["result"]["proposal"] for job in jobs}) == 1
    assert len(list(italy.database.collection("trips", italy.trip_id, "proposals").stream())) == 1
    with pytest.raises(CallError) as other:
        italy.ana.call("routes-plan", tripId=italy.trip_id, **{**WISHES, "thrift": 1.0}, requestId="only-once-1")
    assert other.value.reason == "REQUEST_ID_REUSED"


@pytest.mark.parametrize(
    ("fields", "reason", "field"),
    [
        ({"cities": [{"city": "Atlantis"}]}, "DESTINATION_UNKNOWN", "cities[0]"),
        ({"start": "Rome"}, "ROUTE_INVALID", "start"),
        ({"firstDate": None}, "ROUTE_INVALID", "firstDate"),
        ({"on": [{"city": "Tokyo", "date": "2027-04-02"}]}, "ROUTE_INVALID", "wishes['on:0'].cities"),
        ({"cities": [{"city": "Rome"}, {"city": "Rom"}]}, "ROUTE_INVALID", "cities"),
        ({"order": [["Roma", "Venice", "Rome"]]}, "ROUTE_INVALID", "wishes['order:0'].cities"),
        ({"budget": {"amount": 100, "currency": "KPW"}}, "ROUTE_INVALID", "currency"),
    ],
)
def test_what_cannot_be_understood_is_refused_at_once(
    italy: Italy, fields: dict[str, Any], reason: str, field: str
) -> None:
    with pytest.raises(CallError) as refused:
        italy.ana.call("routes-plan", tripId=italy.trip_id, **{**WISHES, **fields})
    assert refused.value.reason == reason
    assert refused.value.details["metadata"]["field"] == field
    assert not list(italy.database.collection("trips", italy.trip_id, "jobs").stream())


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-31"])
def test_a_route_begins_when_a_trip_can(italy: Italy, first: str) -> None:
    """Nights after the last day that a date can tell would keep the job from ever ending."""
    with pytest.raises(CallError) as refused:
        italy.ana.call("routes-plan", tripId=italy.trip_id, **{**WISHES, "firstDate": first})
    assert refused.value.details["fieldViolations"][0]["field"] == "firstDate"
    assert not list(italy.database.collection("trips", italy.trip_id, "jobs").stream())


def test_the_longest_route_fits_into_a_plan_and_a_longer_one_is_refused(italy: Italy) -> None:
    long = {"cities": [{"city": "Rome"}], "start": None, "end": None}
    with pytest.raises(CallError) as refused:
        italy.ana.call("routes-plan", tripId=italy.trip_id, **{**WISHES, **long, "nights": {"atLeast": 60}})
    assert refused.value.details["fieldViolations"][0]["field"] == "nights.atLeast"
    result = italy.ask(**long, nights={"atLeast": 59})["result"]
    italy.ana.call("proposals-accept", tripId=italy.trip_id, proposalId=result["proposal"])
    assert len(italy.plan()["days"]) == 60


def test_only_editors_ask(person: People) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "voter"))
    for session, reason in ((ben, "ROLE_TOO_LOW"), (eve, "TRIP_NOT_FOUND")):
        with pytest.raises(CallError) as refused:
            session.call("routes-plan", tripId=trip_id, **WISHES)
        assert refused.value.reason == reason
