"""What exports cost Firestore: round trips and documents, asserted because they do not depend on the machine."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.exports.feeds import CalendarFeeds
from shared.exports.requests import CalendarRequest
from shared.exports.service import ExportService
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from shared.trips.changes import TripChanges
from shared.trips.store import TripStore
from tests.support.people import make_trip, stop
from tests.support.rpcs import CountingClient

PLAN_KNOWN = ["BatchGetDocuments", "BatchGetDocuments", "RunQuery"]
"""The trip for its name; its roles and, side by side, the operations since."""


@pytest.fixture
def client(cloud: LocalCloud) -> CountingClient:
    return CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])


@pytest.fixture
def trip(person: Callable[..., Session]) -> tuple[Session, str]:
    ana = person()
    trip_id = make_trip(ana)
    for seq in range(3):
        op = [{"p": ["stops", f"s{seq}"], "oi": stop(ana)}]
        ana.call("plan-submit", tripId=trip_id, base=seq, src="phone", seq=seq, ops=[op])
    return ana, trip_id


def access(session: Session, trip_id: str) -> TripAccess:
    caller = Caller(session.uid, None, False, None, None, False, {}, datetime.now(UTC))
    return TripAccess(caller, trip_id, Role.VIEWER)


def services(client: CountingClient) -> tuple[ExportService, CalendarFeeds]:
    """As a new instance has them."""
    trips, plans = TripStore(client, bootstrap.outbox()), PlanStore(client)
    reading = PlanService(plans, SystemClock(), lambda _trip_id, _delay: None)
    exports = ExportService(trips, reading, plans.ops_after, lambda _: None, "test")
    return exports, CalendarFeeds(trips, bootstrap.trip_changes(), exports, lambda name: name)


def test_an_export_takes_one_round_trip_when_the_plan_is_known_and_two_when_not(
    trip: tuple[Session, str], client: CountingClient
) -> None:
    seen: dict[str, set[int]] = {"cold": set(), "warm": set()}
    # A busy machine may start a thread late, and so put calls in a row that need not be; never the other way round.
    for _ in range(20):
        exports, _ = services(client)
        for state, depths in seen.items():
            with client.counted() as calls:
                b"".join(exports.export(access(*trip), "csv").open())
            assert sorted(calls.methods) == PLAN_KNOWN, state
            depths.add(calls.in_a_row)
        if (min(seen["cold"]), min(seen["warm"])) == (2, 1):
            return
    pytest.fail(f"round trips in a row: {seen}")


def test_a_plan_that_names_members_takes_one_more_and_tells_them_as_they_are_called_now(
    trip: tuple[Session, str], client: CountingClient
) -> None:
    ana, trip_id = trip
    op = [{"p": ["stops", "s0", "who"], "oi": {ana.uid: True}}]
    ana.call("plan-submit", tripId=trip_id, base=3, src="phone", seq=3, ops=[op])
    exports, _ = services(client)
    exports.export(access(*trip), "csv")
    with client.counted() as calls:
        file = exports.export(access(*trip), "csv")
    assert sorted(calls.methods) == sorted([*PLAN_KNOWN, "BatchGetDocuments"])
    assert b",Ana," in b"".join(file.open())
    client.document("trips", trip_id, "members", ana.uid).update({"name": "Anita"})
    renamed = exports.export(access(*trip), "csv")
    assert b",Anita," in b"".join(renamed.open()) and renamed.version != file.version


def test_a_calendar_reads_its_name_and_the_log_only_when_it_is_written(
    trip: tuple[Session, str], client: CountingClient
) -> None:
    exports, feeds = services(client)
    name = feeds.make(access(*trip), CalendarRequest(trip_id=trip[1])).url
    assert name
    with client.counted() as calls:
        file = feeds.show(name)
    assert sorted(calls.methods) == sorted([*PLAN_KNOWN, "RunQuery"])
    with client.counted() as opened:
        b"".join(file.open())
    assert opened.methods in ([], ["RunQuery"])
    with client.counted() as nothing:
        exports.export(access(*trip), "ics")
    assert sorted(nothing.methods) == PLAN_KNOWN


def test_a_name_that_cannot_be_one_costs_nothing_and_an_unknown_one_a_query(client: CountingClient) -> None:
    _, feeds = services(client)
    for name, methods in (("x", []), ("x" * 32, ["RunQuery"])):
        with client.counted() as calls, pytest.raises(Exception, match="no such calendar"):
            feeds.show(name)
        assert calls.methods == methods


def test_making_and_ending_a_feed_is_a_transaction_each(trip: tuple[Session, str], client: CountingClient) -> None:
    exports, _ = services(client)
    trips = TripStore(client, bootstrap.outbox())
    changes = TripChanges(trips, bootstrap.outbox(), SystemClock(), RandomIds())
    feeds = CalendarFeeds(trips, changes, exports, lambda name: name)
    again = CalendarRequest(trip_id=trip[1], renew=True, request_id="request-1")
    for work in (lambda: feeds.make(access(*trip), again), lambda: feeds.revoke(access(*trip))):
        with client.counted() as calls:
            work()
        assert calls.methods == ["BeginTransaction", "BatchGetDocuments", "Commit"]
