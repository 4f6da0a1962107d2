"""Hears a trip's events as any other service would: by a subscription of its own."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from google.cloud.pubsub_v1 import SubscriberClient

from shared.cloud import pubsub
from shared.events.models import TRIP_EVENTS
from tests.support.waiting import eventually

Hear = Callable[[str, str, int], list[dict[str, Any]]]


@contextmanager
def listening() -> Iterator[Hear]:
    """Gives a function that waits for so many events of a type of a trip, and returns their data."""
    topic = pubsub.topic_path(TRIP_EVENTS)
    name = f"{topic.partition('/topics/')[0]}/subscriptions/test-{uuid.uuid4().hex}"
    heard: list[dict[str, Any]] = []

    def pull() -> None:
        answer = subscriber.pull(subscription=name, max_messages=100, timeout=10)
        heard.extend(json.loads(received.message.data) for received in answer.received_messages)
        if answer.received_messages:
            subscriber.acknowledge(
                subscription=name, ack_ids=[received.ack_id for received in answer.received_messages]
            )

    def wait(trip_id: str, kind: str, count: int) -> list[dict[str, Any]]:
        def found() -> list[dict[str, Any]] | None:
            fitting = [event for event in heard if (event["tripId"], event["type"]) == (trip_id, kind)]
            if len(fitting) >= count:
                return fitting
            pull()
            return None

        return [event["data"] for event in eventually(found)]

    with SubscriberClient() as subscriber:
        subscriber.create_subscription(name=name, topic=topic)
        try:
            yield wait
        finally:
            subscriber.delete_subscription(subscription=name)
