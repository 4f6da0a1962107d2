"""The RPCs of google.pubsub.v1.Publisher."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.empty_pb2 import Empty
from google.pubsub_v1 import types

from emulator.common.paging import page
from emulator.common.rpc import Handler, invalid, unary, unimplemented
from emulator.pubsub import limits
from emulator.pubsub.broker import Broker

SERVICE = "google.pubsub.v1.Publisher"
Topic = types.Topic.pb()
ListTopicsResponse = types.ListTopicsResponse.pb()
ListTopicSubscriptionsResponse = types.ListTopicSubscriptionsResponse.pb()
PublishResponse, DetachSubscriptionResponse = types.PublishResponse.pb(), types.DetachSubscriptionResponse.pb()
MAX_PAGE = 1000
UPDATABLE = frozenset({"labels", "message_retention_duration", "message_storage_policy"})


class Publisher:
    """Topics and publishing."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def handlers(self) -> Mapping[str, Handler]:
        """The methods by name, for a gRPC server."""
        return {
            "CreateTopic": unary(Topic, self.create_topic),
            "UpdateTopic": unary(types.UpdateTopicRequest.pb(), self.update_topic),
            "Publish": unary(types.PublishRequest.pb(), self.publish),
            "GetTopic": unary(types.GetTopicRequest.pb(), self.get_topic),
            "ListTopics": unary(types.ListTopicsRequest.pb(), self.list_topics),
            "ListTopicSubscriptions": unary(types.ListTopicSubscriptionsRequest.pb(), self.list_topic_subscriptions),
            "DeleteTopic": unary(types.DeleteTopicRequest.pb(), self.delete_topic),
            "DetachSubscription": unary(types.DetachSubscriptionRequest.pb(), self.detach_subscription),
        }

    def create_topic(self, topic: Any) -> Any:
        limits.topic(topic.name)
        if topic.HasField("schema_settings") or topic.HasField("ingestion_data_source_settings"):
            raise unimplemented("schemas and ingestion are not emulated")
        self._broker.create_topic(topic)
        return topic

    def update_topic(self, request: Any) -> Any:
        topic = Topic()
        topic.CopyFrom(self._broker.topic(limits.topic(request.topic.name)))
        if not request.update_mask.paths or not UPDATABLE.issuperset(request.update_mask.paths):
            raise invalid(f"update_mask must name some of: {', '.join(sorted(UPDATABLE))}")
        request.update_mask.MergeMessage(request.topic, topic, replace_message_field=True, replace_repeated_field=True)
        self._broker.put_topic(topic)
        return topic

    def publish(self, request: Any) -> Any:
        name = limits.topic(request.topic)
        limits.check_messages(request.messages)
        return PublishResponse(message_ids=self._broker.publish(name, request.messages))

    def get_topic(self, request: Any) -> Any:
        return self._broker.topic(limits.topic(request.topic))

    def list_topics(self, request: Any) -> Any:
        prefix = limits.project(request.project) + "/topics/"
        found = [topic for name, topic in sorted(self._broker.topics.items()) if name.startswith(prefix)]
        topics, token = page(found, size=request.page_size, token=request.page_token, maximum=MAX_PAGE)
        return ListTopicsResponse(topics=topics, next_page_token=token)

    def list_topic_subscriptions(self, request: Any) -> Any:
        self.get_topic(request)
        found = [lane.name for lane in self._broker.lanes() if lane.resource.topic == request.topic]
        names, token = page(found, size=request.page_size, token=request.page_token, maximum=MAX_PAGE)
        return ListTopicSubscriptionsResponse(subscriptions=names, next_page_token=token)

    def delete_topic(self, request: Any) -> Any:
        self._broker.delete_topic(limits.topic(request.topic))
        return Empty()

    def detach_subscription(self, request: Any) -> Any:
        lane = self._broker.lane(limits.subscription(request.subscription))
        lane.resource.detached = True
        self._broker.drop(lane, list(lane.backlog))
        self._broker.subscription_changed(lane)
        return DetachSubscriptionResponse()
