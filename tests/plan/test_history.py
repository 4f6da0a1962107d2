"""Undo and redo: whatever the order of edits, undos and redos, of others' edits too; and what they cost Firestore."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared.plan.history import HistoryService
from shared.plan.models import OpRecord, Snapshot
from shared.plan.service import PlanService
from shared.plan.staging import Submission, Submitted
from shared.plan.store import Along, PlanStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.errors import FailedPrecondition
from tests.support.people import make_trip, stop
from tests.support.rpcs import CountingClient

LONG = 12


class Planner:
    """One person with the plan of a trip, on two devices if need be."""

    def __init__(self, store: PlanStore, uid: str, trip_id: str) -> None:
        self.plans = PlanService(store, SystemClock(), lambda _trip_id, _delay: None)
        self.history = HistoryService(store, self.plans, lambda _trip_id, _uids: {})
        self.uid = uid
        self.trip_id = trip_id
        self._numbers = count()

    @property
    def access(self) -> TripAccess:
        return TripAccess(
            Caller(self.uid, None, False, None, None, False, {}, datetime.now(UTC)), self.trip_id, Role.EDITOR
        )

    @property
    def doc(self) -> dict[str, Any]:
        return self.plans.read(self.access).doc

    def edit(self, *ops: list[dict[str, Any]]) -> Submitted:
        base = self.plans.read(self.access).version
        return self.plans.submit(self.access, Submission(base, self.uid, self._number(len(ops)), ops, self.uid))

    def undo(self, src: str = "undo", seq: int | None = None) -> Submitted:
        return self.history.undo(self.access, src, self._number() if seq is None else seq)

    def redo(self) -> Submitted:
        return self.history.redo(self.access, "redo", self._number())

    def _number(self, width: int = 1) -> int:
        first, *_ = [next(self._numbers) for _ in range(width)]
        return first


@pytest.fixture
def client(cloud: LocalCloud) -> CountingClient:
    return CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])


@pytest.fixture
def planner(person: Callable[..., Session], client: CountingClient) -> Callable[[], tuple[Planner, Planner]]:
    ana, ben = person("Ana"), person("Ben")

    def fresh() -> tuple[Planner, Planner]:
        trip_id = make_trip(ana, (ben, "editor"))
        return Planner(PlanStore(client), ana.uid, trip_id), Planner(PlanStore(client), ben.uid, trip_id)

    return fresh


def minutes(stop_id: str, more: int) -> list[dict[str, Any]]:
    return [{"p": ["stops", stop_id, "minutes"], "na": more}]


def renamed(planner: Planner, stop_id: str, name: str) -> list[dict[str, Any]]:
    return [{"p": ["stops", stop_id, "name"], "od": planner.doc["stops"][stop_id]["name"], "oi": name}]


def added(planner: Planner, *stop_ids: str) -> None:
    planner.edit(*([{"p": ["stops", stop_id], "oi": stop(planner.uid)}] for stop_id in stop_ids))


def test_a_long_way_back_and_forth_among_others_edits_ends_where_it_began(
    planner: Callable[[], tuple[Planner, Planner]],
) -> None:
    ana, ben = planner()
    added(ana, "s1")
    added(ben, "s2")
    before = ana.doc["stops"]["s1"]
    for number in range(LONG):
        ana.edit(renamed(ana, "s1", f"Name {number}") if number % 2 else minutes("s1", 2**number))
        ben.edit(minutes("s2", 1))
    after = ana.doc["stops"]["s1"]
    for _ in range(LONG):
        ana.undo()
        ben.edit(minutes("s2", 1))
    assert ana.doc["stops"]["s1"] == before
    for _ in range(LONG):
        ana.redo()
        ben.edit(minutes("s2", 1))
    assert (ana.doc["stops"]["s1"], ana.doc["stops"]["s2"]["minutes"]) == (after, 60 + 3 * LONG)
    with pytest.raises(FailedPrecondition, match="nothing to redo"):
        ana.redo()
    for _ in range(LONG):
        ana.undo()
    assert ana.doc["stops"]["s1"] == before


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(some.sampled_from(("edit", "edit", "undo", "undo", "redo", "other")), max_size=12))
def test_every_order_of_edits_undos_and_redos_is_that_of_two_stacks(
    planner: Callable[[], tuple[Planner, Planner]], actions: list[str]
) -> None:
    ana, ben = planner()
    added(ben, "s1", "s2")
    done: list[int] = []
    undone: list[int] = []
    for number, action in enumerate(actions):
        match action:
            case "edit":
                ana.edit(minutes("s1", 2**number))
                done, undone = [*done, 2**number], []
            case "other":
                ben.edit(minutes("s2", 1))
            case "undo" if done:
                ana.undo()
                undone.append(done.pop())
            case "redo" if undone:
                ana.redo()
                done.append(undone.pop())
            case _:
                with pytest.raises(FailedPrecondition, match=f"nothing to {action}"):
                    getattr(ana, action)()
        assert ana.doc["stops"]["s1"]["minutes"] == 60 + sum(done)


def test_a_resend_is_known_whatever_its_author_did_since(planner: Callable[[], tuple[Planner, Planner]]) -> None:
    ana, _ = planner()
    added(ana, "s1")
    ana.edit(minutes("s1", 1))
    first = ana.undo("phone", 1000)
    for _ in range(LONG):
        ana.edit(minutes("s1", 10))
    again = ana.undo("phone", 1000)
    assert (again.duplicate, again.committed) == (True, first.committed)
    assert ana.doc["stops"]["s1"]["minutes"] == 60 + 10 * LONG


class OvertakenStore(PlanStore):
    """Lets its owner do something on another device just before its first commit."""

    def __init__(self, client: CountingClient) -> None:
        super().__init__(client)
        self.overtake: list[Callable[[], object]] = []

    def commit(
        self, trip_id: str, records: Sequence[OpRecord], snapshot: Snapshot | None, along: Along | None = None
    ) -> bool:
        if self.overtake:
            self.overtake.pop()()
        return super().commit(trip_id, records, snapshot, along)


@pytest.mark.parametrize("meanwhile", ["edit", "undo"])
def test_an_undo_that_is_overtaken_on_another_device_takes_back_what_is_newest_then(
    person: Callable[..., Session], client: CountingClient, meanwhile: str
) -> None:
    ana = person("Ana")
    trip_id = make_trip(ana)
    store = OvertakenStore(client)
    phone, laptop = Planner(store, ana.uid, trip_id), Planner(PlanStore(client), ana.uid, trip_id)
    added(phone, "s1")
    for more in (1, 2, 4):
        phone.edit(minutes("s1", more))
    store.overtake.append((lambda: laptop.edit(minutes("s1", 8))) if meanwhile == "edit" else laptop.undo)
    phone.undo()
    assert phone.doc["stops"]["s1"]["minutes"] == 60 + (1 + 2 + 4 if meanwhile == "edit" else 1)
    phone.undo()
    phone.redo()
    phone.redo()
    assert phone.doc["stops"]["s1"]["minutes"] == 60 + 1 + 2 + (4 + 8 if meanwhile == "edit" else 0)


class ReadingStore(PlanStore):
    """Counts the operations that are read to find what to take back."""

    def __init__(self, client: CountingClient) -> None:
        super().__init__(client)
        self.read = 0

    def own_until(self, trip_id: str, uid: str, version: int, limit: int) -> list[OpRecord]:
        found = super().own_until(trip_id, uid, version, limit)
        self.read += len(found)
        return found


def test_undo_and_redo_read_the_same_however_long_the_history(
    person: Callable[..., Session], client: CountingClient
) -> None:
    session = person("Ana")
    store = ReadingStore(client)
    ana = Planner(store, session.uid, make_trip(session))
    added(ana, "s1")
    for _ in range(LONG):
        ana.edit(minutes("s1", 1))
    warm = ["BatchGetDocuments", "Commit", "RunQuery", "RunQuery"]
    with client.counted() as first:
        ana.undo()
    assert (first.in_a_row, sorted(first.methods), store.read) == (2, warm, 0)
    for _ in range(LONG - 4):
        ana.undo()
    for again in (ana.undo, ana.redo, ana.redo, ana.undo, ana.undo):
        with client.counted() as calls:
            again()
        assert (sorted(calls.methods), store.read) == (warm, 0)
    ana.plans.flush(ana.trip_id)
    elsewhere = Planner(store, session.uid, ana.trip_id)
    with client.counted() as cold:
        elsewhere.undo()
    assert (len(cold.methods), store.read) == (8, 4)
