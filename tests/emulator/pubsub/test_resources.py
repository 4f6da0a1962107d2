"""Managing topics and subscriptions with the real clients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.api_core.exceptions import (
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    MethodNotImplemented,
    NotFound,
)
from google.pubsub_v1 import PublisherClient

from emulator.pubsub.config import read_setup
from emulator.pubsub.testing import PROJECT, Bus


def test_topics_come_and_go(bus: Bus) -> None:
    name = bus.topic()
    assert bus.publisher.get_topic(topic=name).name == name
    with pytest.raises(AlreadyExists):
        bus.publisher.create_topic(name=name)
    updated = bus.publisher.update_topic(
        request={"topic": {"name": name, "labels": {"a": "b"}}, "update_mask": {"paths": ["labels"]}}
    )
    assert dict(updated.labels) == {"a": "b"}
    subscription = bus.subscription(name)
    assert list(bus.publisher.list_topic_subscriptions(topic=name)) == [subscription]
    bus.publisher.delete_topic(topic=name)
    with pytest.raises(NotFound):
        bus.publisher.get_topic(topic=name)
    assert bus.subscriber.get_subscription(subscription=subscription).topic == "_deleted-topic_"


def test_lists_in_pages_by_project(bus: Bus) -> None:
    names = [f"projects/pages/topics/top{number}" for number in range(5)]
    for name in names:
        bus.publisher.create_topic(name=name)
    pages = list(bus.publisher.list_topics(request={"project": "projects/pages", "page_size": 2}).pages)
    assert [topic.name for page in pages for topic in page.topics] == names
    assert len(pages) == 3


def test_subscriptions_come_change_and_go(bus: Bus) -> None:
    topic = bus.topic()
    name = bus.subscription(topic)
    made = bus.subscriber.get_subscription(subscription=name)
    assert (made.ack_deadline_seconds, made.message_retention_duration.days) == (10, 7)
    assert name in [listed.name for listed in bus.subscriber.list_subscriptions(project=PROJECT)]
    with pytest.raises(AlreadyExists):
        bus.subscriber.create_subscription(name=name, topic=topic)
    updated = bus.subscriber.update_subscription(
        subscription={"name": name, "ack_deadline_seconds": 60}, update_mask={"paths": ["ack_deadline_seconds"]}
    )
    assert updated.ack_deadline_seconds == 60
    with pytest.raises(InvalidArgument, match="update_mask"):
        bus.subscriber.update_subscription(
            subscription={"name": name, "filter": "attributes:a"}, update_mask={"paths": ["filter"]}
        )
    bus.subscriber.delete_subscription(subscription=name)
    with pytest.raises(NotFound):
        bus.pull(name)


def test_a_detached_subscription_holds_nothing(bus: Bus) -> None:
    topic = bus.topic()
    name = bus.subscription(topic)
    bus.publish(topic, b"x")
    bus.publisher.detach_subscription(request={"subscription": name})
    with pytest.raises(FailedPrecondition):
        bus.pull(name)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"ack_deadline_seconds": 9}, InvalidArgument),
        ({"ack_deadline_seconds": 601}, InvalidArgument),
        ({"filter": "colour"}, InvalidArgument),
        ({"push_config": {"push_endpoint": "ftp://x"}}, InvalidArgument),
        ({"retry_policy": {"maximum_backoff": {"seconds": 601}}}, InvalidArgument),
        ({"message_retention_duration": {"seconds": 599}}, InvalidArgument),
        ({"dead_letter_policy": {"dead_letter_topic": f"{PROJECT}/topics/none"}}, NotFound),
        (
            {"dead_letter_policy": {"dead_letter_topic": f"{PROJECT}/topics/a", "max_delivery_attempts": 4}},
            InvalidArgument,
        ),
        ({"enable_exactly_once_delivery": True}, MethodNotImplemented),
        ({"name": f"{PROJECT}/subscriptions/goog-x"}, InvalidArgument),
        ({"topic": f"{PROJECT}/topics/none"}, NotFound),
    ],
)
def test_what_the_service_refuses_is_refused(bus: Bus, fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        bus.subscription(fields.pop("topic", None) or bus.topic(), **fields)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{}],
        [{"data": b"x", "attributes": {"a" * 257: "b"}}],
        [{"data": b"x", "attributes": {"a": "b" * 1025}}],
        [{"data": b"x", "attributes": {"googclient": "b"}}],
        [{"data": b"x", "ordering_key": "k" * 1025}],
        [{"data": b"x" * 10_000_001}],
    ],
)
def test_messages_the_service_refuses_are_refused(bus: Bus, messages: list[dict[str, Any]]) -> None:
    topic = bus.topic()
    subscription = bus.subscription(topic)
    with pytest.raises(InvalidArgument):
        PublisherClient(transport=bus.publisher.transport).publish(topic=topic, messages=messages)
    assert not bus.pull(subscription)


def test_a_file_describes_topics_and_subscriptions(tmp_path: Path) -> None:
    entry = {
        "name": "activity",
        "topic": "trips",
        "pushConfig": {"pushEndpoint": "http://127.0.0.1:1/f", "attributes": {"x-travvy-format": "cloudevent"}},
        "deadLetterPolicy": {"deadLetterTopic": "trips-dead"},
    }
    path = tmp_path / "pubsub.json"
    config = {"project": "demo-travvy", "topics": ["trips", {"name": "trips-dead"}], "subscriptions": [entry]}
    path.write_text(json.dumps(config), "utf-8")
    setup = read_setup(path)
    assert [topic.name for topic in setup.topics] == [f"{PROJECT}/topics/trips", f"{PROJECT}/topics/trips-dead"]
    (subscription,) = setup.subscriptions
    assert (subscription.name, subscription.topic) == (f"{PROJECT}/subscriptions/activity", f"{PROJECT}/topics/trips")
    assert subscription.dead_letter_policy.dead_letter_topic == f"{PROJECT}/topics/trips-dead"
    assert subscription.dead_letter_policy.max_delivery_attempts == 5
