"""What a group wants, as generation and planning read it: names, profiles, reactions; few reads; nothing leaks."""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.reactions.models import Reaction
from shared.reactions.service import ReactionService
from shared.reactions.store import ReactionStore
from shared.reactions.wishes import GroupWishes
from shared.runtime.clock import SystemClock
from shared.trips.access import member_names
from shared.users.service import UserService
from shared.users.store import UserStore
from shared.words import say
from tests.support.people import make_trip, stop
from tests.support.rpcs import CountingClient
from tests.support.waiting import eventually

People = Callable[..., Session]
BEN_TOLD: dict[str, Any] = {
    "pace": "slow",
    "interests": ["museum"],
    "diet": ["vegan", "glutenFree", "shellfishFree"],
    "mobility": {"maxWalkMetres": 813, "stepFree": True},
    "budgetLevel": "low",
}


def tell(session: Session, fields: dict[str, Any]) -> None:
    version = session.call("users-get")["version"]
    session.call("users-update", version=version, **fields)


def ended(database: Client, trip_id: str, asked: dict[str, Any]) -> dict[str, Any] | None:
    """The job, once it has ended."""
    found = database.document("trips", trip_id, "jobs", asked["jobId"]).get().to_dict() or {}
    return found if found["state"] in ("done", "failed") else None


@pytest.fixture
def trip(person: People) -> tuple[str, Session, Session]:
    ana, ben = person("Ana"), person("Ben")
    trip_id = make_trip(ana, (ben, "voter"), destinations=["Kyoto"])
    for session in (ana, ben):
        session.call("auth-session")
    tell(ben, BEN_TOLD)
    op = [{"p": ["stops", "s1"], "oi": stop(ana, "Shogunzuka", placeId="kyoto/shogunzuka")}]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
    ana.call("reactions-set", tripId=trip_id, stopId="s1", reaction="must")
    return trip_id, ana, ben


def test_names_profiles_and_reactions_come_together(trip: tuple[str, Session, Session]) -> None:
    trip_id, ana, ben = trip
    group = bootstrap.group_wishes().read(trip_id, [ana.uid, ben.uid])
    told = {one.uid: one for one in group.travellers}
    assert (told[ana.uid].name, told[ana.uid].interests) == ("Ana", ())
    assert (told[ben.uid].pace, told[ben.uid].walk_metres, told[ben.uid].thrifty) == ("relaxed", 813, True)
    assert (told[ben.uid].diet, told[ben.uid].avoids) == (("vegan", "gluten-free"), ("hike", "seafood"))
    assert group.reactions == {"s1": {ana.uid: Reaction.MUST}}


def test_a_high_budget_and_a_time_zone_come_along(trip: tuple[str, Session, Session]) -> None:
    trip_id, ana, ben = trip
    tell(ana, {"budgetLevel": "high", "timeZone": "Asia/Tokyo"})
    group = bootstrap.group_wishes().read(trip_id, [ana.uid, ben.uid])
    assert [(one.thrifty, one.lavish) for one in group.travellers] == [(False, True), (True, False)]
    assert (group.time_zone(ana.uid), group.time_zone(ben.uid)) == ("Asia/Tokyo", None)


def test_it_takes_four_reads(trip: tuple[str, Session, Session], cloud: LocalCloud) -> None:
    trip_id, ana, ben = trip
    client = CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    plans = PlanService(PlanStore(client), SystemClock(), lambda _trip_id, _delay: None)
    reactions = ReactionService(ReactionStore(client), plans, SystemClock())
    users = UserService(UserStore(client), SystemClock())
    wishes = GroupWishes(reactions, lambda trip_id, uids: member_names(client, trip_id, uids), users.preferences)
    with client.counted() as calls:
        wishes.read(trip_id, [ana.uid, ben.uid])
    assert sorted(calls.methods) == ["BatchGetDocuments"] * 3 + ["RunQuery"]


def test_a_wish_without_a_language_is_answered_in_that_which_its_asker_prefers(
    trip: tuple[str, Session, Session], database: Client
) -> None:
    trip_id, ana, _ = trip
    tell(ana, {"language": "it"})
    asked = ana.call("ai-generate", tripId=trip_id, request="Kyoto 2")
    assert asked["message"] == say("it", "waiting")
    job = eventually(lambda: ended(database, trip_id, asked))
    assert job["state"] == "done" and job["message"].startswith("Giorni: "), job
    english = ana.call("ai-generate", tripId=trip_id, request="Two days in Kyoto in early April")
    assert english["message"] == say("en", "waiting")


def test_a_plan_keeps_to_what_profiles_say_and_tells_nobody(
    trip: tuple[str, Session, Session], database: Client
) -> None:
    trip_id, ana, ben = trip
    asked = ana.call("ai-generate", tripId=trip_id, request="Two days in Kyoto in early April")
    job = eventually(lambda: ended(database, trip_id, asked))
    assert job["state"] == "done", job
    walks = [leg["metres"] for legs in job["result"]["legs"].values() for leg in legs if leg["mode"] == "walk"]
    assert walks and max(walks) <= 813
    plan = ana.call("plan-get", tripId=trip_id)["plan"]
    assert plan["stops"]["s1"]["dayId"] in plan["days"]
    starts = {day["start"] for day in plan["days"].values()}
    assert min(starts) >= "10:00", "days begin as late as the slowest wants"
    said = json.dumps(job["result"]) + job["message"]
    assert not [word for word in ("vegan", "813", "slow", "stepFree", "budgetLevel", "Ben") if word in said]
    assert "Not every diet in your group can be checked: ask in each restaurant." in job["result"]["compromises"]
    assert {one["uid"] for one in job["result"]["satisfaction"]} == {ana.uid, ben.uid}
