"""The RPCs of google.pubsub.v1.Subscriber, except snapshots."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.pubsub_v1 import types

from emulator.common.paging import page
from emulator.common.rpc import Handler, invalid, streaming, unary, unimplemented, waiting
from emulator.common.times import seconds
from emulator.pubsub import limits
from emulator.pubsub.backlog import Delivery, Holder
from emulator.pubsub.broker import Broker, Lane
from emulator.pubsub.streaming import Stream

SERVICE = "google.pubsub.v1.Subscriber"
Subscription = types.Subscription.pb()
ReceivedMessage, PullResponse, SeekResponse = (
    types.ReceivedMessage.pb(),
    types.PullResponse.pb(),
    types.SeekResponse.pb(),
)
ListSubscriptionsResponse = types.ListSubscriptionsResponse.pb()
MAX_PAGE = 1000
MAX_PULL = 1000
# An empty pull is answered before the caller gives up, which would look like an error.
PULL_SECONDS, PULL_SHARE = 90.0, 0.9
UPDATABLE = frozenset(
    {
        "push_config",
        "ack_deadline_seconds",
        "retry_policy",
        "dead_letter_policy",
        "labels",
        "message_retention_duration",
        "expiration_policy",
    }
)


class Subscriber:
    """Subscriptions, pulling and acknowledging."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def handlers(self) -> Mapping[str, Handler]:
        """The methods by name, for a gRPC server."""
        return {
            "CreateSubscription": unary(Subscription, self.create_subscription),
            "GetSubscription": unary(types.GetSubscriptionRequest.pb(), self.get_subscription),
            "UpdateSubscription": unary(types.UpdateSubscriptionRequest.pb(), self.update_subscription),
            "ListSubscriptions": unary(types.ListSubscriptionsRequest.pb(), self.list_subscriptions),
            "DeleteSubscription": unary(types.DeleteSubscriptionRequest.pb(), self.delete_subscription),
            "ModifyAckDeadline": unary(types.ModifyAckDeadlineRequest.pb(), self.modify_ack_deadline),
            "Acknowledge": unary(types.AcknowledgeRequest.pb(), self.acknowledge),
            "Pull": waiting(types.PullRequest.pb(), self.pull),
            "StreamingPull": streaming(types.StreamingPullRequest.pb(), self.streaming_pull),
            "ModifyPushConfig": unary(types.ModifyPushConfigRequest.pb(), self.modify_push_config),
            "Seek": unary(types.SeekRequest.pb(), self.seek),
        }

    def create_subscription(self, resource: Any) -> Any:
        limits.subscription(resource.name)
        limits.topic(resource.topic)
        passes = limits.complete_subscription(resource)
        self._check_dead_letter_topic(resource)
        self._broker.create_subscription(resource, passes)
        return resource

    def get_subscription(self, request: Any) -> Any:
        return self._lane(request).resource

    def update_subscription(self, request: Any) -> Any:
        lane = self._broker.lane(limits.subscription(request.subscription.name))
        if not request.update_mask.paths or not UPDATABLE.issuperset(request.update_mask.paths):
            raise invalid(f"update_mask must name some of: {', '.join(sorted(UPDATABLE))}")
        changed = Subscription()
        changed.CopyFrom(lane.resource)
        request.update_mask.MergeMessage(
            request.subscription, changed, replace_message_field=True, replace_repeated_field=True
        )
        limits.complete_subscription(changed)
        self._check_dead_letter_topic(changed)
        lane.resource.CopyFrom(changed)
        self._broker.subscription_changed(lane)
        return changed

    def list_subscriptions(self, request: Any) -> Any:
        prefix = limits.project(request.project) + "/subscriptions/"
        found = [lane.resource for lane in self._broker.lanes() if lane.name.startswith(prefix)]
        chosen, token = page(found, size=request.page_size, token=request.page_token, maximum=MAX_PAGE)
        return ListSubscriptionsResponse(subscriptions=chosen, next_page_token=token)

    def delete_subscription(self, request: Any) -> Any:
        self._broker.delete_subscription(limits.subscription(request.subscription))
        return Empty()

    def modify_ack_deadline(self, request: Any) -> Any:
        lane = self._lane(request)
        limits.check_ack_seconds(request.ack_deadline_seconds)
        for ack_id in request.ack_ids:
            self._broker.modify_deadline(lane, ack_id, request.ack_deadline_seconds)
        return Empty()

    def acknowledge(self, request: Any) -> Any:
        lane = self._lane(request)
        if not request.ack_ids:
            raise invalid("ack_ids must not be empty")
        self._broker.acknowledge(lane, request.ack_ids)
        return Empty()

    async def pull(self, request: Any, seconds_left: float | None) -> Any:
        """Waits for a message, unless asked not to."""
        lane = self._lane(request)
        if request.max_messages <= 0:
            raise invalid("max_messages must be positive")
        limit = min(request.max_messages, MAX_PULL)
        found = self._lease(lane, limit)
        patience = min(PULL_SECONDS, seconds_left * PULL_SHARE if seconds_left is not None else PULL_SECONDS)
        end = self._broker.now() + patience
        while not found and not request.return_immediately and (left := end - self._broker.now()) > 0:
            ready = lane.backlog.until_ready()
            await lane.changed.wait(left if ready is None else min(left, ready))
            found = self._lease(self._lane(request), limit)
        return PullResponse(received_messages=_received(lane, found))

    async def streaming_pull(self, requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for first in requests:
            stream = Stream(self._broker, limits.subscription(first.subscription), first)
            async for answer in stream.run(requests, _received):
                yield answer

    def modify_push_config(self, request: Any) -> Any:
        lane = self._lane(request)
        limits.check_push(request.push_config)
        lane.resource.push_config.CopyFrom(request.push_config)
        self._broker.subscription_changed(lane)
        return Empty()

    def seek(self, request: Any) -> Any:
        """To a time only; acknowledged messages are not kept, so going back brings nothing back."""
        lane = self._lane(request)
        if request.WhichOneof("target") != "time":
            raise unimplemented("snapshots are not emulated: seek to a time")
        self._broker.seek(lane, seconds(request.time))
        return SeekResponse()

    def _lane(self, request: Any) -> Lane:
        return self._broker.lane(limits.subscription(request.subscription))

    def _lease(self, lane: Lane, limit: int) -> list[Delivery]:
        return self._broker.lease(lane, limit, lane.resource.ack_deadline_seconds, Holder(), float("inf"))

    def _check_dead_letter_topic(self, resource: Any) -> None:
        if resource.HasField("dead_letter_policy"):
            self._broker.topic(resource.dead_letter_policy.dead_letter_topic)


def _received(lane: Lane, deliveries: Sequence[Delivery]) -> list[Any]:
    return [
        ReceivedMessage(
            ack_id=delivery.ack_id, message=delivery.message, delivery_attempt=lane.backlog.attempt(delivery)
        )
        for delivery in deliveries
    ]
