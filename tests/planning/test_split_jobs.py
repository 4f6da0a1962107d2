"""A half-day apart through real functions: offered, looked at, accepted, paid by who goes, and kept afterwards."""

from collections.abc import Callable
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from tests.planning.conftest import Kyoto, make_kyoto
from tests.support.people import stop

HOTEL = {"name": "Hotel", "lat": 35.0, "lng": 135.76}
SCOPE = {"scope": {"day": "d3"}, "splits": 1}
TEMPLES = {
    "eikan": ("kyoto/eikan-do", 35.0142, 135.7945),
    "nanzen": ("kyoto/nanzen-ji", 35.0113, 135.7936),
    "heian": ("", 35.016, 135.7824),
}
WOODS = {
    "bamboo": ("", 35.017, 135.672),
    "monkeys": ("", 35.0095, 135.6767),
    "river": ("", 35.0129, 135.6778),
}


@pytest.fixture
def group(person: Callable[..., Session], database: Client) -> tuple[Kyoto, Session]:
    """Ana loves temples in the east, Ben the woods in the west; Wednesday is free for both."""
    ana, ben = person("Ana"), person("Ben")
    kyoto = make_kyoto(ana, database, (ben, "editor"))
    ideas = [
        {
            "p": ["stops", key],
            "oi": stop(ana, key, lat=lat, lng=lng, minutes=80, cost={"amount": 1000, "currency": "EUR"})
            | ({"placeId": place} if place else {}),
        }
        for key, (place, lat, lng) in {**TEMPLES, **WOODS}.items()
    ]
    hotel = {"p": ["days", "d3", "base"], "oi": HOTEL}
    early = {"p": ["days", "d3", "end"], "oi": "17:00"}
    base = ana.call("plan-get", tripId=kyoto.trip_id)["version"]
    kyoto.edit(
        ana, hotel, early, *ideas, {"p": ["stops", "market"], "od": kyoto.plan()["stops"]["market"]}, base=base, seq=1
    )
    for keys, fan, other in ((TEMPLES, ana, ben), (WOODS, ben, ana)):
        for key in keys:
            fan.call("reactions-set", tripId=kyoto.trip_id, stopId=key, reaction="love")
            other.call("reactions-set", tripId=kyoto.trip_id, stopId=key, reaction="rather_not")
    return kyoto, ben


def test_a_half_day_apart_is_offered_accepted_and_left_alone(group: tuple[Kyoto, Session]) -> None:
    kyoto, ben = group
    ana = kyoto.ana
    before = kyoto.plan()
    job = kyoto.ask("planning-optimise", requestId="apart-0001", **SCOPE)
    assert (job["state"], job["result"]["delivered"]) == ("done", "proposal"), job
    assert kyoto.plan() == before
    (told,) = job["result"]["plans"]
    (split,) = told["splits"]
    assert sorted(tuple(part["who"]) for part in split["parts"]) == sorted([(ana.uid,), (ben.uid,)])
    assert told["estimated"] is True and told["attributions"] == []
    (proposal,) = job["result"]["proposals"]
    words = [line for item in _preview(kyoto, proposal) for line in item["words"]]
    assert words
    ben.call("proposals-accept", tripId=kyoto.trip_id, proposalId=proposal)
    plan = kyoto.plan()
    parted = {key: one for key, one in plan["stops"].items() if one.get("who")}
    assert {key: set(one["who"]) for key, one in parted.items()} == {
        key: set(part["who"]) for part in split["parts"] for key in part["stops"]
    }
    assert all(one["cost"] == {"amount": 500, "currency": "EUR"} for one in parted.values())
    people = {one["id"]: one["planned"] for one in ana.call("expenses-summary", tripId=kyoto.trip_id)["people"]}
    common = sum(one["cost"]["amount"] for key, one in plan["stops"].items() if one.get("cost") and one["dayId"]) - sum(
        one["cost"]["amount"] for one in parted.values()
    )
    assert people == {
        session.uid: 500 * sum(session.uid in one["who"] for one in parted.values()) + common // 2
        for session in (ana, ben)
    }
    again = kyoto.ask("planning-optimise", scope={"day": "d3"}, ideas=False)
    assert again["result"]["delivered"] == "nothing"


def test_who_said_apply_gets_it_at_once(group: tuple[Kyoto, Session]) -> None:
    kyoto, _ = group
    job = kyoto.ask("planning-optimise", **SCOPE, **{"as": "apply"})
    assert job["result"]["delivered"] == "apply" and job["result"]["plans"][0]["splits"]
    assert any(one.get("who") for one in kyoto.plan()["stops"].values())


def test_nobody_asks_for_more_than_three(kyoto: Kyoto) -> None:
    with pytest.raises(CallError) as refused:
        kyoto.ana.call("planning-optimise", tripId=kyoto.trip_id, **{**SCOPE, "splits": 4})
    assert refused.value.reason == "INVALID_REQUEST"


def _preview(kyoto: Kyoto, proposal: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kyoto.ana.call("proposals-preview", tripId=kyoto.trip_id, proposalId=proposal)[
        "items"
    ]
    return found
