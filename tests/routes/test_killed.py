"""A route job that dies anywhere is carried on, offers its route once, and costs Firestore what is counted here."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.jobs.models import JobState
from shared.jobs.service import JobService
from shared.jobs.store import JobStore
from shared.places.catalogue import CatalogueProvider
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.proposals.service import ProposalService
from shared.proposals.store import ProposalStore
from shared.routes.asking import RouteAsking
from shared.routes.requests import RoutePlanRequest
from shared.routes.service import RouteService
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from shared.trips.service import TripService
from shared.trips.store import TripStore
from shared.users.asking import Asker
from shared.users.service import UserService
from shared.users.store import UserStore
from tests.routes.conftest import WISHES
from tests.support.deaths import Fate
from tests.support.people import make_trip
from tests.support.rpcs import CountingClient

CHANGE = ["BeginTransaction", "BatchGetDocuments", "Commit"]


class Worker:
    """Everything that a route job needs, in this process, with a client that counts."""

    def __init__(self, client: CountingClient, session: Session, trip_id: str) -> None:
        clock, ids = SystemClock(), RandomIds()
        self.client = client
        self.trip_id = trip_id
        caller = Caller(session.uid, None, False, None, None, False, {}, datetime.now(UTC))
        self.access = TripAccess(caller, trip_id, Role.EDITOR)
        self.plans = PlanService(PlanStore(client), clock, lambda _trip_id, _delay: None)
        self.proposals = ProposalService(ProposalStore(client), self.plans, clock, ids)
        self.jobs = JobService(JobStore(client), clock, ids, lambda *_: None)
        outbox, changes = bootstrap.outbox(), bootstrap.trip_changes()
        self.trips = TripService(TripStore(client, outbox), changes, outbox, ids, CatalogueProvider())
        self.users = UserService(UserStore(client), clock)
        self.asking = RouteAsking(self.trips, self.jobs, bootstrap.route_maker(), Asker(self.users.preferences))

    def run(self, job_id: str, attempt: int) -> None:
        maker = bootstrap.route_maker()
        profiles = self.users.preferences
        service = RouteService(self.trips, self.plans, self.proposals, self.jobs, maker, profiles, seconds=20)
        service.run(self.trip_id, job_id, f"task#{attempt}")


@pytest.fixture
def worker(cloud: LocalCloud, person: Callable[..., Session]) -> Worker:
    client = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    ana = person()
    return Worker(client, ana, make_trip(ana))


def test_killed_at_every_call_it_offers_its_route_once(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    request = RoutePlanRequest.model_validate({"tripId": worker.trip_id, **WISHES}, strict=False)
    job_id, _ = worker.asking.ask(worker.access, request, "killed-often-1")
    monkeypatch.setattr("shared.jobs.rules.MAX_ATTEMPTS", 100)
    fate = Fate(
        monkeypatch,
        (JobStore, "change"),
        (JobStore, "keep_stage_output"),
        (PlanService, "read"),
        (ProposalStore, "create"),
    )
    assert fate.until_one_survives(lambda attempt: worker.run(job_id, attempt)) > 6
    job = worker.jobs.get(worker.access, job_id)
    assert job.state == JobState.DONE and job.result is not None
    proposals = [found.id for found in worker.client.collection("trips", worker.trip_id, "proposals").stream()]
    assert proposals == [job.result["proposal"]]
    assert worker.plans.read(worker.access).version == 0


def test_asking_costs_two_reads_at_once_and_a_write(worker: Worker) -> None:
    request = RoutePlanRequest.model_validate({"tripId": worker.trip_id, **WISHES}, strict=False)
    with worker.client.counted() as calls:
        job_id, _ = worker.asking.ask(worker.access, request, "counted-0001")
    # The trip and, side by side, the profile.
    assert calls.methods == ["BatchGetDocuments", "BatchGetDocuments", "Commit"]
    with worker.client.counted() as calls:
        worker.run(job_id, 1)
    read = ["BatchGetDocuments", "RunQuery"]
    # The claim, two stages told, the offer told, the end; a busy machine renews the lease in between.
    changes = calls.methods.count("BeginTransaction") * CHANGE
    assert len(changes) >= 5 * len(CHANGE)
    stage = ["BatchGetDocuments", "BatchGetDocuments", *read, "Commit"]
    propose = [*read, "Commit"]
    assert sorted(calls.methods) == sorted([*changes, *stage, *propose])
