"""What the assistant proposes: checked against the world, in the name of who asked, for people to accept."""

from typing import Any

import pytest
from google.cloud.firestore import Client

from emulator.gemini.testing import StandIn
from shared.words import say
from tests.chat.conftest import Trip
from tests.chat.test_tools import NIJO, call, told
from tests.support.people import stop

FRIDAY = "2027-04-02"


@pytest.fixture
def planned(trip: Trip) -> Trip:
    """The trip with a day, and a stop from 10 to 11."""
    op = [
        {"p": ["days", "d1"], "oi": {"date": FRIDAY, "order": "a0", "notes": ""}},
        {"p": ["stops", "tea"], "oi": stop(trip.owner, "Tea with Rosa", dayId="d1", at="10:00")},
    ]
    trip.owner.call("plan-submit", tripId=trip.id, base=0, src="test", seq=0, ops=[op])
    return trip


def plan(trip: Trip) -> dict[str, Any]:
    found: dict[str, Any] = trip.owner.call("plan-get", tripId=trip.id)
    return found


def add(at: str) -> dict[str, Any]:
    return {"action": "add", "placeId": NIJO.id, "on": FRIDAY, "at": at}


def proposals(trip: Trip, database: Client) -> list[dict[str, Any]]:
    return [found.to_dict() for found in database.collection(f"trips/{trip.id}/proposals").stream()]


def test_a_proposal_changes_the_plan_only_when_it_is_accepted(planned: Trip, gemini: StandIn, database: Client) -> None:
    changes = [add("13:00"), {"action": "add", "idea": "A secret bar"}, {"action": "move", "stopId": "tea"}]
    gemini.answer(call("propose_change", title="A castle", changes=changes))
    gemini.answer({"text": "What about this?"})
    before = plan(planned)
    answer = planned.ended(planned.ask(planned.voter, "Add something"))
    (proposal_id,) = answer["proposals"]
    (stored,) = proposals(planned, database)
    assert (stored["by"], stored["source"], len(stored["items"])) == (planned.voter.uid, "assistant", 3)
    assert plan(planned)["version"] == before["version"]
    planned.editor.call("proposals-accept", tripId=planned.id, proposalId=proposal_id)
    stops = {one["name"]: one for one in plan(planned)["plan"]["stops"].values()}
    castle, bar = stops[NIJO.name], stops["A secret bar"]
    assert (castle["placeId"], castle["at"], castle["dayId"], castle["minutes"]) == (
        NIJO.id,
        "13:00",
        "d1",
        NIJO.minutes,
    )
    assert (castle["lat"], castle["source"]) == (NIJO.lat, "assistant")
    assert castle["cost"]["amount"] == 4 * NIJO.price, "the whole group pays"
    assert (bar["why"], bar["placeId"], bar["dayId"]) == (say("en", "unverified_idea"), None, None)
    assert stops["Tea with Rosa"]["dayId"] is None


def test_what_breaks_a_rule_goes_back_once_and_is_then_left_out_by_name(
    planned: Trip, gemini: StandIn, database: Client
) -> None:
    changes = [add("03:00"), add("10:15"), {"action": "add", "placeId": "kyoto/nowhere"}, add("14:00")]
    for _ in range(2):
        gemini.answer(call("propose_change", title="A castle", changes=changes))
    gemini.answer({"text": "What about this?"})
    answer = planned.ended(planned.ask(planned.voter, "Add a castle"))
    refused, made = told(gemini)
    assert refused["error"] and made["leftOut"] == answer["leftOut"]
    assert all(any(left in problem for problem in refused["problems"]) for left in made["leftOut"])
    assert any("search_places tells the ids" in problem for problem in refused["problems"])
    said = " ".join(answer["leftOut"])
    assert "not open at 03:00" in said and "Tea with Rosa" in said and "kyoto/nowhere" in said
    (stored,) = proposals(planned, database)
    assert len(stored["items"]) == 1 and "14:00" in stored["items"][0]["op"]
    assert (answer["proposals"], answer["compromises"]) == ([made["proposalId"]], [])


def test_what_breaks_a_rule_twice_is_put_where_the_optimiser_finds_room(
    planned: Trip, gemini: StandIn, database: Client
) -> None:
    for _ in range(2):
        gemini.answer(call("propose_change", title="A castle", changes=[add("03:00")]))
    gemini.answer({"text": "It is closed at night."})
    answer = planned.ended(planned.ask(planned.voter, "Add a castle at 3 at night"))
    (compromise,) = answer["compromises"]
    assert "not open at 03:00" in compromise and f"{NIJO.name} is proposed for 2 April 2027 at" in compromise
    assert answer["leftOut"] == []
    planned.editor.call("proposals-accept", tripId=planned.id, proposalId=answer["proposals"][0])
    (castle,) = [one for one in plan(planned)["plan"]["stops"].values() if one["name"] == NIJO.name]
    assert castle["dayId"] == "d1" and "08:45" <= castle["at"] <= "16:00"


def test_people_are_told_in_the_language_of_the_question_and_the_model_in_english(
    planned: Trip, gemini: StandIn
) -> None:
    changes = [add("03:00"), {"action": "add", "idea": "Bar Zorg", "on": FRIDAY}, {"action": "add", "idea": "Tee"}]
    for _ in range(2):
        gemini.answer(call("propose_change", title="Eine Burg", changes=changes))
    gemini.answer({"text": "Nachts ist sie geschlossen."})
    asked = planned.ask(planned.voter, "Bitte füge um drei Uhr nachts die Burg hinzu")
    answer = planned.ended(asked)
    refused, _ = told(gemini)
    assert any("is not open at 03:00 on 2 April 2027" in problem for problem in refused["problems"])
    (compromise,), (left,) = answer["compromises"], answer["leftOut"]
    assert f"{NIJO.name} hat am 2. April 2027 um 03:00 Uhr nicht geöffnet." in compromise
    assert f"Stattdessen ist {NIJO.name} für den 2. April 2027 um " in compromise
    assert left == "“Bar Zorg”: Was niemand geprüft hat, ist eine Idee ohne Tag und Uhrzeit."
    planned.editor.call("proposals-accept", tripId=planned.id, proposalId=answer["proposals"][0])
    (tea,) = [one for one in plan(planned)["plan"]["stops"].values() if one["name"] == "Tee"]
    assert tea["why"] == "Ungeprüfte Idee: Niemand hat nachgesehen, ob es diesen Ort gibt."
    # Two words that show no language are in that of the conversation.
    gemini.order("429:60")
    failed = planned.ended(planned.ask(planned.voter, "Burg Kyoto", threadId=asked["threadId"]))
    assert failed["error"]["message"].startswith("Der Assistent ist gerade überlastet")
    assert failed["error"]["reason"] == "MODEL_UNAVAILABLE"
    (job,) = [job for job in planned.jobs() if job["state"] == "failed"]
    assert job["error"]["message"] == job["message"] == failed["error"]["message"]


def test_a_stop_that_cannot_be_moved_where_it_is_wanted_is_moved_to_where_it_can_be(
    planned: Trip, gemini: StandIn
) -> None:
    castle = {"name": NIJO.name, "placeId": NIJO.id, "lat": NIJO.lat, "lng": NIJO.lng, "minutes": 90}
    op = [
        {"p": ["days", "d2"], "oi": {"date": "2027-04-03", "order": "a1", "notes": ""}},
        {"p": ["stops", "castle"], "oi": stop(planned.owner, dayId="d1", at="14:00", **castle)},
    ]
    planned.owner.call("plan-submit", tripId=planned.id, base=1, src="test", seq=1, ops=[op])
    night = {"action": "move", "stopId": "castle", "on": "2027-04-03", "at": "23:00"}
    for _ in range(2):
        gemini.answer(call("propose_change", title="Later", changes=[night]))
    gemini.answer({"text": "It is closed at night."})
    answer = planned.ended(planned.ask(planned.voter, "The castle on Saturday at 11 at night"))
    assert "is proposed for 3 April 2027 at" in answer["compromises"][0]
    planned.editor.call("proposals-accept", tripId=planned.id, proposalId=answer["proposals"][0])
    assert plan(planned)["plan"]["stops"]["castle"]["dayId"] == "d2"


def test_who_may_vote_and_no_more_opens_no_poll(planned: Trip, gemini: StandIn, database: Client) -> None:
    gemini.answer(call("open_poll", question="Where to?", options=["Tea", "Cake"]))
    gemini.answer({"text": "Sorry."})
    answer = planned.ended(planned.ask(planned.voter, "Let us vote"))
    assert "needs the role editor" in told(gemini)[0]["error"]
    assert answer["polls"] == [] and not list(database.collection(f"trips/{planned.id}/polls").stream())


def test_a_poll_is_opened_once_however_often_the_answer_is_begun(
    planned: Trip, gemini: StandIn, database: Client
) -> None:
    twice = call("open_poll", question="Where to? ![x](https://evil.example/a)", options=["Tea", "Cake"], multiple=True)
    for _ in range(2):
        gemini.answer(twice, twice)
        gemini.answer({"text": "Please vote."})
    asked = planned.ask(planned.editor, "Let us vote")
    first = planned.ended(asked)
    planned.again(planned.editor, "ai-regenerate", asked)
    second = planned.ended(asked, attempt=2)
    (poll,) = database.collection(f"trips/{planned.id}/polls").stream()
    assert first["polls"] == second["polls"] == [poll.id]
    stored = poll.to_dict()
    assert (stored["by"], stored["kind"], stored["title"]) == (planned.editor.uid, "approval", "Where to? x")
    assert [option["text"] for option in stored["options"]] == ["Tea", "Cake"]
    about = {"tripId": planned.id, "title": "Where to?", "kind": "single", "options": [{"text": "A"}, {"text": "B"}]}
    own = planned.editor.call("polls-create", **about)
    told = [planned.voter.call("polls-get", tripId=planned.id, pollId=one) for one in (poll.id, own["pollId"])]
    assert [(one["by"], one["source"]) for one in told] == [
        (planned.editor.uid, "assistant"),
        (planned.editor.uid, "person"),
    ]


def test_a_viewer_proposes_nothing(planned: Trip, gemini: StandIn, database: Client) -> None:
    gemini.answer(call("propose_change", title="A castle", changes=[add("14:00")]))
    gemini.answer({"text": "Sorry."})
    answer = planned.ended(planned.ask(planned.viewer, "Add a castle", private=True))
    assert "needs the role voter" in told(gemini)[0]["error"]
    assert (answer["state"], answer["proposals"], proposals(planned, database)) == ("done", [], [])


def test_nothing_invented_gets_through(planned: Trip, gemini: StandIn, database: Client) -> None:
    wrong = [
        {"action": "add", "idea": "A bar", "on": FRIDAY, "at": "20:00"},
        {"action": "remove", "stopId": "nothing"},
        {"action": "move", "stopId": "tea", "on": "2031-01-01"},
    ]
    gemini.answer(
        call("propose_change", title="Wrong", changes=wrong),
        call("propose_change", title="Wrong", changes=wrong),
        call("propose_change", title="Wrong", changes=[{"action": "add", "placeId": NIJO.id, "lat": 1.0}]),
        call("propose_change", title="Wrong", changes=[], tripId="other"),
    )
    gemini.answer({"text": "Sorry."})
    answer = planned.ended(planned.ask(planned.owner, "Add a bar"))
    assert answer["leftOut"] == []
    assert [bool(one["error"]) for one in told(gemini)] == [True] * 4
    assert (answer["state"], proposals(planned, database)) == ("done", [])


def test_a_later_attempt_proposes_nothing_twice(planned: Trip, gemini: StandIn, database: Client) -> None:
    gemini.order("503", skip=1, times=3)
    gemini.answer(call("propose_change", title="A castle", changes=[add("14:00")]))
    gemini.answer({"text": "What about this?"})
    asked = planned.ask(planned.voter, "Add a castle")
    answer = planned.ended(asked)
    assert answer["state"] == "done" and len(answer["proposals"]) == len(proposals(planned, database)) == 1


def test_an_answer_that_is_made_anew_takes_back_what_it_proposed_before(
    planned: Trip, gemini: StandIn, database: Client
) -> None:
    def script(*names: str) -> None:
        ideas = [{"action": "add", "idea": name} for name in names]
        gemini.answer(call("propose_change", title="Bars", changes=ideas))
        gemini.answer({"text": "What about this?"})

    script("A bar", "Another bar")
    asked = planned.ask(planned.voter, "Bars, please")
    (first,) = planned.ended(asked)["proposals"]
    planned.editor.call("proposals-accept", tripId=planned.id, proposalId=first, items=["i0"])
    for attempt in (2, 3):
        script("A third bar")
        planned.again(planned.voter, "ai-regenerate", asked)
        answer = planned.ended(asked, attempt=attempt)
        assert answer["state"] == "done"
    states = {
        found.id: [item["state"] for item in (found.to_dict() or {})["items"]]
        for found in database.collection(f"trips/{planned.id}/proposals").stream()
    }
    assert states.pop(first) == ["accepted", "rejected"]
    assert states.pop(answer["proposals"][0]) == ["open"]
    assert list(states.values()) == [["rejected"]]
    assert first not in answer["proposals"] and len(plan(planned)["plan"]["stops"]) == 2
