"""What the assistant looks up: from the catalogue and the plan, with the eyes of who asked, and within bounds."""

from typing import Any

import pytest

from emulator.gemini.testing import StandIn
from shared.places.catalogue import CatalogueProvider
from tests.chat.conftest import Trip
from tests.support.people import make_trip, stop
from tests.support.waiting import eventually

PROVIDER = CatalogueProvider()
NIJO = PROVIDER.search("kyoto", text="Nijo")[0]


def told(gemini: StandIn) -> list[dict[str, Any]]:
    """What tools answered in the last request to the model."""
    contents = gemini.requests()[-1]["body"]["contents"]
    parts = [part for content in contents for part in content["parts"]]
    return [part["functionResponse"]["response"] for part in parts if "functionResponse" in part]


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"functionCall": {"id": name, "name": name, "args": arguments}, "thoughtSignature": "c2lnbmVk"}


def test_places_are_from_the_catalogue_and_cited(trip: Trip, gemini: StandIn) -> None:
    answer = trip.ended(trip.ask(trip.viewer, "Which temples are there in Kyoto?", private=True))
    assert answer["state"] == "done" and answer["citations"]
    assert all(PROVIDER.get(place_id).name in answer["text"] for place_id in answer["citations"])


@pytest.mark.parametrize(
    "text",
    [
        "When is Nijo Castle open on 2027-04-03?",
        "Quand est-ce que le Nijo Castle est ouvert le 2027-04-03 ?",
        "Wann ist das Nijo Castle am 2027-04-03 geöffnet?",
        "¿Cuándo está abierto el Nijo Castle el 2027-04-03?",
        "Quando è aperto il Nijo Castle il 2027-04-03?",
    ],
)
def test_hours_are_those_of_the_catalogue(text: str, trip: Trip, gemini: StandIn) -> None:
    answer = trip.ended(trip.ask(trip.voter, text))
    (span,) = told(gemini)[-1]["openOnDate"]
    assert NIJO.name in answer["text"] and f"{span['opens']}-{span['closes']}" in answer["text"]
    assert answer["citations"] == [NIJO.id]


def test_the_plan_is_told_as_it_is(trip: Trip, gemini: StandIn) -> None:
    op = [
        {"p": ["days", "d1"], "oi": {"date": "2027-04-02", "order": "a0", "notes": ""}},
        {"p": ["stops", "tea"], "oi": stop(trip.owner, "Tea with Rosa", dayId="d1", at="15:00")},
    ]
    trip.owner.call("plan-submit", tripId=trip.id, base=0, src="test", seq=0, ops=[op])
    for text in ("What is planned?", "Was ist geplant?", "何が予定されていますか"):
        assert "2027-04-02: 15:00 Tea with Rosa" in trip.ended(trip.ask(trip.voter, text))["text"]


def test_a_tool_knows_no_other_trip_and_says_what_is_wrong(trip: Trip, gemini: StandIn) -> None:
    other = make_trip(trip.editor, destinations=["Rome"])
    secret = [{"p": ["stops", "s"], "oi": stop(trip.editor, "A secret")}]
    trip.editor.call("plan-submit", tripId=other, base=0, src="test", seq=0, ops=[secret])
    gemini.answer(
        call("read_plan", tripId=other),
        call("place_details", placeId="kyoto/nowhere"),
        call("place_details", placeId=NIJO.id, date="tomorrow"),
        call("search_places", destination="Atlantis"),
        call("delete_trip", tripId=trip.id),
        call("search_places", destination="Kyoto", limit=500),
    )
    gemini.answer({"text": "Well."})
    assert trip.ended(trip.ask(trip.voter, "Hm?"))["text"] == "Well."
    *wrong, right = told(gemini)
    assert len(wrong) == 5 and all(set(one) == {"error"} for one in wrong)
    assert 0 < len(right["places"]) <= 20
    assert "secret" not in str(gemini.requests()[-1])


def test_who_was_removed_meanwhile_is_told_nothing_more(trip: Trip, gemini: StandIn) -> None:
    gemini.order("slow:2")
    gemini.answer(call("read_plan"))
    asked = trip.ask(trip.voter, "What is planned?")
    eventually(gemini.requests)
    trip.owner.call("trips-member-remove", tripId=trip.id, uid=trip.voter.uid)
    answer = trip.ended(asked)
    assert (answer["state"], answer["error"]["reason"], answer["text"]) == ("failed", "TRIP_NOT_FOUND", "")
    assert len(gemini.requests()) == 1


def test_a_model_that_only_calls_tools_is_stopped(trip: Trip, gemini: StandIn) -> None:
    for _ in range(8):
        gemini.answer(call("read_plan"))
    answer = trip.ended(trip.ask(trip.voter, "Hm?"))
    assert len(gemini.requests()) == 8
    assert (answer["state"], answer["error"]["reason"]) == ("failed", "MODEL_UNUSABLE")
