"""What polls cost Firestore, asserted because it does not depend on the machine."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from clients.python.session import Session
from emulator.testing import LocalCloud
from shared import bootstrap
from shared.polls.service import PollService
from shared.polls.store import PollStore
from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.clock import SystemClock
from shared.runtime.ids import RandomIds
from tests.support.people import make_trip
from tests.support.rpcs import CountingClient


@pytest.fixture
def client(cloud: LocalCloud) -> CountingClient:
    return CountingClient(cloud.project, os.environ["FIRESTORE_EMULATOR_HOST"])


def test_a_vote_is_one_transaction_and_a_look_two_reads(person: Callable[..., Session], client: CountingClient) -> None:
    ana = person()
    trip_id = make_trip(ana)
    options = [{"text": "Ramen"}, {"text": "Sushi"}]
    asked = ana.call("polls-create", tripId=trip_id, title="Dinner?", kind="single", options=options)
    caller = Caller(ana.uid, None, False, None, None, False, {}, datetime.now(UTC))
    access = TripAccess(caller, trip_id, Role.VOTER)
    outbox = bootstrap.outbox()
    polls = PollService(
        PollStore(client, outbox), bootstrap.plans(), outbox, SystemClock(), RandomIds(), lambda *_: None
    )
    with client.counted() as vote:
        polls.vote(access, asked["pollId"], ["o1"], None)
    assert (vote.in_a_row, vote.methods) == (3, ["BeginTransaction", "BatchGetDocuments", "Commit"])
    with client.counted() as look:
        _, result, _ = polls.get(access, asked["pollId"])
    assert sorted(look.methods) == ["BatchGetDocuments", "RunQuery"]
    assert result.winners == ("o1",)
