"""One streaming pull: messages flow out as the subscriber's flow control allows, acknowledgements flow in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from google.pubsub_v1 import types

from emulator.common.rpc import invalid
from emulator.pubsub.backlog import Delivery, Holder
from emulator.pubsub.broker import Broker, Lane
from emulator.pubsub.limits import DEFAULT_ACK_SECONDS, MAX_ACK_SECONDS, check_ack_seconds

StreamingPullResponse = types.StreamingPullResponse.pb()
MAX_BATCH = 1000


class Stream:
    """The state of a stream; `first` is the request that opens it."""

    def __init__(self, broker: Broker, name: str, first: Any) -> None:
        self._broker = broker
        self._name = name
        self._first = first
        self._holder = Holder()
        self._length = 0
        broker.lane(name)
        self._set_length(first.stream_ack_deadline_seconds)
        self._take(first)

    async def run(
        self, requests: AsyncIterator[Any], received: Callable[[Lane, Sequence[Delivery]], list[Any]]
    ) -> AsyncIterator[Any]:
        """The answers, until the subscriber closes its side."""
        reader = asyncio.create_task(self._read(requests))
        reader.add_done_callback(lambda _: self._wake())
        try:
            while not reader.done():
                lane = self._broker.lane(self._name)
                if deliveries := self._next(lane):
                    yield StreamingPullResponse(
                        received_messages=received(lane, deliveries),
                        subscription_properties={"message_ordering_enabled": lane.resource.enable_message_ordering},
                    )
                    continue
                await lane.changed.wait(lane.backlog.until_ready() if self._room() else None)
            reader.result()
        finally:
            reader.cancel()

    def _room(self) -> int:
        """How many more messages the subscriber takes."""
        most, most_bytes = self._first.max_outstanding_messages, self._first.max_outstanding_bytes
        if most_bytes > 0 and self._holder.bytes >= most_bytes:
            return 0
        return min(MAX_BATCH, most - self._holder.messages) if most > 0 else MAX_BATCH

    def _next(self, lane: Lane) -> list[Delivery]:
        most_bytes = self._first.max_outstanding_bytes
        left = most_bytes - self._holder.bytes if most_bytes > 0 else float("inf")
        return self._broker.lease(lane, self._room(), self._length, self._holder, left)

    async def _read(self, requests: AsyncIterator[Any]) -> None:
        async for request in requests:
            if request.subscription or request.max_outstanding_messages or request.max_outstanding_bytes:
                raise invalid("only the first request of a stream names the subscription and its flow control")
            if request.stream_ack_deadline_seconds:
                self._set_length(request.stream_ack_deadline_seconds)
            self._take(request)

    def _take(self, request: Any) -> None:
        if len(request.modify_deadline_ack_ids) != len(request.modify_deadline_seconds):
            raise invalid("modify_deadline_ack_ids and modify_deadline_seconds must have the same length")
        lane = self._broker.lane(self._name)
        self._broker.acknowledge(lane, request.ack_ids)
        for ack_id, length in zip(request.modify_deadline_ack_ids, request.modify_deadline_seconds, strict=True):
            check_ack_seconds(length)
            self._broker.modify_deadline(lane, ack_id, length)

    def _set_length(self, length: int) -> None:
        if not DEFAULT_ACK_SECONDS <= length <= MAX_ACK_SECONDS:
            raise invalid("stream_ack_deadline_seconds must be between 10 and 600")
        self._length = length

    def _wake(self) -> None:
        if self._broker.has_subscription(self._name):
            self._broker.lane(self._name).changed.fire()
