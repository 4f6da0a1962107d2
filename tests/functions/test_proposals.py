"""Proposals through real HTTP: suggest, preview, accept, reject."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from tests.support.people import make_trip, stop

People = Callable[..., Session]


@pytest.fixture
def trio(person: People) -> tuple[Session, Session, str]:
    """Ana, who owns the trip; Ben, who may only vote; and the trip, with one stop in it."""
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "voter"))
    submit(ana, trip_id, 0, 0, [{"p": ["stops", "s1"], "oi": stop(ana)}])
    return ana, ben, trip_id


def submit(session: Session, trip_id: str, base: int, seq: int, op: list[dict[str, Any]]) -> None:
    session.call("plan-submit", tripId=trip_id, base=base, src="phone", seq=seq, ops=[op])


def suggest(ben: Session, trip_id: str, **fields: Any) -> Any:
    ops = [
        [{"p": ["stops", "s1", "minutes"], "na": 30}],
        [{"p": ["stops", "s2"], "oi": stop(ben, "Kinkaku-ji")}],
        [{"p": ["stops", "s3"], "oi": stop(ben, "Ryoan-ji")}],
    ]
    return ben.call("proposals-create", **{"tripId": trip_id, "title": "More temples", "base": 1, "ops": ops, **fields})


def plan_of(session: Session, trip_id: str) -> Any:
    return session.call("plan-get", tripId=trip_id)["plan"]


def test_whoever_may_only_vote_suggests_and_an_editor_decides(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    proposal = suggest(ben, trip_id)
    assert [item["words"] for item in proposal["items"]] == [
        "changed the duration of Nishiki Market",
        "added Kinkaku-ji",
        "added Ryoan-ji",
    ]
    assert set(plan_of(ana, trip_id)["stops"]) == {"s1"}
    with pytest.raises(CallError) as refused:
        ben.call("proposals-accept", tripId=trip_id, proposalId=proposal["proposalId"])
    assert refused.value.reason == "ROLE_TOO_LOW"
    accepted = ana.call("proposals-accept", tripId=trip_id, proposalId=proposal["proposalId"])
    assert {item["state"] for item in accepted["items"]} == {"accepted"}
    plan = plan_of(ana, trip_id)
    assert (set(plan["stops"]), plan["stops"]["s1"]["minutes"]) == ({"s1", "s2", "s3"}, 90)


def test_items_are_taken_one_by_one_past_what_others_did(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    proposal_id = suggest(ben, trip_id)["proposalId"]
    submit(ana, trip_id, 1, 1, [{"p": ["stops", "s1", "minutes"], "na": 5}])
    first = ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id, items=["i0"])
    ana.call("proposals-reject", tripId=trip_id, proposalId=proposal_id, items=["i1"])
    rest = ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id)
    assert [item["state"] for item in first["items"]] == ["accepted", "open", "open"]
    assert [item["state"] for item in rest["items"]] == ["accepted", "rejected", "accepted"]
    plan = plan_of(ana, trip_id)
    assert (set(plan["stops"]), plan["stops"]["s1"]["minutes"]) == ({"s1", "s3"}, 95)


def test_the_preview_shows_what_is_left_to_do(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    proposal_id = suggest(ben, trip_id)["proposalId"]
    submit(ana, trip_id, 1, 1, [{"p": ["stops", "s1"], "od": stop(ana)}])
    items = ana.call("proposals-preview", tripId=trip_id, proposalId=proposal_id)["items"]
    assert [(item["itemId"], item["words"], bool(item["op"])) for item in items] == [
        ("i0", "", False),
        ("i1", "added Kinkaku-ji", True),
        ("i2", "added Ryoan-ji", True),
    ]


def test_accepting_five_times_at_once_applies_once(trio: tuple[Session, Session, str], database: Client) -> None:
    ana, ben, trip_id = trio
    proposal_id = suggest(ben, trip_id)["proposalId"]

    def accept(_: int) -> str:
        try:
            ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id)
        except CallError as refused:
            return refused.reason
        return "accepted"

    with ThreadPoolExecutor(5) as pool:
        outcomes = set(pool.map(accept, range(5)))
    assert "accepted" in outcomes and outcomes <= {"accepted", "PROPOSAL_BUSY", "PROPOSAL_DECIDED"}
    assert plan_of(ana, trip_id)["stops"]["s1"]["minutes"] == 90
    assert len(list(database.collection("trips", trip_id, "plan", "current", "ops").stream())) == 2


def test_an_acceptance_that_died_half_way_is_finished_by_the_next_call(
    trio: tuple[Session, Session, str], database: Client
) -> None:
    ana, ben, trip_id = trio
    proposal_id = suggest(ben, trip_id)["proposalId"]
    ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id)
    stored = database.document("trips", trip_id, "proposals", proposal_id)
    proposal = stored.get().to_dict() or {}
    proposal["decisions"][0]["planVersion"] = None
    for item in proposal["items"]:
        item["state"] = "accepting"
    stored.set(proposal)
    again = ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id)
    assert ({item["state"] for item in again["items"]}, again["planVersion"]) == ({"accepted"}, 2)
    assert plan_of(ana, trip_id)["stops"]["s1"]["minutes"] == 90


def test_a_suggestion_that_would_break_the_plan_is_refused(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    bad = [
        ([{"p": ["stops", "s1", "minutes"], "od": 60, "oi": -1}], "PLAN_INVALID"),
        ([{"p": ["stops", "s9"], "oi": stop(ana)}], "FORGED_AUTHOR"),
        ([{"p": ["stops", "zz", "minutes"], "na": 1}], "OP_CONFLICT"),
    ]
    for op, reason in bad:
        with pytest.raises(CallError) as refused:
            suggest(ben, trip_id, ops=[op])
        assert refused.value.reason == reason
    with pytest.raises(CallError) as unknown:
        ana.call("proposals-accept", tripId=trip_id, proposalId="none")
    assert unknown.value.reason == "PROPOSAL_NOT_FOUND"


def test_a_stranger_learns_nothing_from_any_proposal(trio: tuple[Session, Session, str], person: People) -> None:
    _, ben, trip_id = trio
    eve = person("Eve")
    known = suggest(ben, trip_id)["proposalId"]
    for function in ("proposals-preview", "proposals-accept", "proposals-reject"):
        for proposal_id in (known, "nowhere"):
            with pytest.raises(CallError) as refused:
                eve.call(function, tripId=trip_id, proposalId=proposal_id)
            assert refused.value.reason == "TRIP_NOT_FOUND", (function, proposal_id)
