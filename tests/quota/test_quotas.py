"""Quotas: exact, idempotent, and small in documents and round trips."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from emulator.testing import LocalCloud
from shared.quota.models import Cost
from shared.quota.service import Quotas
from shared.quota.store import QuotaStore
from shared.runtime.errors import ResourceExhausted
from shared.runtime.ids import RandomIds
from shared.runtime.registry import DailyLimit
from tests.support.rpcs import CountingClient

NO_LIMIT = DailyLimit(None, None)
NOON = datetime(2027, 4, 2, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(cloud: LocalCloud) -> CountingClient:
    return CountingClient("demo-travvy", cloud.address("firestore"))


@pytest.fixture
def quotas(client, clock) -> Quotas:
    return Quotas(QuotaStore(client), clock, costs=NO_LIMIT)


@pytest.fixture
def ana() -> str:
    return RandomIds().new()


@pytest.fixture
def trip() -> str:
    return RandomIds().new()


def refusal(call: Callable[[], object]) -> ResourceExhausted:
    with pytest.raises(ResourceExhausted) as refused:
        call()
    assert refused.value.reason == "QUOTA_EXCEEDED"
    return refused.value


def test_a_refusal_says_what_is_used_up_and_until_when(quotas, ana, trip):
    limit = DailyLimit(person=3, trip=100)
    quotas.spend(ana, trip, "generations", 2, limit, key="one")
    assert quotas.remaining(ana, trip, "generations", limit).person == 1
    refused = refusal(lambda: quotas.spend(ana, trip, "generations", 2, limit, key="two"))
    assert refused.metadata == {
        "what": "generations",
        "scope": "person",
        "limit": 3,
        "used": 2,
        "resetsAt": "2027-04-03T00:00:00+00:00",
    }
    assert refused.retry_after == 12 * 3600
    quotas.spend(ana, trip, "generations", 1, limit, key="three")
    quotas.spend(ana, trip, "images", 3, limit, key="three")


def test_a_trip_has_a_limit_of_its_own(quotas, ana, trip):
    limit = DailyLimit(person=None, trip=2)
    for uid in (ana, "ben"):
        quotas.spend(uid, trip, "generations", 1, limit, key="one")
    assert refusal(lambda: quotas.spend("cleo", trip, "generations", 1, limit, key="one")).metadata["scope"] == "trip"
    assert quotas.remaining("cleo", trip, "generations", limit).trip == 0
    quotas.spend("cleo", "other-trip", "generations", 1, limit, key="one")
    quotas.spend("cleo", None, "generations", 1, limit, key="two")


def test_the_same_work_is_charged_once_even_after_midnight(quotas, clock, ana, trip):
    limit = DailyLimit(person=1, trip=1)
    assert not quotas.spend(ana, trip, "generations", 1, limit, key="job").replayed
    clock.time += timedelta(hours=13)
    assert quotas.spend(ana, trip, "generations", 1, limit, key="job").replayed
    assert quotas.remaining(ana, trip, "generations", limit).person == 1
    assert not quotas.spend(ana, trip, "generations", 1, limit, key="next").replayed


def test_a_refund_gives_back_to_the_day_it_was_taken_from(quotas, clock, ana, trip):
    limit = DailyLimit(person=5, trip=5)
    quotas.spend(ana, trip, "generations", 5, limit, key="job")
    clock.time += timedelta(days=1)
    assert quotas.refund(ana, "generations", key="job")
    assert not quotas.refund(ana, "generations", key="job"), "once"
    assert quotas.remaining(ana, trip, "generations", limit).person == 5
    clock.time -= timedelta(days=1)
    assert quotas.remaining(ana, trip, "generations", limit).person == 5
    assert not quotas.spend(ana, trip, "generations", 5, limit, key="job").replayed, "what was refunded is charged anew"


def test_fifty_at_once_get_exactly_what_there_is(quotas, ana, trip):
    limit = DailyLimit(person=20, trip=100)

    def spend(number: int) -> bool:
        try:
            quotas.spend(ana, trip, "generations", 1, limit, key=f"call-{number}")
        except ResourceExhausted:
            return False
        return True

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(spend, range(50))) == 20
    assert quotas.today(ana, trip)[1].used == {"generations": 20}


def test_fifty_retries_of_one_call_are_one_charge(quotas, ana, trip):
    with ThreadPoolExecutor(50) as pool:
        charges = list(
            pool.map(lambda _: quotas.spend(ana, trip, "generations", 1, DailyLimit(1, 1), key="same"), range(50))
        )
    assert sum(not charge.replayed for charge in charges) == 1


def test_costs_are_summed_once_for_each_piece_of_work(quotas, ana, trip):
    with ThreadPoolExecutor(20) as pool:
        added = pool.map(lambda n: quotas.record(ana, trip, Cost(10, 3, 7), key=f"call-{n // 2}"), range(40))
        assert sum(added) == 20
    for account in quotas.today(ana, trip):
        assert (account.costs.input_tokens, account.costs.output_tokens, account.costs.micro_usd) == (200, 60, 140)


def test_nothing_begins_once_the_days_money_is_spent(client, clock, ana, trip):
    quotas = Quotas(QuotaStore(client), clock, costs=DailyLimit(person=1000, trip=None))
    quotas.spend(ana, trip, "generations", 1, NO_LIMIT, key="one")
    quotas.record(ana, trip, Cost(micro_usd=1000), key="one")
    refused = refusal(lambda: quotas.spend(ana, trip, "generations", 1, NO_LIMIT, key="two"))
    assert (refused.metadata["what"], refused.metadata["limit"], refused.metadata["used"]) == ("costs", 1000, 1000)
    assert quotas.spend(ana, trip, "generations", 1, NO_LIMIT, key="one").replayed, "what has begun may end"


def test_a_deployment_has_limits_of_its_own(client, clock, ana, trip):
    quotas = Quotas(QuotaStore(client), clock, costs=NO_LIMIT, limits={"generations": DailyLimit(0, None)})
    refusal(lambda: quotas.spend(ana, trip, "generations", 1, DailyLimit(30, 100), key="one"))


def test_round_trips_documents_and_expiry(quotas, client, ana, trip):
    with client.counted() as spent:
        quotas.spend(ana, trip, "generations", 1, DailyLimit(30, 100), key="one")
    assert spent.methods == ["BeginTransaction", "BatchGetDocuments", "Commit"]
    with client.counted() as recorded:
        quotas.record(ana, trip, Cost(1, 1, 1), key="one")
    assert recorded.methods == ["Commit"]
    with client.counted() as looked:
        quotas.today(ana, trip)
    assert looked.methods == ["BatchGetDocuments"]
    day = NOON.date().isoformat()
    for name in (f"user_{ana}_{day}", f"trip_{trip}_{day}"):
        found = client.document("quotas", name).get().to_dict()
        assert found["expiresAt"] > NOON + timedelta(days=40)
