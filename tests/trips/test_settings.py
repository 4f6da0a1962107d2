"""What dies half-way and what finishes it; and what trips cost Firestore."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared.events.outbox import Outbox
from shared.places.catalogue import CatalogueProvider
from shared.plan.service import PlanService
from shared.plan.staging import Submission, Submitted
from shared.plan.store import PlanStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import Clock, SystemClock
from shared.runtime.ids import RandomIds
from shared.trips.changes import TripChanges
from shared.trips.copying import TripCopying
from shared.trips.requests import DuplicateTripRequest, ListTripsRequest, UpdateTripRequest
from shared.trips.service import TripService
from shared.trips.settings import TripSettings
from shared.trips.store import TripStore
from tests.support.people import make_trip, stop
from tests.support.rpcs import CountingClient

People = Callable[..., Session]


class LaterClock:
    """A clock that is ahead."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


class Death(BaseException):
    """The process ends here."""


class DyingPlans(PlanService):
    """Dies at its first submit: before it, or after it has committed."""

    def __init__(self, client: Client, *, committed: bool) -> None:
        super().__init__(PlanStore(client), SystemClock(), lambda _trip_id, _delay: None)
        self._committed = committed

    def submit(self, access: TripAccess, submission: Submission) -> Submitted:
        if self._committed:
            super().submit(access, submission)
        raise Death


def service(client: Client, clock: Clock) -> TripService:
    outbox = Outbox(client, clock)
    store = TripStore(client, outbox)
    return TripService(store, TripChanges(store, outbox, clock, RandomIds()), outbox, RandomIds(), CatalogueProvider())


def settings(client: Client, plans: PlanService | None = None, ahead: timedelta = timedelta()) -> TripSettings:
    clock = LaterClock(ahead)
    outbox = Outbox(client, clock)
    store = TripStore(client, outbox)
    living = PlanService(PlanStore(client), clock, lambda _trip_id, _delay: None)
    changes = TripChanges(store, outbox, clock, RandomIds())
    return TripSettings(store, changes, service(client, clock), plans or living)


def caller(session: Session) -> Caller:
    return Caller(session.uid, None, False, "Ana", None, False, {}, datetime.now(UTC))


def access(session: Session, trip_id: str) -> TripAccess:
    return TripAccess(caller(session), trip_id, Role.EDITOR)


def change(trip_id: str, version: int, start: str) -> UpdateTripRequest:
    told = {"tripId": trip_id, "version": version, "startDate": start}
    return UpdateTripRequest.model_validate(told, strict=False)


def dates_of(session: Session, trip_id: str) -> list[str]:
    plan = session.call("plan-get", tripId=trip_id)["plan"]
    return [day["date"] for _, day in sorted(plan["days"].items())]


@pytest.fixture
def trip(person: People) -> tuple[Session, str]:
    """Ana and her trip, with a day and a stop on it."""
    ana = person()
    trip_id = make_trip(ana, startDate="2027-04-02")
    day = {"p": ["days", "d"], "oi": {"date": "2027-04-02", "order": "a0"}}
    op = [day, {"p": ["stops", "s"], "oi": stop(ana, dayId="d")}]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
    return ana, trip_id


def die(trip: tuple[Session, str], database: Client, *, committed: bool) -> None:
    """Move the trip to May and die before the plan has followed, or before that was noted."""
    ana, trip_id = trip
    with pytest.raises(Death):
        settings(database, DyingPlans(database, committed=committed)).update(
            change(trip_id, 1, "2027-05-02"), access(ana, trip_id)
        )
    assert dates_of(ana, trip_id) == (["2027-05-02"] if committed else ["2027-04-02"])


@pytest.mark.parametrize("committed", [False, True])
def test_the_next_update_finishes_one_that_died(trip: tuple[Session, str], database: Client, committed: bool) -> None:
    ana, trip_id = trip
    die(trip, database, committed=committed)
    ana.call("trips-update", tripId=trip_id, version=2, startDate="2027-05-05")
    assert dates_of(ana, trip_id) == ["2027-05-05"]
    assert not list(database.collection("trips", trip_id, "moves").stream())


@pytest.mark.parametrize("committed", [False, True])
def test_the_sweep_finishes_an_update_that_died(trip: tuple[Session, str], database: Client, committed: bool) -> None:
    ana, trip_id = trip
    die(trip, database, committed=committed)
    moves = database.collection("trips", trip_id, "moves")
    settings(database).sweep()
    assert len(list(moves.stream())) == 1, "a young move may still be on its way"
    settings(database, ahead=timedelta(seconds=30)).sweep()
    assert dates_of(ana, trip_id) == ["2027-05-02"]
    assert not list(moves.stream())
    ops = database.collection("trips", trip_id, "plan", "current", "ops").stream()
    assert [op.get("src") for op in ops] == ["phone", f"trip:{trip_id}"]


def test_the_plan_of_a_deleted_trip_waits_for_it(trip: tuple[Session, str], database: Client) -> None:
    ana, trip_id = trip
    die(trip, database, committed=False)
    ana.call("trips-delete", tripId=trip_id)
    settings(database, ahead=timedelta(minutes=1)).sweep()
    ana.call("trips-restore", tripId=trip_id)
    settings(database, ahead=timedelta(days=2)).sweep()
    assert dates_of(ana, trip_id) == ["2027-05-02"]


def test_a_plan_that_cannot_follow_yet_does_not_keep_the_sweep_from_the_others(
    trip: tuple[Session, str], database: Client, person: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    die(trip, database, committed=False)
    _, waiting = trip
    stuck = make_trip(person("Zoe"))
    first = database.collection("trips", waiting, "moves").get()[0]
    longer = [[{"p": ["notes"], "od": "", "oi": "n" * 9_000}]]
    too_large = {
        "base": 0,
        "seq": 2,
        "by": "zoe",
        "ops": json.dumps(longer),
        "dueAt": first.get("dueAt") - timedelta(1),
    }
    database.document("trips", stuck, "moves", "0000000002").set(too_large)
    monkeypatch.setattr("shared.trips.settings.SWEEP_PAGE", 1)
    monkeypatch.setattr("shared.plan.limits.MAX_PLAN_BYTES", 5_000)
    later = settings(database, ahead=timedelta(seconds=30))
    assert (later.sweep(), later.sweep()) == (0, 1)
    monkeypatch.undo()
    assert settings(database, ahead=timedelta(hours=1)).sweep() == 1
    assert not list(database.collection("trips", stuck, "moves").stream())


def test_who_edits_while_the_dates_move_loses_nothing(trip: tuple[Session, str], database: Client) -> None:
    ana, trip_id = trip
    die(trip, database, committed=False)
    late: list[Any] = [{"p": ["stops", "late"], "oi": stop(ana, dayId="d", order="a1")}]
    ana.call("plan-submit", tripId=trip_id, base=1, src="phone", seq=1, ops=[late])
    settings(database, ahead=timedelta(seconds=30)).sweep()
    plan = ana.call("plan-get", tripId=trip_id)["plan"]
    assert (plan["days"]["d"]["date"], set(plan["stops"])) == ("2027-05-02", {"s", "late"})


def test_a_copy_that_died_half_way_is_completed_by_the_resend(trip: tuple[Session, str], database: Client) -> None:
    ana, trip_id = trip
    clock = SystemClock()
    outbox = Outbox(database, clock)
    changes = TripChanges(TripStore(database, outbox), outbox, clock, RandomIds())
    dying = TripCopying(changes, service(database, clock), settings(database), DyingPlans(database, committed=False))
    request = DuplicateTripRequest(trip_id=trip_id, request_id="request-1")
    with pytest.raises(Death):
        dying.duplicate(request, access(ana, trip_id))
    copied = ana.call("trips-duplicate", tripId=trip_id, requestId="request-1")["tripId"]
    assert set(ana.call("plan-get", tripId=copied)["plan"]["stops"]) == {"s"}


def test_a_copy_has_the_dates_that_the_plan_has_not_followed_yet(trip: tuple[Session, str], database: Client) -> None:
    ana, trip_id = trip
    die(trip, database, committed=False)
    copied = ana.call("trips-duplicate", tripId=trip_id, requestId="request-1")
    assert (copied["startDate"], dates_of(ana, copied["tripId"])) == ("2027-05-02", ["2027-05-02"])


@pytest.fixture
def client(cloud: LocalCloud) -> Iterator[CountingClient]:
    yield CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])


def test_round_trips(trip: tuple[Session, str], client: CountingClient) -> None:
    ana, trip_id = trip
    trips = service(client, SystemClock())
    with client.counted() as get:
        trips.get(access(ana, trip_id))
    with client.counted() as listed:
        assert trips.page(ListTripsRequest(), caller(ana))[0][0][0] == trip_id
    rename = UpdateTripRequest(trip_id=trip_id, version=1, name="Nara")
    with client.counted() as updated:
        settings(client).update(rename, access(ana, trip_id))
    assert get.methods == ["BatchGetDocuments"]
    assert listed.methods == ["RunQuery"]
    # One transaction; the last commit strikes the published event off the outbox.
    assert updated.methods == ["BeginTransaction", "BatchGetDocuments", "Commit", "Commit"]
