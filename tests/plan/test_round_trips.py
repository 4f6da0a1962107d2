"""What a submit costs Firestore: round trips in a row, asserted because they do not depend on the machine."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import pytest

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared.plan.models import OpRecord, Snapshot
from shared.plan.service import PlanService
from shared.plan.staging import Submission
from shared.plan.store import Along, PlanStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from tests.support.people import make_trip, stop
from tests.support.rpcs import CountingClient


@pytest.fixture
def client(cloud: LocalCloud) -> Iterator[CountingClient]:
    yield CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])


def service(client: CountingClient) -> PlanService:
    return PlanService(PlanStore(client), SystemClock(), lambda _trip_id, _delay: None)


def access(session: Session, trip_id: str) -> TripAccess:
    caller = Caller(session.uid, None, False, None, None, False, {}, datetime.now(UTC))
    return TripAccess(caller, trip_id, Role.EDITOR)


def edit(session: Session, base: int, seq: int) -> Submission:
    op = [{"p": ["stops", f"s{seq}"], "oi": stop(session)}]
    return Submission(base=base, src="phone", seq=seq, ops=[op], uid=session.uid)


def test_a_warm_submit_takes_two_round_trips_and_a_cold_one_three(
    person: Callable[..., Session], client: CountingClient
) -> None:
    ana = person()
    trip_id = make_trip(ana)
    plans = service(client)
    with client.counted() as cold:
        plans.submit(access(ana, trip_id), edit(ana, 0, 0))
    with client.counted() as warm:
        plans.submit(access(ana, trip_id), edit(ana, 1, 1))
    assert (cold.in_a_row, sorted(cold.methods)) == (3, ["BatchGetDocuments", "Commit", "RunQuery"])
    assert (warm.in_a_row, sorted(warm.methods)) == (2, ["BatchGetDocuments", "Commit", "RunQuery"])


class OvertakenStore(PlanStore):
    """Lets somebody else commit just before its first commit."""

    def __init__(self, client: CountingClient, overtake: Callable[[], object]) -> None:
        super().__init__(client)
        self._overtake = [overtake]

    def commit(
        self, trip_id: str, records: Sequence[OpRecord], snapshot: Snapshot | None, along: Along | None = None
    ) -> bool:
        if self._overtake:
            self._overtake.pop()()
        return super().commit(trip_id, records, snapshot, along)


def test_a_lost_race_costs_two_more_round_trips(person: Callable[..., Session], client: CountingClient) -> None:
    ana = person()
    trip_id = make_trip(ana)
    others = service(CountingClient(client.project, os.environ["FIRESTORE_EMULATOR_HOST"]))
    store = OvertakenStore(client, lambda: others.submit(access(ana, trip_id), edit(ana, 0, 99)))
    with client.counted() as calls:
        done = PlanService(store, SystemClock(), lambda _trip_id, _delay: None).submit(
            access(ana, trip_id), edit(ana, 0, 0)
        )
    assert (done.version, [record.version for record in done.missed]) == (2, [1])
    assert calls.in_a_row == 3 + 2


def test_a_submit_reads_the_same_whatever_the_history(person: Callable[..., Session], client: CountingClient) -> None:
    ana = person()
    trip_id = make_trip(ana)
    plans = service(client)
    for seq in range(40):
        plans.submit(access(ana, trip_id), edit(ana, seq, seq))
    with client.counted() as calls:
        service(client).submit(access(ana, trip_id), edit(ana, 40, 40))
    assert calls.in_a_row == 3
