"""What Pub/Sub keeps across restarts: topics, subscriptions, messages, and who has not acknowledged which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from google.pubsub_v1 import types

from emulator.common.store import Store

Topic, Subscription, PubsubMessage = types.Topic.pb(), types.Subscription.pb(), types.PubsubMessage.pb()
TOPIC, SUBSCRIPTION, MESSAGE, DELIVERY = "topic", "subscription", "message", "delivery"


class Records:
    """The store in Pub/Sub's words. A message is kept as long as some subscription has not acknowledged it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._waiting: Counter[str] = Counter()

    def topics(self) -> Iterator[Any]:
        return (Topic.FromString(data) for _, data in self.store.load(TOPIC))

    def subscriptions(self) -> Iterator[Any]:
        return (Subscription.FromString(data) for _, data in self.store.load(SUBSCRIPTION))

    def deliveries(self) -> Iterator[tuple[str, Any, int]]:
        """(subscription, message, failures), in order of publishing."""
        messages = {key: PubsubMessage.FromString(data) for key, data in self.store.load(MESSAGE)}
        for key, data in self.store.load(DELIVERY):
            subscription, _, message_id = key.partition("\n")
            self._waiting[message_id] += 1
            yield subscription, messages[message_id], int(data)

    def put_topic(self, topic: Any) -> None:
        self.store.put(TOPIC, topic.name, topic.SerializeToString())

    def delete_topic(self, name: str) -> None:
        self.store.delete(TOPIC, name)

    def put_subscription(self, subscription: Any) -> None:
        self.store.put(SUBSCRIPTION, subscription.name, subscription.SerializeToString())

    def delete_subscription(self, name: str) -> None:
        self.store.delete(SUBSCRIPTION, name)

    def put_message(self, message: Any, subscriptions: list[str]) -> None:
        """A new message and the subscriptions that are to get it."""
        if not subscriptions:
            return
        self.store.put(MESSAGE, message.message_id, message.SerializeToString())
        self._waiting[message.message_id] = len(subscriptions)
        for subscription in subscriptions:
            self.put_failures(subscription, message.message_id, 0)

    def put_failures(self, subscription: str, message_id: str, failures: int) -> None:
        self.store.put(DELIVERY, f"{subscription}\n{message_id}", str(failures).encode())

    def delete_delivery(self, subscription: str, message_id: str) -> None:
        with self.store.together():
            self.store.delete(DELIVERY, f"{subscription}\n{message_id}")
            self._waiting[message_id] -= 1
            if not self._waiting[message_id]:
                del self._waiting[message_id]
                self.store.delete(MESSAGE, message_id)
