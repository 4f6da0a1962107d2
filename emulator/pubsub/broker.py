"""All topics and subscriptions: publishing fans out, failed messages back off or go to the dead letters."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.pubsub_v1 import types

from emulator.common.outgoing import Outgoing
from emulator.common.rpc import already_exists, not_found, precondition
from emulator.common.store import Store
from emulator.common.times import seconds, timestamp
from emulator.common.waking import Signal
from emulator.pubsub import push
from emulator.pubsub.backlog import Backlog, Delivery, Holder
from emulator.pubsub.filters import Predicate, compile_filter
from emulator.pubsub.ids import MessageIds
from emulator.pubsub.limits import DELETED_TOPIC
from emulator.pubsub.records import Records

log = logging.getLogger(__name__)
PubsubMessage = types.PubsubMessage.pb()
# Pushes to one endpoint at a time; the service adapts its window, far above what one machine needs.
PUSH_WINDOW = 64
# The lease of a push outlives its request, so that a late answer is not counted twice.
PUSH_SLACK_SECONDS = 5.0


@dataclass(slots=True)
class Lane:
    """A subscription at work: its messages, the signal that they changed, and who pushes and watches deadlines."""

    backlog: Backlog
    passes: Predicate
    changed: Signal = field(default_factory=Signal)
    pusher: Holder = field(default_factory=Holder)
    keeper: asyncio.Task[None] | None = None

    @property
    def resource(self) -> Any:
        return self.backlog.resource

    @property
    def name(self) -> str:
        return str(self.resource.name)


class Broker:
    """The state of the service. Every change is in the store before the call returns."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._records = Records(store)
        self.now = now
        self._ids = MessageIds(now)
        self._outgoing = Outgoing()
        self._pushes: set[asyncio.Task[None]] = set()
        self._started = False
        self.topics: dict[str, Any] = {topic.name: topic for topic in self._records.topics()}
        self._lanes: dict[str, Lane] = {}
        for resource in self._records.subscriptions():
            self._lanes[resource.name] = Lane(Backlog(resource, now), compile_filter(resource.filter))
        for name, message, failures in self._records.deliveries():
            self._lanes[name].backlog.add(message, failures)

    def start(self) -> None:
        """Begins to push and to watch deadlines."""
        self._started = True
        for lane in self._lanes.values():
            lane.keeper = asyncio.create_task(self._keep(lane))

    async def stop(self) -> None:
        pending = [*self._pushes, *(lane.keeper for lane in self._lanes.values() if lane.keeper)]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await self._outgoing.close()
        self._records.store.close()

    def create_topic(self, topic: Any) -> None:
        if topic.name in self.topics:
            raise already_exists(f"Topic already exists: {topic.name}")
        self.put_topic(topic)

    def put_topic(self, topic: Any) -> None:
        """Makes or replaces a topic."""
        self.topics[topic.name] = topic
        self._records.put_topic(topic)

    def topic(self, name: str) -> Any:
        if name not in self.topics:
            raise not_found(f"Topic not found: {name}")
        return self.topics[name]

    def delete_topic(self, name: str) -> None:
        """Its subscriptions stay, with what they hold, and get nothing more."""
        self.topic(name)
        with self._records.store.together():
            for lane in self._lanes.values():
                if lane.resource.topic == name:
                    lane.resource.topic = DELETED_TOPIC
                    self._records.put_subscription(lane.resource)
            self._records.delete_topic(name)
        del self.topics[name]

    def lanes(self) -> Iterator[Lane]:
        """The subscriptions, by name."""
        return (self._lanes[name] for name in sorted(self._lanes))

    def lane(self, name: str) -> Lane:
        if name not in self._lanes:
            raise not_found(f"Subscription does not exist: {name}")
        return self._lanes[name]

    def has_subscription(self, name: str) -> bool:
        return name in self._lanes

    def create_subscription(self, resource: Any, passes: Predicate) -> None:
        """Takes a checked subscription and its filter."""
        self.topic(resource.topic)
        if resource.name in self._lanes:
            raise already_exists(f"Subscription already exists: {resource.name}")
        lane = self._lanes[resource.name] = Lane(Backlog(resource, self.now), passes)
        self._records.put_subscription(resource)
        if self._started:
            lane.keeper = asyncio.create_task(self._keep(lane))

    def subscription_changed(self, lane: Lane) -> None:
        """To be called after a change of a subscription's resource."""
        self._records.put_subscription(lane.resource)
        lane.changed.fire()

    def delete_subscription(self, name: str) -> None:
        lane = self.lane(name)
        with self._records.store.together():
            self.drop(lane, list(lane.backlog))
            self._records.delete_subscription(name)
        del self._lanes[name]
        if lane.keeper:
            lane.keeper.cancel()
        lane.changed.fire()

    def publish(self, topic: str, messages: Sequence[Any]) -> list[str]:
        """Gives checked messages ids and hands them to the subscriptions that want them. Returns the ids."""
        self.topic(topic)
        interested = [lane for lane in self._lanes.values() if lane.resource.topic == topic]
        published = timestamp(self.now())
        with self._records.store.together():
            for message in messages:
                message.message_id = self._ids.new()
                message.publish_time.CopyFrom(published)
                takers = [lane for lane in interested if not lane.resource.detached and lane.passes(message.attributes)]
                self._records.put_message(message, [lane.name for lane in takers])
                for lane in takers:
                    lane.backlog.add(message)
        for lane in interested:
            lane.changed.fire()
        return [message.message_id for message in messages]

    def lease(self, lane: Lane, limit: int, length: float, holder: Holder, max_bytes: float) -> list[Delivery]:
        """As `Backlog.lease`, after what has become old or overdue is out of the way."""
        if lane.resource.detached:
            raise precondition(f"Subscription is detached: {lane.name}")
        self._sweep(lane)
        return lane.backlog.lease(limit, length, holder, max_bytes)

    def acknowledge(self, lane: Lane, ack_ids: Sequence[str]) -> None:
        found = [delivery for ack_id in ack_ids if (delivery := lane.backlog.acknowledged(ack_id))]
        self.drop(lane, list({delivery.serial: delivery for delivery in found}.values()))

    def drop(self, lane: Lane, deliveries: Sequence[Delivery]) -> None:
        """Takes messages out of a subscription for good."""
        if not deliveries:
            return
        with self._records.store.together():
            for delivery in deliveries:
                lane.backlog.remove(delivery)
                self._records.delete_delivery(lane.name, delivery.message_id)
        lane.changed.fire()

    def modify_deadline(self, lane: Lane, ack_id: str, length: int) -> None:
        """Extends a lease, or gives it up with 0. An ack id of an earlier lease is ignored."""
        delivery = lane.backlog.held(ack_id)
        if delivery is None:
            return
        if length:
            lane.backlog.extend(delivery, length)
        else:
            self._fail(lane, delivery)
        lane.changed.fire()

    def seek(self, lane: Lane, time: float) -> None:
        """Marks what was published before `time` as acknowledged."""
        self.drop(lane, [held for held in lane.backlog if seconds(held.message.publish_time) < time])

    def _fail(self, lane: Lane, delivery: Delivery) -> None:
        with self._records.store.together():
            lane.backlog.fail(delivery)
            self._records.put_failures(lane.name, delivery.message_id, delivery.failures)
            if lane.backlog.is_dead(delivery) and lane.resource.dead_letter_policy.dead_letter_topic in self.topics:
                self.publish(lane.resource.dead_letter_policy.dead_letter_topic, [self._dead_letter(lane, delivery)])
                self.drop(lane, [delivery])
                log.warning("message %s of %s went to the dead letters", delivery.message_id, lane.name)

    def _dead_letter(self, lane: Lane, delivery: Delivery) -> Any:
        """The message as it goes to the dead-letter topic, with the attributes the service adds."""
        source, letter = delivery.message, PubsubMessage()
        letter.data, letter.ordering_key = source.data, source.ordering_key
        letter.attributes.update(source.attributes)
        _, project, _, subscription = lane.name.split("/")
        prefix = "CloudPubSubDeadLetterSource"
        letter.attributes[f"{prefix}DeliveryCount"] = str(delivery.failures)
        letter.attributes[f"{prefix}Subscription"] = subscription
        letter.attributes[f"{prefix}SubscriptionProject"] = project
        letter.attributes[f"{prefix}TopicPublishTime"] = source.publish_time.ToJsonString()
        return letter

    def _sweep(self, lane: Lane) -> None:
        for delivery in lane.backlog.overdue():
            self._fail(lane, delivery)
            lane.changed.fire()
        self.drop(lane, lane.backlog.outdated())

    async def _keep(self, lane: Lane) -> None:
        while True:
            self._sweep(lane)
            waits = [lane.backlog.until_overdue()]
            if lane.resource.push_config.push_endpoint and not lane.resource.detached:
                room = PUSH_WINDOW - lane.pusher.messages
                length = lane.resource.ack_deadline_seconds + PUSH_SLACK_SECONDS
                for delivery in lane.backlog.lease(room, length, lane.pusher):
                    self._push(lane, delivery)
                if lane.pusher.messages < PUSH_WINDOW:
                    waits.append(lane.backlog.until_ready())
            await lane.changed.wait(min((wait for wait in waits if wait is not None), default=None))

    def _push(self, lane: Lane, delivery: Delivery) -> None:
        task = asyncio.create_task(self._send(lane, delivery, delivery.ack_id))
        self._pushes.add(task)
        task.add_done_callback(self._pushes.discard)

    async def _send(self, lane: Lane, delivery: Delivery, ack_id: str) -> None:
        resource = lane.resource
        answer = await self._outgoing.send(
            "POST",
            resource.push_config.push_endpoint,
            headers=push.headers(delivery.message, resource, self.now()),
            body=push.body(delivery.message, lane.name, lane.backlog.attempt(delivery)),
            timeout_seconds=resource.ack_deadline_seconds,
        )
        if answer.status in push.ACKNOWLEDGING:
            self.acknowledge(lane, [ack_id])
        else:
            self.modify_deadline(lane, ack_id, 0)
