"""Publishing and pulling with the real clients."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import NotFound
from google.cloud.pubsub_v1.subscriber.message import Message
from google.cloud.pubsub_v1.types import FlowControl

from emulator.common.testing import until
from emulator.pubsub.testing import PROJECT, Bus, connected, running


def data(received: list[Any]) -> list[bytes]:
    return [message.message.data for message in received]


def test_every_subscription_gets_every_message_until_acknowledged(bus: Bus) -> None:
    topic = bus.topic()
    one, two = bus.subscription(topic), bus.subscription(topic)
    message_id = bus.publish(topic, b"x", colour="red")
    (received,) = bus.pull(one)
    assert received.message.message_id == message_id
    assert dict(received.message.attributes) == {"colour": "red"}
    assert received.delivery_attempt == 0
    bus.ack(one, received)
    bus.nack(one, received)
    assert bus.pull(one) == []
    assert data(bus.pull(two)) == [b"x"]


def test_a_negative_acknowledgement_brings_the_message_back_at_once(bus: Bus) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic)
    bus.publish(topic, b"x")
    bus.nack(subscription, *bus.pull(subscription))
    assert data(bus.pull(subscription)) == [b"x"]
    assert bus.pull(subscription) == []


def test_a_pull_waits_for_a_message_and_ends_before_its_deadline(bus: Bus) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic)
    assert not bus.subscriber.pull(subscription=subscription, max_messages=1, timeout=2).received_messages
    threading.Timer(0.2, bus.publish, (topic, b"late")).start()
    received = bus.subscriber.pull(subscription=subscription, max_messages=1, timeout=60).received_messages
    assert data(list(received)) == [b"late"]


def test_a_filter_keeps_other_messages_out(bus: Bus) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic, filter='attributes.type = "a" OR hasPrefix(attributes.type, "b")')
    for kind in ("a", "b1", "c"):
        bus.publish(topic, kind.encode(), type=kind)
    assert data(bus.pull(subscription)) == [b"a", b"b1"]


def test_publishing_to_an_unknown_topic_fails(bus: Bus) -> None:
    with pytest.raises(NotFound):
        bus.publish(f"{PROJECT}/topics/unknown", b"x")


def test_seek_to_now_empties_a_subscription(bus: Bus) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic)
    bus.publish(topic, b"x")
    bus.subscriber.seek(request={"subscription": subscription, "time": {"seconds": int(time.time()) + 1}})
    assert bus.pull(subscription) == []


def test_a_stream_delivers_what_is_published_until_it_is_closed(bus: Bus) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic)
    got: list[bytes] = []
    failed_once = threading.Event()

    def receive(message: Message) -> None:
        if message.data == b"7" and not failed_once.is_set():
            failed_once.set()
            message.nack()
            return
        got.append(message.data)
        message.ack()

    stream = bus.subscriber.subscribe(subscription, receive)
    for number in range(200):
        bus.publisher.publish(topic, str(number).encode())
    until(lambda: len(got) >= 200)
    until(lambda: not bus.pull(subscription))
    stream.cancel()
    stream.result()
    assert sorted(got, key=int) == [str(number).encode() for number in range(200)]


def test_a_stream_gets_no_more_than_it_can_hold(bus: Bus) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic)
    for number in range(5):
        bus.publish(topic, str(number).encode())
    held: list[Message] = []
    stream = bus.subscriber.subscribe(subscription, held.append, flow_control=FlowControl(max_messages=2))
    until(lambda: len(held) == 2)
    elsewhere = bus.pull(subscription)
    assert data(elsewhere) == [b"2", b"3", b"4"]
    bus.nack(subscription, elsewhere[0])
    held[0].ack()
    until(lambda: len(held) == 3)
    assert held[2].data == b"2"
    stream.cancel()
    stream.result()


def test_a_stream_ends_when_its_subscription_is_deleted(bus: Bus) -> None:
    subscription = bus.subscription(bus.topic())
    stream = bus.subscriber.subscribe(subscription, Message.ack)
    bus.subscriber.delete_subscription(subscription=subscription)
    with pytest.raises(NotFound):
        stream.result(20)


def test_messages_of_one_key_arrive_in_order(bus: Bus) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic, enable_message_ordering=True)
    got: dict[str, list[int]] = {"a": [], "b": []}
    nacked: set[str] = set()

    def receive(message: Message) -> None:
        if message.data == b"3" and message.ordering_key not in nacked:
            nacked.add(message.ordering_key)
            message.nack()
            return
        got[message.ordering_key].append(int(message.data))
        message.ack()

    stream = bus.subscriber.subscribe(subscription, receive)
    for number in range(10):
        for key in got:
            bus.publisher.publish(topic, str(number).encode(), ordering_key=key)
    until(lambda: sum(map(len, got.values())) >= 20)
    stream.cancel()
    stream.result()
    assert got == {"a": list(range(10)), "b": list(range(10))}


def test_messages_and_attempts_outlive_a_kill(tmp_path: Path) -> None:
    topic, dead = f"{PROJECT}/topics/trips", f"{PROJECT}/topics/dead"
    subscription, other = f"{PROJECT}/subscriptions/one", f"{PROJECT}/subscriptions/two"
    with running(data=tmp_path) as first, connected(first.address) as bus:
        for name in (topic, dead):
            bus.publisher.create_topic(name=name)
        policy = {"dead_letter_topic": dead}
        bus.subscriber.create_subscription(request={"name": subscription, "topic": topic, "dead_letter_policy": policy})
        bus.subscriber.create_subscription(request={"name": other, "topic": topic, "filter": "attributes:never"})
        for number in range(3):
            bus.publish(topic, str(number).encode())
        zero, one, _ = bus.pull(subscription)
        bus.ack(subscription, zero)
        bus.nack(subscription, one)
        first.kill()
    with running(data=tmp_path) as second, connected(second.address) as bus:
        received = bus.pull(subscription)
        assert [(message.message.data, message.delivery_attempt) for message in received] == [(b"1", 2), (b"2", 1)]
        assert received[0].message.message_id == one.message.message_id
        assert bus.publish(topic, b"new") > one.message.message_id
        assert bus.pull(other) == []
