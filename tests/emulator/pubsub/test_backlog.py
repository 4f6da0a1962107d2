"""One subscription's messages, with a clock that the test advances: leases, back-off, order, retention."""

from __future__ import annotations

from typing import Any

import pytest
from google.pubsub_v1 import types

from emulator.common.times import duration, timestamp
from emulator.pubsub.backlog import Backlog, Delivery, Holder
from emulator.pubsub.limits import complete_subscription
from tests.support.moving_time import UnixTime


@pytest.fixture
def clock() -> UnixTime:
    return UnixTime()


def made(clock: UnixTime, *messages: str, **fields: Any) -> Backlog:
    """A backlog with messages given as `id` or `key/id`."""
    name = "projects/p/subscriptions/sub"
    resource = types.Subscription.pb(types.Subscription(name=name, topic="projects/p/topics/top", **fields))
    complete_subscription(resource)
    backlog = Backlog(resource, clock)
    for message in messages:
        put(backlog, clock, message)
    return backlog


def put(backlog: Backlog, clock: UnixTime, message: str) -> None:
    key, _, message_id = message.rpartition("/")
    made_message = types.PubsubMessage.pb(types.PubsubMessage(data=b"xyz", message_id=message_id, ordering_key=key))
    made_message.publish_time.CopyFrom(timestamp(clock.time))
    backlog.add(made_message)


def lease(backlog: Backlog, limit: int = 100, holder: Holder | None = None) -> list[Delivery]:
    return backlog.lease(limit, 10, holder or Holder())


def ids(deliveries: list[Delivery]) -> list[str]:
    return [delivery.message_id for delivery in deliveries]


def test_messages_go_out_in_order_and_once(clock: UnixTime) -> None:
    backlog = made(clock, "1", "2", "3")
    assert ids(lease(backlog, 2)) == ["1", "2"]
    assert ids(lease(backlog)) == ["3"]
    assert ids(lease(backlog)) == []
    assert backlog.until_ready() is None
    assert backlog.until_overdue() == 10


def test_a_missed_deadline_counts_as_a_failure_and_brings_the_message_back(clock: UnixTime) -> None:
    backlog = made(clock, "1")
    (first,) = lease(backlog)
    clock.time += 10
    assert backlog.overdue() == [first]
    old_ack_id = first.ack_id
    backlog.fail(first)
    (again,) = lease(backlog)
    assert again.failures == 1
    assert again.ack_id != old_ack_id
    assert backlog.held(old_ack_id) is None
    assert backlog.acknowledged(old_ack_id) is again


def test_an_extended_lease_runs_from_now(clock: UnixTime) -> None:
    backlog = made(clock, "1")
    (delivery,) = lease(backlog)
    clock.time += 8
    backlog.extend(delivery, 60)
    clock.time += 59
    assert backlog.overdue() == []
    clock.time += 1
    assert backlog.overdue() == [delivery]


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({}, [0, 0, 0]),
        ({"retry_policy": {"minimum_backoff": duration(2), "maximum_backoff": duration(7)}}, [2, 4, 7]),
        ({"push_config": {"push_endpoint": "http://x"}}, [0.1, 0.2, 0.4]),
    ],
)
def test_failures_back_off_by_policy(clock: UnixTime, fields: dict[str, Any], waits: list[float]) -> None:
    backlog = made(clock, "1", **fields)
    for wait in waits:
        (delivery,) = lease(backlog)
        backlog.fail(delivery)
        assert backlog.until_ready() == pytest.approx(wait, abs=1e-6)
        clock.time += wait + 0.001


def test_attempts_are_told_and_used_up_only_with_a_dead_letter_policy(clock: UnixTime) -> None:
    policy = {"dead_letter_topic": "projects/p/topics/dead", "max_delivery_attempts": 5}
    mortal, immortal = made(clock, "1", dead_letter_policy=policy), made(clock, "1")
    told, dead = [], []
    for _ in range(5):
        (delivery,) = lease(mortal)
        told.append(mortal.attempt(delivery))
        mortal.fail(delivery)
        dead.append(mortal.is_dead(delivery))
        (delivery,) = lease(immortal)
        assert immortal.attempt(delivery) == 0
        immortal.fail(delivery)
        assert not immortal.is_dead(delivery)
    assert told == [1, 2, 3, 4, 5]
    assert dead == [False, False, False, False, True]


def test_one_of_an_ordering_key_goes_out_at_a_time(clock: UnixTime) -> None:
    retry = {"minimum_backoff": duration(5), "maximum_backoff": duration(5)}
    backlog = made(clock, "a/1", "a/2", "b/3", "4", "5", enable_message_ordering=True, retry_policy=retry)
    first = lease(backlog)
    assert ids(first) == ["1", "3", "4", "5"]
    backlog.remove(first[1])
    backlog.fail(first[0])
    assert ids(lease(backlog)) == []
    clock.time += 5
    (again,) = lease(backlog)
    assert again.message_id == "1"
    backlog.remove(again)
    assert ids(lease(backlog)) == ["2"]


def test_without_ordering_a_key_means_nothing(clock: UnixTime) -> None:
    assert ids(lease(made(clock, "a/1", "a/2"))) == ["1", "2"]


def test_a_message_removed_from_the_middle_of_its_key_leaves_the_order(clock: UnixTime) -> None:
    backlog = made(clock, "a/1", "a/2", "a/3", enable_message_ordering=True)
    (_, second, _) = list(backlog)
    backlog.remove(second)
    (first,) = lease(backlog)
    backlog.remove(first)
    assert ids(lease(backlog)) == ["3"]
    assert len(backlog) == 1


def test_a_holder_knows_what_it_holds(clock: UnixTime) -> None:
    backlog, holder = made(clock, "1", "2", "3"), Holder()
    size = next(iter(backlog)).message.ByteSize()
    given = backlog.lease(10, 10, holder, max_bytes=2 * size)
    assert ids(given) == ["1", "2"]
    assert (holder.messages, holder.bytes) == (2, 2 * size)
    backlog.remove(given[0])
    backlog.fail(given[1])
    assert (holder.messages, holder.bytes) == (0, 0)
    assert ids(backlog.lease(10, 10, holder, max_bytes=1)) == ["2"]


def test_old_messages_are_outdated(clock: UnixTime) -> None:
    backlog = made(clock, "1", message_retention_duration=duration(600))
    clock.time += 300
    put(backlog, clock, "2")
    clock.time += 300
    assert ids(backlog.outdated()) == ["1"]
