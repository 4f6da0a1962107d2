"""Proposals through real HTTP: suggest, preview, accept, reject."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from emulator.testing import LocalCloud
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.proposals.models import Proposal
from shared.proposals.service import ProposalService
from shared.proposals.store import ProposalStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from tests.support.deaths import Life, MortalClient
from tests.support.people import make_trip, stop
from tests.support.rpcs import CountingClient

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
    assert outcomes == {"accepted"}
    assert plan_of(ana, trip_id)["stops"]["s1"]["minutes"] == 90
    assert plan_version(database, trip_id) == 2


def test_two_editors_who_take_other_items_at_once_both_do(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    ana.call("trips-member-role", tripId=trip_id, uid=ben.uid, role="editor")
    ops = [[{"p": ["stops", f"n{number}"], "oi": stop(ben)}] for number in range(10)]
    proposal_id = suggest(ben, trip_id, ops=ops)["proposalId"]

    def take(number: int) -> int:
        taker = (ana, ben)[number % 2]
        done = taker.call("proposals-accept", tripId=trip_id, proposalId=proposal_id, items=[f"i{number}"])
        version: int = done["planVersion"]
        return version

    with ThreadPoolExecutor(5) as pool:
        versions = list(pool.map(take, range(10)))
    assert sorted(versions) == list(range(2, 12))
    assert set(plan_of(ana, trip_id)["stops"]) == {"s1", *(f"n{number}" for number in range(10))}


def test_rejecting_while_somebody_accepts_is_one_or_the_other(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    base = 1
    for _ in range(5):
        proposal_id = suggest(ben, trip_id, base=base, ops=[[{"p": ["stops", "s1", "minutes"], "na": 1}]])["proposalId"]
        before = plan_of(ana, trip_id)["stops"]["s1"]["minutes"]

        def decide(function: str, proposal_id: str = proposal_id) -> str:
            try:
                return str(ana.call(function, tripId=trip_id, proposalId=proposal_id)["items"][0]["state"])
            except CallError as refused:
                return refused.reason

        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(decide, ("proposals-accept", "proposals-reject")))
        accepted = plan_of(ana, trip_id)["stops"]["s1"]["minutes"] - before
        assert outcomes == ["PROPOSAL_DECIDED", "accepted" if accepted else "rejected"]
        base += accepted


def test_asking_again_for_items_some_of_which_were_rejected_answers_as_before(
    trio: tuple[Session, Session, str],
) -> None:
    ana, ben, trip_id = trio
    wanted: dict[str, Any] = {"tripId": trip_id, "proposalId": suggest(ben, trip_id)["proposalId"]}
    ana.call("proposals-reject", **wanted, items=["i0"])
    first = ana.call("proposals-accept", **wanted, items=["i0", "i1"])
    assert first == ana.call("proposals-accept", **wanted, items=["i0", "i1"])
    assert ([item["state"] for item in first["items"]], first["planVersion"]) == (["rejected", "accepted", "open"], 2)
    for items, reason in ((["i0"], "PROPOSAL_DECIDED"), (["i1", "i9"], "ITEM_UNKNOWN")):
        with pytest.raises(CallError) as refused:
            ana.call("proposals-accept", **wanted, items=items)
        assert refused.value.reason == reason


def test_what_does_not_fit_the_plan_any_more_stays_undecided(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    shorter = [[{"p": ["stops", "s1", "minutes"], "na": -40}]]
    proposal_id = suggest(ben, trip_id, ops=shorter)["proposalId"]
    submit(ana, trip_id, 1, 1, [{"p": ["stops", "s1", "minutes"], "na": -30}])
    with pytest.raises(CallError) as refused:
        ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id)
    assert refused.value.reason == "PLAN_INVALID"
    rejected = ana.call("proposals-reject", tripId=trip_id, proposalId=proposal_id)
    assert [item["state"] for item in rejected["items"]] == ["rejected"]
    assert plan_of(ana, trip_id)["stops"]["s1"]["minutes"] == 30


@pytest.mark.parametrize("answered", [False, True], ids=["before a call", "in the answer of a call"])
def test_killed_at_every_call_it_is_applied_and_decided_together(
    trio: tuple[Session, Session, str], database: Client, answered: bool
) -> None:
    ana, ben, trip_id = trio
    proposal_id = suggest(ben, trip_id)["proposalId"]
    stored = database.document("trips", trip_id, "proposals", proposal_id)
    life = Life(answered=answered)
    for calls in range(1, 10):
        life.again(calls)
        service = accepting(MortalClient(database.project, life))
        survived = not life.dies(lambda service=service: service.accept(access(ana, trip_id), proposal_id, ["i0"]))
        version = plan_version(database, trip_id)
        proposal = Proposal.from_stored(stored.get().to_dict())
        assert [decision.plan_version for decision in proposal.decisions] == list(range(2, version + 1))
        assert proposal.items[0].state == ("accepted" if version == 2 else "open")
        if survived:
            break
    assert (survived, version, plan_of(ana, trip_id)["stops"]["s1"]["minutes"]) == (True, 2, 90)


def test_accepting_is_one_commit_without_a_transaction(trio: tuple[Session, Session, str], cloud: LocalCloud) -> None:
    ana, ben, trip_id = trio
    proposal_id = suggest(ben, trip_id)["proposalId"]
    client = CountingClient(cloud.project, cloud.address("firestore"))
    service = accepting(client)
    with client.counted() as cold:
        service.accept(access(ana, trip_id), proposal_id, ["i0"])
    with client.counted() as warm:
        service.accept(access(ana, trip_id), proposal_id, ["i1"])
    assert (sorted(cold.methods), cold.in_a_row) == (["BatchGetDocuments"] * 2 + ["Commit", "RunQuery"], 4)
    assert (sorted(warm.methods), warm.in_a_row) == (["BatchGetDocuments"] * 2 + ["Commit", "RunQuery"], 3)


def accepting(client: Client) -> ProposalService:
    """Somebody else's instance, which knows nothing yet."""
    plans = PlanService(PlanStore(client), SystemClock(), lambda _trip_id, _delay: None)
    return ProposalService(ProposalStore(client), plans, SystemClock(), RandomIds())


def access(session: Session, trip_id: str) -> TripAccess:
    return TripAccess(Caller.absent(session.uid, datetime.now(UTC)), trip_id, Role.EDITOR)


def plan_version(database: Client, trip_id: str) -> int:
    return len(list(database.collection("trips", trip_id, "plan", "current", "ops").stream()))


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


def test_no_item_alone_puts_words_into_somebodys_mouth(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    forged = [{"p": ["stops", "s9"], "oi": stop(ana, "I love you, Ben")}]
    signed = [{"p": ["stops", "s9"], "oi": stop(ben, "Kinkaku-ji")}]
    renamed = [{"p": ["stops", "s1", "by"], "od": ana.uid, "oi": ben.uid}]
    kept = [{"p": ["stops", "s1", "by"], "od": ana.uid, "oi": ana.uid}]
    for ops in ([forged, signed], [renamed, kept]):
        with pytest.raises(CallError) as refused:
            suggest(ben, trip_id, ops=ops)
        assert refused.value.reason == "FORGED_AUTHOR", "although all items together would be right"


def test_what_its_author_took_back_does_not_return_in_their_name(trio: tuple[Session, Session, str]) -> None:
    ana, ben, trip_id = trio
    changed = [{"p": ["stops", "s1"], "od": stop(ana), "oi": stop(ana, "I love you, Ben")}]
    proposal_id = suggest(ben, trip_id, ops=[changed])["proposalId"]
    submit(ana, trip_id, 1, 1, [{"p": ["stops", "s1"], "od": stop(ana)}])
    with pytest.raises(CallError) as refused:
        ana.call("proposals-accept", tripId=trip_id, proposalId=proposal_id)
    assert refused.value.reason == "FORGED_AUTHOR"
    assert plan_of(ana, trip_id)["stops"] == {}


def test_items_do_not_build_on_each_other(trio: tuple[Session, Session, str]) -> None:
    _, ben, trip_id = trio
    new = [{"p": ["stops", "s9"], "oi": stop(ben, "Kinkaku-ji")}]
    longer = [{"p": ["stops", "s9", "minutes"], "na": 30}]
    with pytest.raises(CallError) as refused:
        suggest(ben, trip_id, ops=[new, longer])
    assert refused.value.reason == "OP_CONFLICT"


def test_a_stranger_learns_nothing_from_any_proposal(trio: tuple[Session, Session, str], person: People) -> None:
    _, ben, trip_id = trio
    eve = person("Eve")
    known = suggest(ben, trip_id)["proposalId"]
    for function in ("proposals-preview", "proposals-accept", "proposals-reject"):
        for proposal_id in (known, "nowhere"):
            with pytest.raises(CallError) as refused:
                eve.call(function, tripId=trip_id, proposalId=proposal_id)
            assert refused.value.reason == "TRIP_NOT_FOUND", (function, proposal_id)
