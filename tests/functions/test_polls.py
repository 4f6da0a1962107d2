"""Polls through real HTTP: create, vote, look, close, and what the winner does to the plan."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from shared import bootstrap
from shared.polls import rules
from shared.polls.models import Ballot, Poll
from tests.polls.events import listening
from tests.support.people import make_trip, stop
from tests.support.refusals import refusal
from tests.support.waiting import eventually

People = Callable[..., Session]
Trio = tuple[Session, Session, Session, str]


@pytest.fixture
def trio(person: People) -> Trio:
    """Ana, who owns the trip; Ben, who edits; Cleo, who votes; and the trip."""
    ana, ben, cleo = person("Ana"), person("Ben"), person("Cleo")
    return ana, ben, cleo, make_trip(ana, (ben, "editor"), (cleo, "voter"))


def ask(session: Session, trip_id: str, kind: str = "single", **fields: Any) -> Any:
    options = [{"text": "Ramen"}, {"text": "Sushi"}, {"text": "Curry"}]
    asked = {"tripId": trip_id, "title": "Where to eat?", "kind": kind, "options": options, **fields}
    return session.call("polls-create", **asked)


def vote(session: Session, trip_id: str, poll: Any, *choices: str) -> Any:
    return session.call("polls-vote", tripId=trip_id, pollId=poll["pollId"], choices=list(choices))


def close(session: Session, trip_id: str, poll: Any) -> Any:
    return session.call("polls-close", tripId=trip_id, pollId=poll["pollId"])


def with_effects(session: Session, trip_id: str, **fields: Any) -> Any:
    """A poll whose options add a stop each."""
    options = [
        {"text": name, "ops": [{"p": ["stops", f"s{index}"], "oi": stop(session, name)}]}
        for index, name in enumerate(("Kinkaku-ji", "Ryoan-ji"))
    ]
    return ask(session, trip_id, **{"options": options, "base": 0, **fields})


def plan_of(session: Session, trip_id: str) -> Any:
    return session.call("plan-get", tripId=trip_id)


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def test_the_group_votes_changes_its_mind_and_gets_a_result(trio: Trio) -> None:
    ana, ben, cleo, trip_id = trio
    poll = ask(ben, trip_id)
    vote(ana, trip_id, poll, "o0")
    vote(cleo, trip_id, poll, "o0")
    vote(cleo, trip_id, poll, "o1")
    vote(ben, trip_id, poll, "o1")
    seen = cleo.call("polls-get", tripId=trip_id, pollId=poll["pollId"])
    assert [option["votes"] for option in seen["result"]["options"]] == [1, 2, 0]
    assert (seen["state"], seen["ballot"]["choices"], seen["result"]["waiting"]) == ("open", ["o1"], [])
    done = close(ana, trip_id, poll)
    assert (done["state"], done["closedBy"], done["result"]["winners"]) == ("closed", ana.uid, ["o1"])
    assert refusal(lambda: vote(cleo, trip_id, poll, "o0")).reason == "POLL_CLOSED"


def test_who_has_not_voted_and_who_left_or_may_only_look(trio: Trio, database: Client) -> None:
    ana, ben, cleo, trip_id = trio
    poll = ask(ana, trip_id, quorum={"percent": 100})
    for voter in (ana, ben):
        vote(voter, trip_id, poll, "o2")
    vote(cleo, trip_id, poll, "o0")
    trip = database.document("trips", trip_id)
    roles = (trip.get().to_dict() or {})["roles"]
    trip.update({"roles": {ana.uid: "owner", cleo.uid: "viewer", "dora": "voter"}})
    standing = ana.call("polls-get", tripId=trip_id, pollId=poll["pollId"])["result"]
    assert (standing["counted"], standing["entitled"], standing["waiting"]) == (1, 2, ["dora"])
    assert (standing["quorumMet"], standing["winners"]) == (False, [])
    trip.update({"roles": roles})
    result = close(ana, trip_id, poll)["result"]
    assert (result["counted"], result["quorumMet"], result["winners"]) == (3, True, ["o2"])


def test_each_kind_counts_its_own_way(trio: Trio) -> None:
    ana, ben, cleo, trip_id = trio
    people = (ana, ben, cleo)
    approval = ask(ana, trip_id, "approval")
    for session, choices in zip(people, (["o0", "o1"], ["o1"], []), strict=True):
        vote(session, trip_id, approval, *choices)
    assert close(ana, trip_id, approval)["result"]["winners"] == ["o1"]
    cycle = (["o0", "o1", "o2"], ["o1", "o2", "o0"], ["o2", "o0", "o1"])
    for method in ("schulze", "instantRunoff"):
        ranked = ask(ana, trip_id, "ranked", method=method)
        for session, choices in zip(people, cycle, strict=True):
            vote(session, trip_id, ranked, *choices)
        result = close(ana, trip_id, ranked)["result"]
        assert (result["winners"], result["tie"]) == (["o0", "o1", "o2"], True)
    days = [{"start": "2027-04-02", "end": "2027-04-09"}, {"start": "2027-05-01", "end": "2027-05-08"}]
    dates = ask(ana, trip_id, "dates", options=days)
    assert [option["text"] for option in dates["options"]] == ["2027-04-02 – 2027-04-09", "2027-05-01 – 2027-05-08"]
    for session, answers in zip(
        people, ({"o0": "yes"}, {"o0": "yes", "o1": "ifNeedBe"}, {"o1": "yes", "o0": "ifNeedBe"}), strict=True
    ):
        session.call("polls-vote", tripId=trip_id, pollId=dates["pollId"], answers=answers)
    result = close(ana, trip_id, dates)["result"]
    assert result["winners"] == ["o0"]
    first = result["options"][0]
    assert (first["votes"], first["yes"], first["ifNeedBe"], first["no"]) == (3, 2, 1, 0)


def test_a_resent_poll_is_the_same_poll(trio: Trio, database: Client) -> None:
    ana, _, _, trip_id = trio
    first = with_effects(ana, trip_id, requestId="request-1")
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(lambda _: with_effects(ana, trip_id, requestId="request-1"), range(4)))
    assert all(poll == first for poll in again)
    assert len(list(database.collection("trips", trip_id, "polls").stream())) == 1
    assert refusal(lambda: ask(ana, trip_id, requestId="request-1")).reason == "REQUEST_ID_REUSED"


def test_twenty_votes_at_once_are_all_counted_and_leave_the_poll_alone(person: People, database: Client) -> None:
    voters = [person() for _ in range(20)]
    ana = voters[0]
    trip_id = make_trip(ana, *((session, "voter") for session in voters[1:]))
    poll = ask(ana, trip_id)
    document = database.document("trips", trip_id, "polls", poll["pollId"])
    written = document.get().update_time
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda numbered: vote(numbered[1], trip_id, poll, f"o{numbered[0] % 2}"), enumerate(voters)))
    assert document.get().update_time == written
    result = close(ana, trip_id, poll)["result"]
    assert [option["votes"] for option in result["options"]] == [10, 10, 0]
    assert (result["tie"], result["winners"], result["waiting"]) == (True, ["o0", "o1"], [])


def test_a_vote_at_the_moment_of_closing_is_counted_or_refused(person: People) -> None:
    voters = [person() for _ in range(8)]
    ana = voters[0]
    trip_id = make_trip(ana, *((session, "voter") for session in voters[1:]))
    poll = ask(ana, trip_id)

    def attempt(session: Session) -> str:
        try:
            vote(session, trip_id, poll, "o0")
        except CallError as refused:
            return refused.reason
        return "counted"

    with ThreadPoolExecutor(9) as pool:
        outcomes = [pool.submit(attempt, session) for session in voters[:4]]
        closing = [pool.submit(close, ana, trip_id, poll) for _ in range(2)]
        outcomes += [pool.submit(attempt, session) for session in voters[4:]]
        results = [closed.result() for closed in closing]
    told = [outcome.result() for outcome in outcomes]
    assert set(told) <= {"counted", "POLL_CLOSED"}
    assert results[0] == results[1]
    assert results[0]["result"]["options"][0]["votes"] == told.count("counted")


def test_the_only_winner_is_applied_to_the_plan_once(trio: Trio, database: Client) -> None:
    ana, ben, cleo, trip_id = trio
    poll = with_effects(ben, trip_id)
    assert [option["words"] for option in poll["options"]] == ["added Kinkaku-ji", "added Ryoan-ji"]
    note = [{"p": ["notes"], "t": "text-unicode", "o": ["meanwhile"]}]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[note])
    for session in (ana, cleo):
        vote(session, trip_id, poll, "o1")
    with listening() as hear, ThreadPoolExecutor(5) as pool:
        closed = list(pool.map(lambda _: close(ana, trip_id, poll), range(5)))
        told = hear(trip_id, "trip.poll_closed.v1", 1)
    expected = {"pollId": poll["pollId"], "title": "Where to eat?", "winners": ["Ryoan-ji"], "tie": False}
    assert told == [expected]
    assert {done["appliedVersion"] for done in closed} == {2}
    plan = plan_of(ana, trip_id)["plan"]
    assert (set(plan["stops"]), plan["notes"]) == ({"s1"}, "meanwhile")
    ops = [op.to_dict() for op in database.collection("trips", trip_id, "plan", "current", "ops").stream()]
    assert [(op["uid"], op["src"]) for op in ops] == [(ana.uid, "phone"), (ben.uid, f"poll:{poll['pollId']}")]


def test_a_tie_changes_nothing(trio: Trio) -> None:
    ana, ben, _, trip_id = trio
    poll = with_effects(ana, trip_id)
    vote(ana, trip_id, poll, "o0")
    vote(ben, trip_id, poll, "o1")
    done = close(ana, trip_id, poll)
    assert (done["result"]["tie"], done["appliedVersion"], plan_of(ana, trip_id)["version"]) == (True, None, 0)


def closed_only(database: Client, trip_id: str, poll: Any, ballots: dict[str, Ballot]) -> None:
    """What a server leaves that closed a poll a minute ago and died before it applied the winner."""
    stored = database.document("trips", trip_id, "polls", poll["pollId"])
    roles = (database.document("trips", trip_id).get().to_dict() or {})["roles"]
    then = datetime.now(UTC) - rules.APPLY_WITHIN - timedelta(seconds=1)
    stored.set(rules.close(Poll.from_stored(stored.get().to_dict()), roles, ballots, None, then).to_stored())


@pytest.mark.parametrize("died", ["before the submit", "after it"])
@pytest.mark.parametrize("finish", ["close", "deadline", "sweep"])
def test_what_died_between_closing_and_applying_is_finished(
    trio: Trio, database: Client, finish: str, died: str
) -> None:
    ana, _, _, trip_id = trio
    poll = with_effects(ana, trip_id)
    stored = database.document("trips", trip_id, "polls", poll["pollId"])
    if died == "before the submit":
        closed_only(database, trip_id, poll, {ana.uid: Ballot(choices=("o0",), at=datetime.now(UTC))})
    else:
        vote(ana, trip_id, poll, "o0")
        close(ana, trip_id, poll)
        stored.update({"appliedVersion": None, "dueAt": datetime.now(UTC) - timedelta(seconds=1)})
    if finish == "close":
        close(ana, trip_id, poll)
    elif finish == "deadline":
        bootstrap.poll_closing().close_at_deadline(trip_id, poll["pollId"])
    else:
        bootstrap.poll_closing().sweep()
    found = stored.get().to_dict() or {}
    plan = plan_of(ana, trip_id)
    assert (found["appliedVersion"], found["dueAt"], plan["version"], set(plan["plan"]["stops"])) == (
        1,
        None,
        1,
        {"s0"},
    )


def test_a_winner_that_cannot_be_applied_is_told_and_the_result_stands(trio: Trio, database: Client) -> None:
    ana, ben, _, trip_id = trio
    poll = with_effects(ben, trip_id)
    vote(ana, trip_id, poll, "o0")
    database.document("trips", trip_id, "polls", poll["pollId"]).update({"base": 7})
    done = close(ana, trip_id, poll)
    assert (done["result"]["winners"], done["appliedVersion"], done["applyError"]) == (["o0"], None, "BASE_AHEAD")


def test_a_winner_does_not_bring_back_in_their_name_what_somebody_took_back(trio: Trio) -> None:
    ana, ben, _, trip_id = trio
    known, changed = stop(ben), stop(ben, "I love you, Ana")
    ben.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[[{"p": ["stops", "s9"], "oi": known}]])
    renamed = {"text": "A", "ops": [{"p": ["stops", "s9"], "od": known, "oi": changed}]}
    poll = ask(ana, trip_id, base=1, options=[renamed, {"text": "B"}])
    ben.call("plan-submit", tripId=trip_id, base=1, src="phone", seq=1, ops=[[{"p": ["stops", "s9"], "od": known}]])
    vote(ana, trip_id, poll, "o0")
    done = close(ana, trip_id, poll)
    assert (done["result"]["winners"], done["appliedVersion"], done["applyError"]) == (["o0"], None, "FORGED_AUTHOR")
    assert plan_of(ana, trip_id)["plan"]["stops"] == {}


def test_whoever_made_it_and_left_does_not_keep_the_winner_from_the_plan(trio: Trio, database: Client) -> None:
    ana, ben, _, trip_id = trio
    poll = with_effects(ben, trip_id)
    vote(ana, trip_id, poll, "o0")
    database.document("trips", trip_id).update({"roles": {ana.uid: "owner"}})
    done = close(ana, trip_id, poll)
    assert (done["appliedVersion"], done["result"]["entitled"]) == (1, 1)


def test_the_deadline_closes_it(trio: Trio) -> None:
    ana, ben, _, trip_id = trio
    poll = with_effects(ana, trip_id, deadline=in_seconds(1.5))
    vote(ben, trip_id, poll, "o1")

    def closed() -> Any:
        seen = ben.call("polls-get", tripId=trip_id, pollId=poll["pollId"])
        return seen if seen["appliedVersion"] else None

    seen = eventually(closed)
    assert (seen["state"], seen["closedBy"], seen["result"]["winners"]) == ("closed", None, ["o1"])


def test_the_sweep_closes_what_no_task_closed(trio: Trio, database: Client) -> None:
    ana, ben, _, trip_id = trio
    poll = ask(ana, trip_id, deadline=in_seconds(40 * 86400))
    vote(ana, trip_id, poll, "o1")
    past = datetime.now(UTC) - timedelta(seconds=1)
    stored = database.document("trips", trip_id, "polls", poll["pollId"])
    stored.update({"deadline": past, "dueAt": past})
    assert refusal(lambda: vote(ben, trip_id, poll, "o0")).reason == "POLL_CLOSED"
    bootstrap.poll_closing().sweep()
    assert (stored.get().to_dict() or {})["result"]["winners"] == ["o1"]


def test_in_a_deleted_trip_nothing_is_decided_until_it_comes_back(trio: Trio, database: Client) -> None:
    ana, _, _, trip_id = trio
    poll = ask(ana, trip_id, deadline=in_seconds(86400))
    past = datetime.now(UTC) - timedelta(seconds=1)
    stored = database.document("trips", trip_id, "polls", poll["pollId"])
    stored.update({"deadline": past, "dueAt": past})
    database.document("trips", trip_id).update({"deletedAt": past})
    bootstrap.poll_closing().sweep()
    found = stored.get().to_dict() or {}
    assert (found["state"], found["dueAt"] > datetime.now(UTC)) == ("open", True)


def test_who_may_do_what(trio: Trio, person: People) -> None:
    ana, ben, cleo, trip_id = trio
    poll = ask(ben, trip_id)
    vic, stranger = person("Vic"), person("Olga")
    vic.call("trips-join", token=ana.call("trips-invite", tripId=trip_id, role="viewer")["token"])
    assert refusal(lambda: ask(cleo, trip_id)).reason == "ROLE_TOO_LOW"
    assert refusal(lambda: vote(vic, trip_id, poll, "o0")).reason == "ROLE_TOO_LOW"
    assert refusal(lambda: close(cleo, trip_id, poll)).reason == "ROLE_TOO_LOW"
    for call in (vote, close):
        arguments = ("o0",) if call is vote else ()
        assert refusal(lambda call=call, more=arguments: call(stranger, trip_id, poll, *more)).reason == (
            "TRIP_NOT_FOUND"
        )
    assert refusal(lambda: vote(ana, trip_id, {"pollId": "none"}, "o0")).reason == "POLL_NOT_FOUND"
    assert vic.call("polls-get", tripId=trip_id, pollId=poll["pollId"])["state"] == "open"


DAY = {"start": "2027-04-02", "end": "2027-04-09"}
BAD: list[tuple[dict[str, Any], str]] = [
    ({"method": "schulze"}, "method"),
    ({"quorum": {}}, "quorum"),
    ({"quorum": {"count": 2, "percent": 50}}, "quorum"),
    ({"deadline": "2020-01-01T00:00:00Z"}, "deadline"),
    ({"deadline": "2099-01-01T00:00:00Z"}, "deadline"),
    ({"options": [{"text": "A"}, {"text": "A"}]}, "options[1]"),
    ({"options": [{"text": "A"}, {}]}, "options[1].text"),
    ({"options": [{"text": "A"}, {"text": "B", **DAY}]}, "options[1].start"),
    ({"kind": "dates"}, "options[0].start"),
    (
        {"kind": "dates", "options": [DAY, {"start": "2027-04-02", "end": "2027-04-01"}]},
        "options[1].end",
    ),
    ({"options": [{"text": "A", "ops": [{"p": ["notes"], "oi": 1}]}, {"text": "B"}]}, "base"),
    (
        {"kind": "ranked", "method": "instantRunoff", "options": [{"text": f"{n}"} for n in range(11)]},
        "options",
    ),
]


def test_a_poll_that_makes_no_sense_is_refused_by_field(trio: Trio) -> None:
    ana, _, _, trip_id = trio
    for fields, field in BAD:
        refused = refusal(lambda fields=fields: ask(ana, trip_id, **fields))
        assert (refused.status, refused.reason) == ("INVALID_ARGUMENT", "POLL_INVALID")
        assert refused.details["metadata"]["field"] == field


def test_an_option_that_would_break_the_plan_is_refused(trio: Trio) -> None:
    ana, ben, _, trip_id = trio
    for op, reason in [
        ([{"p": ["stops", "s1"], "oi": {"name": "incomplete"}}], "PLAN_INVALID"),
        ([{"p": ["stops", "s1"], "oi": stop(ben)}], "FORGED_AUTHOR"),
        ([{"p": [], "oi": {}}], "OP_INVALID"),
    ]:
        refused = refusal(lambda op=op: ask(ana, trip_id, base=0, options=[{"text": "A"}, {"text": "B", "ops": op}]))
        assert (refused.reason, refused.details["metadata"]["option"]) == (reason, "options[1].ops")


def test_a_ballot_that_does_not_fit_is_refused_by_field(trio: Trio) -> None:
    ana, _, _, trip_id = trio
    single, ranked = ask(ana, trip_id), ask(ana, trip_id, "ranked")
    dates = ask(ana, trip_id, "dates", options=[DAY, {"start": "2027-05-02", "end": "2027-05-09"}])
    for poll, ballot, field in [
        (single, {"choices": []}, "choices"),
        (single, {"choices": ["o0", "o1"]}, "choices"),
        (single, {"choices": ["o9"]}, "choices[0]"),
        (single, {"answers": {"o0": "yes"}}, "choices"),
        (single, {}, "choices"),
        (ranked, {"choices": ["o0", "o1", "o0"]}, "choices[2]"),
        (ranked, {"choices": []}, "choices"),
        (dates, {"choices": ["o0"]}, "answers"),
        (dates, {"answers": {"o7": "no"}}, "answers.o7"),
    ]:
        refused = refusal(
            lambda poll=poll, ballot=ballot: ana.call("polls-vote", tripId=trip_id, pollId=poll["pollId"], **ballot)
        )
        assert (refused.reason, refused.details["metadata"]["field"]) == ("BALLOT_INVALID", field)
