"""What expenses cost Firestore: round trips in a row, asserted because they do not depend on the machine."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.expenses.requests import AddExpenseRequest, EditExpenseRequest
from shared.expenses.service import ExpenseService
from shared.expenses.store import ExpenseStore
from shared.expenses.summary import SummaryService
from shared.money import reference_rates
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from tests.support.people import make_trip
from tests.support.rpcs import CountingClient


@pytest.fixture
def client(cloud: LocalCloud) -> CountingClient:
    return CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])


def access(session: Session, trip_id: str) -> TripAccess:
    caller = Caller(session.uid, None, False, None, None, False, {}, datetime.now(UTC))
    return TripAccess(caller, trip_id, Role.EDITOR)


def test_an_expense_takes_two_round_trips_and_an_edit_one_transaction(
    person: Callable[..., Session], client: CountingClient
) -> None:
    ana = person()
    trip_id = make_trip(ana)
    outbox = bootstrap.outbox()
    expenses = ExpenseService(ExpenseStore(client, outbox), outbox, SystemClock(), RandomIds(), reference_rates())
    entered = {"trip_id": trip_id, "title": "Tea", "amount": 5, "currency": "EUR", "date": date(2027, 4, 2)}
    with client.counted() as add:
        expense_id, _ = expenses.add(access(ana, trip_id), AddExpenseRequest(**entered))
    assert (add.in_a_row, add.methods) == (2, ["BatchGetDocuments", "Commit"])
    with client.counted() as edit:
        wanted = EditExpenseRequest(**{**entered, "amount": 7}, expense_id=expense_id, version=1)
        expenses.edit(access(ana, trip_id), wanted)
    assert (edit.in_a_row, edit.methods) == (3, ["BeginTransaction", "BatchGetDocuments", "Commit"])


def test_a_summary_takes_one_round_trip_when_the_plan_is_known_and_two_when_not(
    person: Callable[..., Session], client: CountingClient
) -> None:
    ana = person()
    trip_id = make_trip(ana)
    seen: dict[str, set[int]] = {"cold": set(), "warm": set()}
    # A busy machine may start a thread late, and so put calls in a row that need not be; never the other way round.
    for _ in range(20):
        plans = PlanService(PlanStore(client), SystemClock(), lambda _trip_id, _delay: None)
        summaries = SummaryService(ExpenseStore(client, bootstrap.outbox()), plans, reference_rates())
        for state, depths in seen.items():
            with client.counted() as calls:
                summaries.summary(access(ana, trip_id), unit="one", grouped=False)
            assert sorted(calls.methods) == ["BatchGetDocuments"] * 2 + ["RunQuery"] * 2, state
            depths.add(calls.in_a_row)
        if (min(seen["cold"]), min(seen["warm"])) == (2, 1):
            return
    pytest.fail(f"round trips in a row: {seen}")
