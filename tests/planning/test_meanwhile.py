"""What others do while a planning job runs, and what dies in the middle of it. In this process, on the real cloud."""

import os
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.assistant.settings import SearchEffort
from shared.jobs.service import JobService
from shared.jobs.store import JobStore
from shared.money import reference_rates
from shared.places.catalogue import CatalogueProvider
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.planning.asking import PlanningAsking
from shared.planning.requests import Hours, OneDay, Optimise, Order
from shared.planning.service import Areas, PlanningService
from shared.planning.solving import Solver
from shared.proposals.service import ProposalService
from shared.proposals.store import ProposalStore
from shared.reactions.service import ReactionService
from shared.reactions.store import ReactionStore
from shared.reactions.wishes import GroupWishes
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from shared.trips.access import member_names
from shared.trips.service import TripService
from shared.trips.store import TripStore
from shared.users.asking import Asker
from shared.users.service import UserService
from shared.users.store import UserStore
from tests.planning.conftest import Kyoto, days_of, make_kyoto
from tests.support.deaths import Life, MortalClient
from tests.support.rpcs import CountingClient

EFFORT = SearchEffort(iterations=20, seconds=20)
MONDAY = Optimise(scope=OneDay(day="d1"), deliver="apply")


def areas_on(client: Client) -> Areas:
    clock, ids = SystemClock(), RandomIds()
    plans = PlanService(PlanStore(client), clock, lambda _trip_id, _delay: None)
    trips = TripService(
        TripStore(client, bootstrap.outbox()), bootstrap.trip_changes(), bootstrap.outbox(), ids, CatalogueProvider()
    )
    reactions = ReactionService(ReactionStore(client), plans, clock)
    users = UserService(UserStore(client), clock)
    wishes = GroupWishes(reactions, lambda trip_id, uids: member_names(client, trip_id, uids), users.preferences)
    jobs = JobService(JobStore(client), clock, ids, lambda *_: None)
    return Areas(trips, plans, ProposalService(ProposalStore(client), plans, clock, ids), wishes, jobs)


def planning_on(client: Client, during: Callable[[], None] = lambda: None) -> PlanningService:
    """Planning whose solver calls `during` while it searches."""

    def solver(check: Callable[[], None]) -> Solver:
        def both() -> None:
            check()
            during()

        return Solver(CatalogueProvider(), reference_rates(), EFFORT, both)

    return PlanningService(areas_on(client), CatalogueProvider(), SystemClock(), solver)


def access(session: Session, trip_id: str) -> TripAccess:
    caller = Caller(session.uid, None, False, None, None, False, {}, SystemClock().now())
    return TripAccess(caller, trip_id, Role.EDITOR)


def queued(kyoto: Kyoto, order: Order = MONDAY) -> str:
    """A job that waits for a worker of ours."""
    asking = PlanningAsking(bootstrap.trips(), areas_on(kyoto.database).jobs, bootstrap.asker())
    return asking.ask(access(kyoto.ana, kyoto.trip_id), "optimise", order, None)[0]


def version(kyoto: Kyoto) -> int:
    found: int = kyoto.ana.call("plan-get", tripId=kyoto.trip_id)["version"]
    return found


def once(work: Callable[[], Any]) -> Callable[[], None]:
    done = threading.Event()

    def run() -> None:
        if not done.is_set():
            done.set()
            work()

    return run


def run(kyoto: Kyoto, job_id: str, during: Callable[[], Any] = lambda: None) -> dict[str, Any]:
    planning_on(kyoto.database, once(during)).run(kyoto.trip_id, job_id, "task#0")
    return kyoto.ended(job_id)


def test_an_edit_of_something_else_is_kept_beside_the_result(kyoto: Kyoto) -> None:
    base = version(kyoto)
    note = {"p": ["stops", "inari", "notes"], "t": "text-unicode", "o": ["at dawn"]}
    job = run(kyoto, queued(kyoto), lambda: kyoto.edit(kyoto.ana, note, base=base, src="laptop"))
    assert (job["result"]["delivered"], job["result"]["version"]) == ("apply", base + 2)
    plan = kyoto.plan()
    assert plan["stops"]["inari"]["notes"] == "at dawn"
    assert days_of(plan)["d1"] != ["inari", "kinkaku", "tofuku", "ryoan"]


def test_a_stop_that_somebody_moves_meanwhile_stays_where_they_put_it(kyoto: Kyoto) -> None:
    base = version(kyoto)
    mine = [
        {"p": ["stops", "kinkaku", "dayId"], "od": "d1", "oi": "d3"},
        {"p": ["stops", "kinkaku", "at"], "od": "12:00", "oi": "11:11"},
    ]
    job = run(kyoto, queued(kyoto), lambda: kyoto.edit(kyoto.ana, *mine, base=base, src="laptop"))
    kept = kyoto.plan()["stops"]["kinkaku"]
    assert (kept["dayId"], kept["at"]) == ("d3", "11:11")
    assert job["result"]["delivered"] in ("apply", "nothing")
    assert "plans-1" in {one.id for one in stages(kyoto, job)}, "it was planned once more"


def test_a_stop_that_is_deleted_meanwhile_stays_deleted(kyoto: Kyoto) -> None:
    base = version(kyoto)
    gone = {"p": ["stops", "kinkaku"], "od": kyoto.plan()["stops"]["kinkaku"]}
    job = run(kyoto, queued(kyoto), lambda: kyoto.edit(kyoto.ana, gone, base=base, src="laptop"))
    assert job["state"] == "done" and "kinkaku" not in kyoto.plan()["stops"]


def test_a_lone_stop_that_is_deleted_meanwhile_leaves_nothing_to_do(kyoto: Kyoto) -> None:
    """Once planned, it is gone: the second look finds nothing to plan."""
    base = version(kyoto)
    late = {"p": ["stops", "castle", "at"], "od": "10:00", "oi": "23:00"}
    kyoto.edit(kyoto.ana, late, base=base, seq=1)
    gone = {"p": ["stops", "castle"], "od": kyoto.plan()["stops"]["castle"]}
    job_id = queued(kyoto, Optimise(scope=OneDay(day="d2"), deliver="apply", ideas=False))
    job = run(kyoto, job_id, lambda: kyoto.edit(kyoto.ana, gone, base=base + 1, src="laptop"))
    assert (job["state"], job["result"]["delivered"]) == ("done", "nothing")
    assert version(kyoto) == base + 2


def test_a_day_that_is_deleted_meanwhile_gets_nothing(kyoto: Kyoto) -> None:
    base = version(kyoto)
    gone = {"p": ["days", "d1"], "od": kyoto.plan()["days"]["d1"]}
    before = kyoto.plan()["stops"]
    job = run(kyoto, queued(kyoto), lambda: kyoto.edit(kyoto.ana, gone, base=base, src="laptop"))
    assert (job["state"], job["error"]["reason"]) == ("failed", "DAY_NOT_FOUND")
    assert kyoto.plan()["stops"] == before


def test_hours_that_somebody_gives_the_day_meanwhile_are_seen_before_the_order_replaces_them(kyoto: Kyoto) -> None:
    base = version(kyoto)
    mine = {"p": ["days", "d1", "start"], "oi": "11:00"}
    hours = {"d1": Hours.model_validate({"from": "10:00", "to": "20:00"})}
    job_id = queued(kyoto, MONDAY.model_copy(update={"hours": hours}))
    job = run(kyoto, job_id, lambda: kyoto.edit(kyoto.ana, mine, base=base, src="laptop"))
    assert job["result"]["delivered"] == "apply"
    assert "plans-1" in {one.id for one in stages(kyoto, job)}, "it was planned once more"
    assert kyoto.plan()["days"]["d1"]["start"] == "10:00"


def test_hours_of_an_order_and_an_edit_of_something_else_are_both_kept(kyoto: Kyoto) -> None:
    base = version(kyoto)
    note = {"p": ["days", "d1", "notes"], "t": "text-unicode", "o": ["Bring water"]}
    hours = {"d1": Hours.model_validate({"from": "10:00", "to": "20:00"})}
    job_id = queued(kyoto, MONDAY.model_copy(update={"hours": hours}))
    job = run(kyoto, job_id, lambda: kyoto.edit(kyoto.ana, note, base=base, src="laptop"))
    day = kyoto.plan()["days"]["d1"]
    assert (job["result"]["version"], day["start"], day["notes"]) == (base + 2, "10:00", "Bring water")


def test_who_keeps_moving_things_gets_a_proposal(kyoto: Kyoto) -> None:
    """Each time the solver searches, somebody gives the same stop another time: the job asks instead of fighting."""
    seen = {"edits": 0}

    def disturb() -> None:
        kept = len(list(kyoto.database.collection("trips", kyoto.trip_id, "jobs", job_id, "stages").stream()))
        if seen["edits"] > kept // 2:
            return
        seen["edits"] += 1
        current = kyoto.plan()["stops"]["kinkaku"]["at"]
        new = f"12:0{seen['edits']}"
        move = {"p": ["stops", "kinkaku", "at"], "od": current, "oi": new}
        kyoto.edit(kyoto.ana, move, base=version(kyoto), src="laptop", seq=seen["edits"])

    job_id = queued(kyoto)
    planning_on(kyoto.database, disturb).run(kyoto.trip_id, job_id, "task#0")
    job = kyoto.ended(job_id)
    assert (job["state"], job["result"]["delivered"]) == ("done", "proposal")
    assert kyoto.plan()["stops"]["kinkaku"]["at"] == "12:02"
    kyoto.ana.call("proposals-accept", tripId=kyoto.trip_id, proposalId=job["result"]["proposals"][0])


def stages(kyoto: Kyoto, job: dict[str, Any]) -> list[Any]:
    found = kyoto.database.collection("trips", kyoto.trip_id, "jobs").stream()
    job_id = next(one.id for one in found if (one.to_dict() or {})["createdAt"] == job["createdAt"])
    return list(kyoto.database.collection("trips", kyoto.trip_id, "jobs", job_id, "stages").stream())


def test_a_trip_that_is_deleted_meanwhile_ends_the_job(kyoto: Kyoto) -> None:
    trip = kyoto.database.document("trips", kyoto.trip_id)
    job = run(kyoto, queued(kyoto), lambda: trip.update({"deletedAt": SystemClock().now()}))
    assert (job["state"], job["error"]["reason"]) == ("failed", "TRIP_NOT_FOUND")


def test_whoever_lost_the_right_to_edit_changes_nothing(person: Callable[..., Session], database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    kyoto = make_kyoto(ana, database, (ben, "editor"))
    asking = PlanningAsking(bootstrap.trips(), areas_on(database).jobs, bootstrap.asker())
    job_id, _ = asking.ask(access(ben, kyoto.trip_id), "optimise", MONDAY, None)
    base = version(kyoto)
    demote = {f"roles.{ben.uid}": "viewer"}
    job = run(kyoto, job_id, lambda: database.document("trips", kyoto.trip_id).update(demote))
    assert (job["state"], job["error"]["reason"], version(kyoto)) == ("failed", "ROLE_TOO_LOW", base)


@pytest.mark.parametrize("deliver", ["apply", "proposal"])
def test_killed_after_any_call_it_completes_once(deliver: str, kyoto: Kyoto, cloud: LocalCloud) -> None:
    order = MONDAY.model_copy(update={"deliver": deliver})
    start, first = kyoto.plan(), version(kyoto)
    calls = 1
    while True:
        job_id = queued(kyoto, order)
        with closing(MortalClient(cloud.project, Life(calls))) as mortal:
            died = mortal.life.dies(lambda: planning_on(mortal).run(kyoto.trip_id, job_id, "task#0"))  # noqa: B023
        planning_on(kyoto.database).run(kyoto.trip_id, job_id, "task#1")
        job = kyoto.ended(job_id)
        assert (job["state"], job["result"]["delivered"]) == ("done", deliver), calls
        proposals = list(kyoto.database.collection("trips", kyoto.trip_id, "proposals").stream())
        if deliver == "apply":
            assert version(kyoto) == first + 1, calls
            kyoto.ana.call("plan-restore", tripId=kyoto.trip_id, version=first, src="laptop", seq=calls)
            first = version(kyoto)
            assert kyoto.plan() == start
        else:
            assert (len(proposals), version(kyoto)) == (calls, first)
        if not died:
            break
        calls += 1
    assert calls > 12, "it was killed at every call of the work"


def test_the_calls_of_a_job_are_few_and_fixed(kyoto: Kyoto, cloud: LocalCloud) -> None:
    client = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    asker = Asker(UserService(UserStore(client), SystemClock()).preferences)
    asking = PlanningAsking(areas_on(client).trips, areas_on(client).jobs, asker)
    with client.counted() as asked:
        job_id, _ = asking.ask(access(kyoto.ana, kyoto.trip_id), "optimise", MONDAY, None)
    # The trip and, side by side, the profile.
    assert (asked.in_a_row, asked.methods) == (2, ["BatchGetDocuments", "BatchGetDocuments", "Commit"])
    with client.counted() as worked:
        planning_on(client).run(kyoto.trip_id, job_id, "task#0")
    assert kyoto.ended(job_id)["state"] == "done"
    counts = {method: worked.methods.count(method) for method in set(worked.methods)}
    # On a busy machine the lease is renewed in between: a transaction each time.
    renewed = counts["BeginTransaction"] - 4
    expected = {"BeginTransaction": 4, "BatchGetDocuments": 13, "Commit": 7}
    assert counts == {**{method: count + renewed for method, count in expected.items()}, "RunQuery": 4}
