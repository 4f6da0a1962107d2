"""Topics and subscriptions from a file, made or updated at start.

    {"project": "demo-travvy",
     "topics": ["trip-events", "trip-events-dead"],
     "subscriptions": [{"name": "activity", "topic": "trip-events",
                        "pushConfig": {"pushEndpoint": "http://127.0.0.1:5001/demo-travvy/us-central1/activity-record",
                                       "attributes": {"x-travvy-format": "cloudevent"}},
                        "retryPolicy": {"minimumBackoff": "1s", "maximumBackoff": "60s"},
                        "deadLetterPolicy": {"deadLetterTopic": "trip-events-dead", "maxDeliveryAttempts": 5}}]}

A topic is a name or the service's Topic resource in its JSON form, a subscription is a Subscription resource; names may
be short.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.pubsub_v1 import types

from emulator.common.configuration import entries, message, read_object, text
from emulator.common.program import ConfigurationError
from emulator.common.rpc import StatusError
from emulator.pubsub import limits
from emulator.pubsub.broker import Broker

Topic, Subscription = types.Topic.pb(), types.Subscription.pb()


@dataclass(frozen=True, slots=True)
class Setup:
    """Checked resources."""

    topics: tuple[Any, ...] = ()
    subscriptions: tuple[Any, ...] = ()


def read_setup(path: Path) -> Setup:
    """The resources of a file. Raises ConfigurationError."""
    config = read_object(path)
    project = f"projects/{text(config, 'project', path)}"
    topics = [_topic(entry, project, path) for entry in entries(config, "topics", path)]
    subscriptions = [_subscription(entry, project, path) for entry in entries(config, "subscriptions", path)]
    known = {topic.name for topic in topics}
    for subscription in subscriptions:
        for topic in (subscription.topic, subscription.dead_letter_policy.dead_letter_topic):
            if topic and topic not in known:
                raise ConfigurationError(f"{path}: {subscription.name}: topic {topic} is not among the topics")
    return Setup(tuple(topics), tuple(subscriptions))


def apply_setup(broker: Broker, setup: Setup) -> None:
    """Makes the resources; subscriptions that a data directory brought along get the new settings and keep messages."""
    for topic in setup.topics:
        broker.put_topic(topic)
    for wanted in setup.subscriptions:
        if broker.has_subscription(wanted.name):
            present = broker.lane(wanted.name).resource
            fixed = ("topic", "filter", "enable_message_ordering")
            if all(getattr(present, name) == getattr(wanted, name) for name in fixed):
                present.CopyFrom(wanted)
                broker.subscription_changed(broker.lane(wanted.name))
                continue
            # What cannot be changed makes it another subscription.
            broker.delete_subscription(wanted.name)
        broker.create_subscription(wanted, limits.complete_subscription(wanted))


def _topic(entry: Any, project: str, path: Path) -> Any:
    topic = Topic(name=entry) if isinstance(entry, str) else message(Topic, entry, path)
    topic.name = _full(topic.name, project, "topics")
    with _naming(topic.name, path):
        limits.topic(topic.name)
    return topic


def _subscription(entry: Any, project: str, path: Path) -> Any:
    subscription = message(Subscription, entry, path)
    subscription.name = _full(subscription.name, project, "subscriptions")
    subscription.topic = _full(subscription.topic, project, "topics")
    if subscription.HasField("dead_letter_policy"):
        policy = subscription.dead_letter_policy
        policy.dead_letter_topic = _full(policy.dead_letter_topic, project, "topics")
    with _naming(subscription.name, path):
        limits.subscription(subscription.name)
        limits.complete_subscription(subscription)
    return subscription


def _full(name: str, project: str, collection: str) -> str:
    return name if "/" in name else f"{project}/{collection}/{name}"


@contextmanager
def _naming(name: str, path: Path) -> Iterator[None]:
    try:
        yield
    except StatusError as error:
        raise ConfigurationError(f"{path}: {name}: {error}") from error
