"""Reactions through real HTTP, and what the optimiser reads of them."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import CallError, Session
from shared import bootstrap
from shared.plan.service import PlanService
from shared.plan.store import PlanStore
from shared.reactions.models import Reaction
from shared.reactions.service import ReactionService
from shared.reactions.store import ReactionStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from tests.support.people import make_trip, stop
from tests.support.rpcs import CountingClient

People = Callable[..., Session]


def trip_with_stop(ana: Session, *others: tuple[Session, str]) -> str:
    trip_id = make_trip(ana, *others)
    op = [{"p": ["stops", "s1"], "oi": stop(ana)}]
    ana.call("plan-submit", tripId=trip_id, base=0, src="phone", seq=0, ops=[op])
    return trip_id


def react(session: Session, trip_id: str, reaction: str | None, stop_id: str = "s1") -> Any:
    return session.call("reactions-set", tripId=trip_id, stopId=stop_id, reaction=reaction)


def test_everybody_reacts_at_once_and_nobody_overwrites_another(person: People, database: Client) -> None:
    people = [person() for _ in range(10)]
    ana = people[0]
    trip_id = trip_with_stop(ana, *((session, "voter") for session in people[1:]))
    chosen = [list(Reaction)[index % 5] for index in range(len(people))]
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda pair: react(pair[0], trip_id, pair[1]), zip(people, chosen, strict=True)))
    expected = {session.uid: reaction for session, reaction in zip(people, chosen, strict=True)}
    stored = database.document("trips", trip_id, "reactions", "s1").get().to_dict() or {}
    assert stored["byUid"] == expected
    assert bootstrap.reactions().scores(trip_id) == {"s1": expected}


def test_a_reaction_is_changed_and_taken_back_also_from_a_stop_that_is_gone(person: People) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = trip_with_stop(ana, (ben, "voter"))
    react(ana, trip_id, "must")
    react(ben, trip_id, "veto")
    assert react(ben, trip_id, "fine") == {"stopId": "s1", "reaction": "fine"}
    ana.call("plan-submit", tripId=trip_id, base=1, src="phone", seq=1, ops=[[{"p": ["stops", "s1"], "od": stop(ana)}]])
    assert react(ana, trip_id, None) == {"stopId": "s1", "reaction": None}
    assert bootstrap.reactions().scores(trip_id) == {"s1": {ben.uid: Reaction.FINE}}


def test_whoever_left_counts_no_more(person: People, database: Client) -> None:
    ana, ben = person("Ana"), person("Ben")
    trip_id = trip_with_stop(ana, (ben, "voter"))
    react(ben, trip_id, "must")
    database.document("trips", trip_id).update({"roles": {ana.uid: "owner"}})
    assert bootstrap.reactions().scores(trip_id) == {}


def test_who_may_not_and_what_makes_no_sense(person: People) -> None:
    ana, vic, stranger = person("Ana"), person("Vic"), person("Olga")
    trip_id = trip_with_stop(ana, (vic, "viewer"))
    for session, fields, reason in [
        (vic, {"reaction": "must"}, "ROLE_TOO_LOW"),
        (vic, {"reaction": None}, "ROLE_TOO_LOW"),
        (stranger, {"reaction": "must"}, "TRIP_NOT_FOUND"),
        (ana, {"reaction": "must", "stop_id": "none"}, "STOP_NOT_FOUND"),
        (ana, {"reaction": "meh"}, "INVALID_REQUEST"),
        (ana, {"reaction": "must", "stop_id": "__proto__"}, "INVALID_REQUEST"),
    ]:
        with pytest.raises(CallError) as refused:
            react(session, trip_id, **fields)
        assert refused.value.reason == reason


def test_a_reaction_takes_two_reads_side_by_side_and_a_write(person: People, database: Client) -> None:
    ana = person("Ana")
    trip_id = trip_with_stop(ana)
    client = CountingClient(database.project, os.environ["FIRESTORE_EMULATOR_HOST"])
    clock = SystemClock()
    plans = PlanService(PlanStore(client), clock, lambda _trip_id, _delay: None)
    reactions = ReactionService(ReactionStore(client), plans, clock)
    caller = Caller(ana.uid, None, False, None, None, False, {}, datetime.now(UTC))
    access = TripAccess(caller, trip_id, Role.VOTER)
    plans.read(access)
    with client.counted() as calls:
        reactions.react(access, "s1", Reaction.LOVE)
    *reads, write = calls.methods
    assert (sorted(reads), write) == (["BatchGetDocuments", "RunQuery"], "Commit")
