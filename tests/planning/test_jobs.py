"""Planning through real functions: jobs, proposals, other people's edits meanwhile, and who may not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from tests.planning.conftest import Kyoto, days_of, make_kyoto

People = Callable[..., Session]
MONDAY = {"scope": {"day": "d1"}}
CLOSED = {"kind": "closed", "placeId": "kyoto/kinkaku-ji"}


def test_a_day_is_ordered_anew_and_the_job_tells_what_changed(kyoto: Kyoto) -> None:
    before = kyoto.plan()
    job = kyoto.ask("planning-optimise", **MONDAY)
    assert (job["state"], job["result"]["delivered"]) == ("done", "apply"), job
    plan = kyoto.plan()
    order = days_of(plan)["d1"]
    assert abs(order.index("inari") - order.index("tofuku")) == 1
    assert abs(order.index("kinkaku") - order.index("ryoan")) == 1
    assert plan["stops"]["castle"] == before["stops"]["castle"] and plan["days"] == before["days"]
    (told,) = job["result"]["plans"]
    (travel,) = told["travelMinutes"]
    assert travel["after"] < travel["before"]
    assert {one["stopId"] for one in told["retimed"]} <= set(order)
    assert [one["stopId"] for one in told["placed"]] == [key for key in order if key == "market"]
    assert kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"] == job["result"]["version"]


def test_the_rest_of_the_trip_is_offered_with_alternatives_and_accepted(kyoto: Kyoto) -> None:
    before = kyoto.plan()
    job = kyoto.ask("planning-optimise", scope={"rest": True, "now": "2027-04-05T00:00:00+09:00"}, alternatives=1)
    assert job["result"]["delivered"] == "proposal" and kyoto.plan() == before
    first, *_ = job["result"]["proposals"]
    shown = kyoto.ana.call("proposals-preview", tripId=kyoto.trip_id, proposalId=first)
    assert shown["proposal"]["source"] == "optimiser" and shown["items"][0]["words"]
    kyoto.ana.call("proposals-accept", tripId=kyoto.trip_id, proposalId=first)
    assert kyoto.plan() != before


def test_an_idea_is_offered_slots_or_put_into_the_best(kyoto: Kyoto) -> None:
    offered = kyoto.ask("planning-place", stopId="market")
    (proposal,) = offered["result"]["proposals"]
    items = kyoto.ana.call("proposals-preview", tripId=kyoto.trip_id, proposalId=proposal)["items"]
    assert len(items) == len(offered["result"]["plans"]) >= 2
    assert kyoto.plan()["stops"]["market"]["dayId"] is None
    placed = kyoto.ask("planning-place", stopId="market", **{"as": "apply"})
    assert kyoto.plan()["stops"]["market"]["dayId"] == placed["result"]["plans"][0]["placed"][0]["to"]["dayId"]


def test_rain_is_re_planned_and_the_people_decide(kyoto: Kyoto) -> None:
    before = kyoto.plan()
    job = kyoto.ask("planning-replan", change={"kind": "dayRainedOut", "dayId": "d1"})
    moved = {one["stopId"] for one in job["result"]["plans"][0]["moved"]}
    assert moved == {"inari", "kinkaku"}, "the two that the catalogue knows to be in the open"
    kyoto.ana.call("proposals-accept", tripId=kyoto.trip_id, proposalId=job["result"]["proposals"][0])
    plan = kyoto.plan()
    assert not moved & set(days_of(plan)["d1"])
    assert all(plan["stops"][key] == before["stops"][key] for key in ("tofuku", "ryoan"))


def test_nothing_to_improve_changes_nothing(kyoto: Kyoto) -> None:
    kyoto.ask("planning-optimise", **MONDAY)
    version = kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"]
    again = kyoto.ask("planning-optimise", **MONDAY)
    assert (again["state"], again["result"]["delivered"]) == ("done", "nothing")
    assert kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"] == version


def test_what_would_take_a_stop_off_its_day_is_offered_unless_somebody_said_apply(kyoto: Kyoto) -> None:
    too_long = {"p": ["stops", "castle", "minutes"], "na": 600}
    kyoto.edit(kyoto.ana, too_long, base=kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"], seq=1)
    offered = kyoto.ask("planning-optimise", scope={"day": "d2"})
    assert offered["result"]["delivered"] == "proposal"
    (left,) = offered["result"]["plans"][0]["leftOut"]
    assert (left["stopId"], left["was"]) == ("castle", "d2")
    assert kyoto.plan()["stops"]["castle"]["dayId"] == "d2"
    applied = kyoto.ask("planning-optimise", scope={"day": "d2"}, **{"as": "apply"})
    assert applied["result"]["delivered"] == "apply"
    assert kyoto.plan()["stops"]["castle"]["dayId"] is None


def test_a_resend_is_one_job_and_one_change(kyoto: Kyoto) -> None:
    start = kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"]
    with ThreadPoolExecutor(4) as pool:
        asked = lambda _: kyoto.ask("planning-optimise", requestId="only-once-1", **MONDAY)  # noqa: E731
        jobs = list(pool.map(asked, range(4)))
    assert len({job["result"]["version"] for job in jobs}) == 1
    assert kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"] == start + 1
    with pytest.raises(CallError) as other:
        kyoto.ana.call("planning-optimise", tripId=kyoto.trip_id, scope={"day": "d2"}, requestId="only-once-1")
    assert other.value.reason == "REQUEST_ID_REUSED"


def test_two_people_optimise_at_once_and_every_stop_is_there_once(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    kyoto = make_kyoto(ana, database, (ben, "editor"))
    before = set(kyoto.plan()["stops"])
    with ThreadPoolExecutor(2) as pool:
        jobs = list(pool.map(lambda one: kyoto.ask("planning-optimise", one, scope={"days": ["d1", "d2"]}), (ana, ben)))
    assert [job["state"] for job in jobs] == ["done", "done"]
    assert set(kyoto.plan()["stops"]) == before
    settled = kyoto.ask("planning-optimise", scope={"days": ["d1", "d2"]})
    assert settled["result"]["delivered"] == "nothing", "what both left behind works"


def test_who_may_not_and_what_makes_no_sense(person: People, database: Client) -> None:
    ana, ben, vic, eve = person("Ana"), person("Ben"), person("Vic"), person("Eve")
    kyoto = make_kyoto(ana, database, (ben, "voter"), (vic, "viewer"))
    calls: list[tuple[str, dict[str, Any]]] = [
        ("planning-optimise", MONDAY),
        ("planning-place", {"stopId": "market"}),
        ("planning-replan", {"change": {"kind": "dayRainedOut", "dayId": "d1"}}),
    ]
    for function, fields in calls:
        for session, reason in ((ben, "ROLE_TOO_LOW"), (vic, "ROLE_TOO_LOW"), (eve, "TRIP_NOT_FOUND")):
            with pytest.raises(CallError) as refused:
                session.call(function, tripId=kyoto.trip_id, **fields)
            assert refused.value.reason == reason
    for function, fields in [
        ("planning-optimise", {"scope": {"week": 1}}),
        ("planning-optimise", {"scope": {"days": []}}),
        ("planning-optimise", {**MONDAY, "alternatives": 2, "as": "apply"}),
        ("planning-optimise", {"scope": {"rest": True, "now": "2027-04-05T00:00:00"}}),
        ("planning-optimise", {"scope": {"rest": True, "now": "0001-01-01T00:00:00+14:00"}}),
        ("planning-replan", {"change": {"kind": "dayRainedOut", "dayId": "d1"}, "now": "9999-12-31T23:59:59Z"}),
        ("planning-replan", {"change": {**CLOSED, "from": "2027-04-06", "to": "2027-04-05"}}),
        ("planning-replan", {"change": {"kind": "late", "dayId": "d1", "minutes": 0, "at": "11:00"}}),
        ("planning-replan", {"change": {"kind": "earthquake"}}),
    ]:
        with pytest.raises(CallError) as invalid:
            ana.call(function, tripId=kyoto.trip_id, **fields)
        assert invalid.value.reason == "INVALID_REQUEST"
    assert not list(database.collection("trips", kyoto.trip_id, "jobs").stream())


@pytest.mark.parametrize(
    ("function", "fields", "reason"),
    [
        ("planning-optimise", {"scope": {"day": "d9"}}, "DAY_NOT_FOUND"),
        ("planning-place", {"stopId": "castle"}, "NOT_AN_IDEA"),
        ("planning-place", {"stopId": "gone"}, "STOP_NOT_FOUND"),
        ("planning-optimise", {"scope": {"rest": True, "now": "2028-01-01T00:00:00Z"}}, "NOTHING_TO_PLAN"),
    ],
)
def test_what_cannot_be_done_ends_the_job_with_words(
    kyoto: Kyoto, function: str, fields: dict[str, Any], reason: str
) -> None:
    job = kyoto.ask(function, **fields)
    assert (job["state"], job["error"]["reason"]) == ("failed", reason)


def test_a_vetoed_idea_is_not_placed(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    kyoto = make_kyoto(ana, database, (ben, "voter"))
    ana.call("reactions-set", tripId=kyoto.trip_id, stopId="market", reaction="must")
    ben.call("reactions-set", tripId=kyoto.trip_id, stopId="market", reaction="veto")
    job = kyoto.ask("planning-optimise", scope={"days": ["d1", "d2", "d3"]}, **{"as": "apply"})
    assert kyoto.plan()["stops"]["market"]["dayId"] is None
    (left,) = job["result"]["plans"][0]["leftOut"]
    assert left["text"] == "Nishiki Market stays an idea: vetoed by Ben."
    assert {one["uid"] for one in job["result"]["plans"][0]["satisfaction"]} == {ana.uid, ben.uid}
