"""For tests: the Pub/Sub emulator as a process, and the real client library connected to it."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.types import PublisherOptions

from emulator.common.testing import Program, configured

PROJECT = "projects/demo-travvy"
PUBLISH_SECONDS = 30


class Bus(NamedTuple):
    """The real clients, and short ways to do with them what tests do often. Names are full resource names."""

    publisher: PublisherClient
    subscriber: SubscriberClient

    def topic(self) -> str:
        """The name of a new topic."""
        name = f"{PROJECT}/topics/t-{uuid.uuid4().hex}"
        self.publisher.create_topic(name=name)
        return name

    def subscription(self, topic: str, **fields: Any) -> str:
        """The name of a new subscription; `fields` of the Subscription resource."""
        name = f"{PROJECT}/subscriptions/s-{uuid.uuid4().hex}"
        self.subscriber.create_subscription(request={"name": name, "topic": topic, **fields})
        return name

    def publish(self, topic: str, data: bytes, ordering_key: str = "", **attributes: str) -> str:
        """The id of the message, once the service has it."""
        published = self.publisher.publish(topic, data, ordering_key=ordering_key, **attributes)
        return str(published.result(PUBLISH_SECONDS))

    def pull(self, subscription: str) -> list[Any]:
        """The messages that there are now."""
        request = {"subscription": subscription, "max_messages": 100, "return_immediately": True}
        with warnings.catch_warnings():
            # Not to be used in production, where messages arrive over many servers; here it saves the waiting.
            warnings.simplefilter("ignore", DeprecationWarning)
            return list(self.subscriber.pull(request=request).received_messages)

    def ack(self, subscription: str, *received: Any) -> None:
        self.subscriber.acknowledge(subscription=subscription, ack_ids=[message.ack_id for message in received])

    def nack(self, subscription: str, *received: Any) -> None:
        ack_ids = [message.ack_id for message in received]
        self.subscriber.modify_ack_deadline(subscription=subscription, ack_ids=ack_ids, ack_deadline_seconds=0)


def running(
    *, data: Path | None = None, config: Mapping[str, Any] | None = None, port: int = 0
) -> AbstractContextManager[Program]:
    """The emulator on a free port (or `port`); `config` as in `emulator.pubsub.config`."""
    return configured("pubsub", config, *(["--data", str(data)] if data else []), port=port)


@contextmanager
def connected(address: str, *, ordering: bool = False) -> Iterator[Bus]:
    """The real clients, as PUBSUB_EMULATOR_HOST makes them; `ordering` lets the publisher use ordering keys."""
    with patch.dict(os.environ, {"PUBSUB_EMULATOR_HOST": address}):
        options = PublisherOptions(enable_message_ordering=ordering)
        publisher, subscriber = PublisherClient(publisher_options=options), SubscriberClient()
    with subscriber:
        yield Bus(publisher, subscriber)
        publisher.stop()
