"""What the assistant knows of a trip: history, wishes, budget, ways, and days as the optimiser would have them."""

import json
from typing import Any

import pytest
from google.cloud.firestore import Client
from google.genai import types

from emulator.gemini.testing import StandIn
from emulator.maps.testing import standin as google_maps
from shared import bootstrap
from shared.bootstrap.assistant import chat_tools
from shared.chat.tools.toolbox import Session, Tool, Toolbox
from shared.chat.tools.trip import Nothing
from shared.places.catalogue import CatalogueProvider
from shared.runtime.errors import Internal
from tests.chat.conftest import Trip
from tests.chat.test_proposing import FRIDAY, plan, planned, proposals
from tests.chat.test_tools import NIJO, call, told
from tests.chat.workers import Job, access, ask, working
from tests.support.clients import forget_clients
from tests.support.people import stop

__all__ = ["planned"]
INARI = "kyoto/fushimi-inari"


def looked(trip: Trip, gemini: StandIn, who: Any, *calls: dict[str, Any], **fields: Any) -> list[dict[str, Any]]:
    """What tools tell somebody."""
    gemini.answer(*calls)
    gemini.answer({"text": "Well."})
    assert trip.ended(trip.ask(who, "Hm?", **fields))["state"] == "done"
    return told(gemini)


def test_the_latest_changes_and_whose_they_are(planned: Trip, gemini: StandIn) -> None:
    move = [{"p": ["stops", "tea", "at"], "od": "10:00", "oi": "11:00"}]
    planned.editor.call("plan-submit", tripId=planned.id, base=1, src="test", seq=0, ops=[move])
    (all_of_them, last) = looked(
        planned, gemini, planned.viewer, call("read_history"), call("read_history", limit=1), private=True
    )
    assert [(one["version"], one["by"]) for one in all_of_them["changes"]] == [(2, "Ben"), (1, "Ana")]
    assert "Tea with Rosa" in all_of_them["changes"][0]["what"]
    assert last["changes"] == all_of_them["changes"][:1]


def test_reactions_are_the_groups_and_profiles_their_owners(planned: Trip, gemini: StandIn) -> None:
    planned.voter.call("reactions-set", tripId=planned.id, stopId="tea", reaction="veto")
    planned.editor.call("auth-session")
    planned.editor.call("users-update", version=1, diet=["vegan"], interests=["temple"], pace="slow")
    (mine,) = looked(planned, gemini, planned.editor, call("read_wishes"), private=True)
    assert mine["yours"] == {
        "interests": ["temple"],
        "avoids": [],
        "diet": ["vegan"],
        "pace": "relaxed",
        "walkMetres": None,
    }
    by_name = {one["name"]: one for one in mine["members"]}
    assert by_name["Vic"]["vetoes"] == ["Tea with Rosa"] and by_name["Ben"]["you"] and not by_name["Vic"]["you"]
    assert by_name["Vic"]["reactions"] == [{"stopId": "tea", "title": "Tea with Rosa", "reaction": "veto"}]
    for who, fields in ((planned.editor, {}), (planned.voter, {"private": True})):
        (seen,) = looked(planned, gemini, who, call("read_wishes"), **fields)
        assert "vegan" not in str(seen) and "temple" not in str(seen)
        assert seen["unnamed"] == ["diet", "pace", "interests"]


def test_the_budget_by_day_category_and_person(planned: Trip, gemini: StandIn) -> None:
    cost = [{"p": ["stops", "tea", "cost"], "oi": {"amount": 4000, "currency": "EUR"}}]
    planned.owner.call("plan-submit", tripId=planned.id, base=1, src="test", seq=1, ops=[cost])
    version = planned.owner.call("trips-get", tripId=planned.id)["version"]
    planned.owner.call("trips-update", tripId=planned.id, version=version, budget={"amount": 10000, "currency": "EUR"})
    planned.owner.call(
        "expenses-add",
        tripId=planned.id,
        title="Tea",
        amount=3000,
        currency="EUR",
        category="food",
        date=FRIDAY,
        paid={planned.owner.uid: 3000},
        split={"kind": "shares", "parts": {planned.owner.uid: 1, planned.voter.uid: 1}},
        requestId="expense-0001",
    )
    (found,) = looked(planned, gemini, planned.voter, call("read_budget"))
    assert {name: found[name] for name in ("budget", "planned", "actual", "leftToPlan", "leftToSpend")} == {
        "budget": "100 EUR",
        "planned": "40 EUR",
        "actual": "30 EUR",
        "leftToPlan": "60 EUR",
        "leftToSpend": "70 EUR",
    }
    assert found["days"] == [{"date": FRIDAY, "planned": "40 EUR", "actual": "30 EUR"}]
    assert {one["category"] for one in found["categories"]} == {"food", "sight"}
    assert {one["name"]: one["actual"] for one in found["members"]} == {
        "Ana": "15 EUR",
        "Ben": "0 EUR",
        "Vic": "15 EUR",
        "Val": "0 EUR",
    }


def test_the_ways_between_places(trip: Trip, gemini: StandIn) -> None:
    there, by_car, nowhere, alone = looked(
        trip,
        gemini,
        trip.voter,
        call("travel_times", placeIds=[NIJO.id, INARI, NIJO.id]),
        call("travel_times", placeIds=[NIJO.id, INARI], mode="drive"),
        call("travel_times", placeIds=[NIJO.id, "kyoto/nowhere"]),
        call("travel_times", placeIds=[NIJO.id]),
    )
    first, back = there["legs"]
    assert (first["from"], first["mode"], first["estimated"]) == (NIJO.name, "transit", True)
    assert (back["minutes"], back["metres"]) == (first["minutes"], first["metres"]) and first["minutes"] > 20
    assert by_car["legs"][0]["mode"] == "drive"
    assert "kyoto/nowhere" in nowhere["error"] and "placeIds" in alone["error"]


@pytest.fixture
def messy(planned: Trip) -> Trip:
    """The planned trip, with a castle at the same time as the tea, and an idea."""
    castle = CatalogueProvider().get(NIJO.id)
    inari = CatalogueProvider().get(INARI)
    assert castle and inari
    places = {
        "castle": stop(
            planned.owner, castle.name, placeId=castle.id, lat=castle.lat, lng=castle.lng, dayId="d1", at="10:15"
        ),
        "inari": stop(planned.owner, inari.name, placeId=inari.id, lat=inari.lat, lng=inari.lng),
    }
    op = [{"p": ["stops", stop_id], "oi": one} for stop_id, one in places.items()]
    planned.owner.call("plan-submit", tripId=planned.id, base=1, src="test", seq=1, ops=[op])
    planned.editor.call("reactions-set", tripId=planned.id, stopId="inari", reaction="must")
    return planned


def test_days_are_planned_with_the_breaks_and_the_limit_that_somebody_asks_for(messy: Trip, gemini: StandIn) -> None:
    siesta = {"minutes": 45, "from": "13:00", "to": "15:00"}
    endless = {"minutes": 480, "from": "09:30", "to": "10:00"}
    gemini.answer(
        call("optimise", dates=[FRIDAY], breaks=[siesta, endless], mostOfAKind=1),
        call("optimise", dates=[FRIDAY], breaks=[{**siesta, "to": "12:00"}]),
    )
    gemini.answer({"text": "Like this?"})
    answer = messy.ended(messy.ask(messy.voter, "Plane den Freitag mit einer Siesta"))
    made, refused = told(gemini)
    assert "to comes before from" in refused["error"]
    (rest,) = made["breaks"]
    assert (rest["date"], rest["minutes"]) == (FRIDAY, 45) and "13:00" <= rest["at"] <= "15:00"
    assert "Kein Platz für eine Pause von 480 Minuten, die zwischen 09:30 und 10:00 beginnt." in made["compromises"]
    messy.editor.call("proposals-accept", tripId=messy.id, proposalId=answer["proposals"][0])
    assert plan(messy)["plan"]["days"]["d1"]["breaks"]["break-1"] == {"name": "", **siesta}


def test_days_are_planned_as_a_proposal_of_who_asked(messy: Trip, gemini: StandIn, database: Client) -> None:
    gemini.answer(
        call("optimise", dates=[FRIDAY]), call("optimise", dates=["2031-01-01"]), call("optimise", dates=["x"])
    )
    gemini.answer({"text": "Like this?"})
    answer = messy.ended(messy.ask(messy.voter, "Plan Friday"))
    made, no_day, no_date = told(gemini)
    assert "2031-01-01" in no_day["error"] and "dates" in no_date["error"]
    (proposal_id,) = answer["proposals"]
    (stored,) = proposals(messy, database)
    assert (made["proposalId"], stored["by"], stored["source"]) == (proposal_id, messy.voter.uid, "optimiser")
    (day,) = made["days"]
    assert day["date"] == FRIDAY and {one["title"] for one in day["stops"]} >= {"Tea with Rosa", NIJO.name}
    assert {one["name"] for one in made["satisfaction"]} == {"Ana", "Ben", "Vic", "Val"}
    messy.editor.call("proposals-accept", tripId=messy.id, proposalId=proposal_id)
    stops = [one for one in plan(messy)["plan"]["stops"].values() if one["dayId"] == "d1"]
    assert sorted((one["at"], one["name"]) for one in stops) == [(one["at"], one["title"]) for one in day["stops"]]


def test_what_somebody_vetoed_is_left_out_by_name(messy: Trip, gemini: StandIn) -> None:
    messy.voter.call("reactions-set", tripId=messy.id, stopId="inari", reaction="veto")
    gemini.answer(call("optimise"))
    gemini.answer({"text": "Like this?"})
    answer = messy.ended(messy.ask(messy.voter, "Plan it"))
    (left,) = [one for one in told(gemini)[0]["leftOut"] if "Inari" in one["title"]]
    assert "vetoed by Vic" in left["reason"] and left["reason"] in answer["leftOut"]


def test_an_answer_puts_no_more_than_a_few_things_before_the_group(
    planned: Trip, gemini: StandIn, database: Client
) -> None:
    bars = [call("propose_change", title=f"Bar {n}", changes=[{"action": "add", "idea": f"Bar {n}"}]) for n in range(6)]
    made = looked(planned, gemini, planned.voter, *bars)
    assert ["error" in one for one in made] == [False] * 4 + [True] * 2
    assert len(proposals(planned, database)) == 4


def test_a_tool_that_does_not_look_who_asks_tells_nothing(trip: Trip) -> None:
    blind = Toolbox([Tool("blind", "", Nothing, lambda _call, _nothing: {"secret": 1})])
    session = Session(
        access=lambda least: access(trip.voter, trip, least),
        keep=lambda _name, work: work(),
        check=lambda: None,
        job_id="j",
        answer_id="a",
        private=False,
    )
    with pytest.raises(Internal):
        blind.run(session, types.FunctionCall(name="blind", args={}), "0-0", [], last_try=False)


def test_what_the_model_is_told_of_the_tools_is_written_once_and_stays(planned: Trip, gemini: StandIn) -> None:
    told = chat_tools().declarations
    before = [one.model_dump_json() for one in told]
    looked(planned, gemini, planned.voter, call("read_plan"))
    assert chat_tools().declarations is told
    assert [one.model_dump_json() for one in told] == before


def test_every_tool_says_what_it_takes(trip: Trip) -> None:
    declared = {one.name: one.parameters_json_schema for one in chat_tools().declarations}
    assert sorted(declared) == [
        "open_poll",
        "optimise",
        "place_details",
        "propose_change",
        "read_budget",
        "read_history",
        "read_plan",
        "read_wishes",
        "search_places",
        "travel_times",
    ]
    assert declared["open_poll"]["required"] == ["question", "options"]
    assert declared["propose_change"]["properties"]["changes"]["items"]["required"] == ["action"]
    assert "$ref" not in str(declared) and "anyOf" not in str(declared)


def test_with_a_key_google_is_searched_and_only_ids_of_its_places_are_kept(
    planned: Trip, gemini: StandIn, database: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with google_maps() as google, working(database, monkeypatch):
        monkeypatch.setenv("TRAVVY_MAPS_API_KEY", "local")
        monkeypatch.setenv("TRAVVY_MAPS_EMULATOR_HOST", google.address)
        forget_clients()
        (museum,) = bootstrap.google_places().search("kyoto", text="museum of maps", limit=1)
        turns = [
            [call("search_places", destination="Kyoto", text="museum of maps")],
            [call("propose_change", title="Maps", changes=[{"action": "add", "placeId": museum.id, "on": FRIDAY}])],
            [{"text": f"What about {museum.name}?"}],
        ]
        asked = ask(planned.voter, planned, "A museum of maps")
        Job(database, gemini, planned, asked, turns).run()
    found, made = told(gemini)
    assert museum.id in [one["id"] for one in found["places"]] and "proposalId" in made
    answer = planned.message({"threadId": asked.thread_id, "messageId": asked.message_id})
    assert (answer["citations"], answer["attributions"]) == ([museum.id], list(museum.attributions))
    (stored,) = proposals(planned, database)
    (component,) = json.loads(stored["items"][0]["op"])
    assert component["oi"]["placeId"] == museum.id
    assert [component["oi"][name] for name in ("lat", "lng", "cost")] == [None] * 3
