"""The shared plan through real HTTP: submit, history, undo, redo, restore, flush."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from shared import bootstrap
from tests.support.people import make_trip, stop
from tests.support.waiting import eventually

People = Callable[..., Session]
Op = list[dict[str, Any]]


def submit(session: Session, trip_id: str, base: int, *ops: Op, src: str = "phone", seq: int = 0) -> Any:
    return session.call("plan-submit", tripId=trip_id, base=base, src=src, seq=seq, ops=list(ops))


def add(session: Session, stop_id: str = "s1", **fields: Any) -> Op:
    return [{"p": ["stops", stop_id], "oi": stop(session, **fields)}]


def test_a_submit_is_committed_and_a_resend_answers_the_same(person: People, database: Client) -> None:
    ana = person()
    trip_id = make_trip(ana)
    first = submit(ana, trip_id, 0, add(ana))
    again = submit(ana, trip_id, 0, add(ana))
    assert (first["version"], first["duplicate"]) == (1, False)
    assert (again["version"], again["duplicate"], again["committed"]) == (1, True, first["committed"])
    ops = list(database.collection("trips", trip_id, "plan", "current", "ops").stream())
    assert [op.id for op in ops] == ["0000000001"]


def test_a_late_submit_is_merged_and_told_what_it_missed(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    submit(ana, trip_id, 0, add(ana), seq=0)
    submit(ana, trip_id, 1, [{"p": ["stops", "s1", "minutes"], "na": 30}], seq=1)
    answer = submit(ben, trip_id, 1, [{"p": ["stops", "s1", "minutes"], "na": 15}])
    assert [missed["version"] for missed in answer["missed"]] == [2]
    assert ana.call("plan-get", tripId=trip_id)["plan"]["stops"]["s1"]["minutes"] == 105


def test_several_operations_are_all_or_nothing(person: People) -> None:
    ana = person()
    trip_id = make_trip(ana)
    with pytest.raises(CallError) as refused:
        submit(ana, trip_id, 0, add(ana), [{"p": ["stops", "s1", "minutes"], "od": 60, "oi": -5}])
    assert refused.value.reason == "PLAN_INVALID"
    assert refused.value.details["metadata"]["field"] == "stops.s1.minutes"
    assert ana.call("plan-get", tripId=trip_id) == {
        "version": 0,
        "plan": {"schema": 1, "notes": "", "days": {}, "stops": {}, "packing": {}},
    }


BAD: list[tuple[Op, str]] = [
    ([], "OP_INVALID"),
    ([{"p": ["stops", "__s__"], "oi": stop("x")}], "PLAN_INVALID"),
    ([{"p": [], "oi": {}}], "OP_INVALID"),
    ([{"p": ["notes", 0], "si": "x"}], "OP_INVALID"),
    ([{"p": ["stops", "__proto__"], "oi": {}}], "OP_INVALID"),
    ([{"p": ["stops", "s1", "minutes"], "na": 0.5}], "OP_INVALID"),
    ([{"p": ["stops", "s1", "minutes"], "na": True}], "OP_INVALID"),
    ([{"p": ["stops", "s1", "lat"], "na": 1}], "OP_INVALID"),
    ([{"p": ["notes"], "t": "text0", "o": []}], "OP_INVALID"),
    ([{"p": ["notes"], "t": "text-unicode", "o": ["a", "b"]}], "OP_INVALID"),
    ([{"p": ["stops", "gone", "name"], "od": "x", "oi": "y"}], "OP_CONFLICT"),
    ([{"p": ["notes"], "od": "not what is there", "oi": "y"}], "OP_CONFLICT"),
    ([{"p": ["notes"], "oi": "y"}], "OP_CONFLICT"),
    ([{"p": ["days"], "od": {}}], "PLAN_INVALID"),
    ([{"p": ["anything"], "oi": 1}], "PLAN_INVALID"),
    ([{"p": ["stops", "s1"], "oi": {"name": "incomplete"}}], "PLAN_INVALID"),
    ([{"p": ["stops", "s1"], "oi": stop("somebody-else")}], "FORGED_AUTHOR"),
    ([{"p": ["notes"], "od": "", "oi": "x" * 10_001}], "PLAN_INVALID"),
    ([{"p": ["notes"], "t": "text-unicode", "o": []}] * 301, "OP_TOO_LARGE"),
    ([{"p": ["stops", "s1"], "oi": stop("x", name="x" * 250_000)}], "OP_TOO_LARGE"),
]


@pytest.mark.parametrize(("op", "reason"), BAD, ids=[f"{index} {reason}" for index, (_, reason) in enumerate(BAD)])
def test_a_bad_operation_gets_its_named_error_and_changes_nothing(person: People, op: Op, reason: str) -> None:
    ana = person()
    trip_id = make_trip(ana)
    with pytest.raises(CallError) as refused:
        submit(ana, trip_id, 0, op)
    assert (refused.value.status, refused.value.reason) == ("INVALID_ARGUMENT", reason)
    assert ana.call("plan-get", tripId=trip_id)["version"] == 0


def test_a_whole_number_of_degrees_is_the_same_in_every_language(person: People) -> None:
    ana = person()
    trip_id = make_trip(ana)
    submit(ana, trip_id, 0, add(ana, lat=35.0, lng=135.5))
    answer = submit(ana, trip_id, 1, [{"p": ["stops", "s1"], "od": stop(ana, lat=35, lng=135.5)}], seq=1)
    assert answer["version"] == 2


def test_a_base_ahead_of_the_plan_is_refused(person: People) -> None:
    ana = person()
    with pytest.raises(CallError) as refused:
        submit(ana, make_trip(ana), 7, add(ana))
    assert (refused.value.reason, refused.value.details["metadata"]["version"]) == ("BASE_AHEAD", 0)


def test_a_client_behind_the_kept_operations_is_told_to_start_again(person: People, database: Client) -> None:
    ana = person()
    trip_id = make_trip(ana)
    submit(ana, trip_id, 0, add(ana))
    submit(ana, trip_id, 1, [{"p": ["notes"], "od": "", "oi": "later"}], seq=1)
    eventually(lambda: snapshot_version(database, trip_id) == 2)
    time_to_live_passed(database, trip_id, "0000000001")
    fresh_editor = person("Ben")
    token = ana.call("trips-invite", tripId=trip_id)["token"]
    fresh_editor.call("trips-join", token=token)
    forget_warm_plans(ana)
    with pytest.raises(CallError) as refused:
        submit(fresh_editor, trip_id, 0, add(fresh_editor, "s2"))
    assert (refused.value.status, refused.value.reason) == ("OUT_OF_RANGE", "RESYNC")
    told = refused.value.details["metadata"]
    assert (told["version"], told["plan"]["notes"]) == (2, "later")


def snapshot_version(database: Client, trip_id: str) -> int:
    version: int = database.document("trips", trip_id, "plan", "current").get().get("version")
    return version


def time_to_live_passed(database: Client, trip_id: str, op: str) -> None:
    database.document("trips", trip_id, "plan", "current", "ops", op).delete()


def forget_warm_plans(session: Session) -> None:
    """Push a plan out of the instance's memory by using more plans than it keeps."""
    trips = [make_trip(session) for _ in range(64)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda trip_id: session.call("plan-get", tripId=trip_id), trips))


def test_roles_decide_who_edits(person: People) -> None:
    ana, ben, eve = person("Ana"), person("Ben"), person("Eve")
    trip_id = make_trip(ana, (ben, "voter"))
    with pytest.raises(CallError) as voter:
        submit(ben, trip_id, 0, add(ben))
    with pytest.raises(CallError) as stranger:
        submit(eve, trip_id, 0, add(eve))
    assert voter.value.reason == "ROLE_TOO_LOW"
    assert stranger.value.reason == "TRIP_NOT_FOUND"


def test_twenty_editors_at_once_lose_nothing(person: People) -> None:
    ana = person()
    trip_id = make_trip(ana)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda i: submit(ana, trip_id, 0, add(ana, f"s{i}"), src=f"device-{i}"), range(20)))
    assert sorted(answer["version"] for answer in answers) == list(range(1, 21))
    assert len(ana.call("plan-get", tripId=trip_id)["plan"]["stops"]) == 20


def test_the_snapshot_follows_after_the_last_edit(person: People, database: Client) -> None:
    ana = person()
    trip_id = make_trip(ana)
    for number in range(3):
        submit(ana, trip_id, number, add(ana, f"s{number}"), seq=number)
    eventually(lambda: snapshot_version(database, trip_id) == 3)


def test_old_operations_go_only_when_a_snapshot_covers_them(person: People, database: Client) -> None:
    ana = person()
    trip_id = make_trip(ana)
    for number in range(3):
        submit(ana, trip_id, number, add(ana, f"s{number}"), seq=number)
    plan = database.document("trips", trip_id, "plan", "current")
    empty = database.document("trips", trip_id, "plan", "current", "snapshots", "0000000000").get().to_dict()
    eventually(lambda: snapshot_version(database, trip_id) == 3)
    # As if no snapshot had ever been written: the worker died each time.
    plan.set(empty)
    for op in plan.collection("ops").stream():
        op.reference.update({"expiresAt": datetime.now(UTC) - timedelta(days=1)})
    bootstrap.plans().expire()
    assert list(plan.collection("ops").stream()) == []
    assert set(json.loads(plan.get().get("text"))["stops"]) == {"s0", "s1", "s2"}


def test_every_hundredth_version_is_kept_for_ever(person: People, database: Client) -> None:
    ana = person()
    trip_id = make_trip(ana)
    for block in range(6):
        ops = [[{"p": ["notes"], "t": "text-unicode", "o": ["x"]}]] * 20
        submit(ana, trip_id, block * 20, *ops, seq=block * 20)
    kept = database.collection("trips", trip_id, "plan", "current", "snapshots").stream()
    assert [snapshot.get("version") for snapshot in kept] == [0, 100]
    assert ana.call("plan-get", tripId=trip_id, version=110)["plan"]["notes"] == "x" * 110


def test_history_tells_who_did_what_in_words(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    submit(
        ana, trip_id, 0, [{"p": ["days", "d1"], "oi": {"order": "a0"}}, {"p": ["days", "d2"], "oi": {"order": "a1"}}]
    )
    submit(ana, trip_id, 1, add(ana, dayId="d1"), seq=1)
    submit(ben, trip_id, 2, [{"p": ["stops", "s1", "dayId"], "od": "d1", "oi": "d2"}])
    submit(ben, trip_id, 3, [{"p": ["stops", "s1"], "od": stop(ana, dayId="d2")}], seq=1)
    first = ana.call("plan-history", tripId=trip_id, pageSize=3)
    rest = ana.call("plan-history", tripId=trip_id, pageSize=3, pageToken=first["nextPageToken"])
    assert [entry["words"] for entry in [*first["entries"], *rest["entries"]]] == [
        "Ben removed Nishiki Market",
        "Ben moved Nishiki Market to Day 2",
        "Ana added Nishiki Market to Day 1",
        "Ana added Day 1, added Day 2",
    ]
    assert rest["nextPageToken"] is None


def test_undo_and_redo_keep_what_others_did_since(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "editor"))
    submit(ana, trip_id, 0, add(ana))
    submit(ana, trip_id, 1, [{"p": ["stops", "s1", "minutes"], "od": 60, "oi": 90}], seq=1)
    submit(ben, trip_id, 2, [{"p": ["stops", "s1", "notes"], "t": "text-unicode", "o": ["bring cash"]}])

    def stop_now() -> Any:
        return ana.call("plan-get", tripId=trip_id)["plan"]["stops"]["s1"]

    undone = ana.call("plan-undo", tripId=trip_id, src="phone", seq=10)
    resent = ana.call("plan-undo", tripId=trip_id, src="phone", seq=10)
    assert (resent["duplicate"], resent["version"]) == (True, undone["version"])
    assert (stop_now()["minutes"], stop_now()["notes"]) == (60, "bring cash")
    ana.call("plan-redo", tripId=trip_id, src="phone", seq=11)
    assert (stop_now()["minutes"], stop_now()["notes"]) == (90, "bring cash")
    with pytest.raises(CallError) as refused:
        ana.call("plan-redo", tripId=trip_id, src="phone", seq=12)
    assert refused.value.reason == "NOTHING_TO_REDO"


def test_two_undos_at_once_undo_two_operations(person: People) -> None:
    ana = person()
    trip_id = make_trip(ana)
    submit(ana, trip_id, 0, add(ana))
    for number in range(4):
        submit(ana, trip_id, 1 + number, [{"p": ["stops", "s1", "minutes"], "na": 10}], seq=1 + number)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda seq: ana.call("plan-undo", tripId=trip_id, src="phone", seq=seq), (20, 21)))
    assert ana.call("plan-get", tripId=trip_id)["plan"]["stops"]["s1"]["minutes"] == 80


def test_restore_brings_an_old_version_back_as_an_operation(person: People) -> None:
    ana = person()
    trip_id = make_trip(ana)
    submit(ana, trip_id, 0, add(ana))
    submit(ana, trip_id, 1, add(ana, "s2"), seq=1)
    submit(ana, trip_id, 2, [{"p": ["stops", "s1", "minutes"], "na": 10}], seq=2)
    then = ana.call("plan-get", tripId=trip_id, version=1)["plan"]
    ana.call("plan-restore", tripId=trip_id, version=1, src="phone", seq=3)
    assert ana.call("plan-get", tripId=trip_id)["plan"] == then
    ana.call("plan-undo", tripId=trip_id, src="phone", seq=4)
    assert set(ana.call("plan-get", tripId=trip_id)["plan"]["stops"]) == {"s1", "s2"}
