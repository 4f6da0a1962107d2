"""One subscription's messages: who may get which when, and what a failed delivery leads to. No I/O."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sortedcontainers import SortedList

from emulator.common.backoff import exponential
from emulator.common.times import seconds

# For push without a retry policy; pull without one redelivers at once.
PUSH_MIN_BACKOFF, PUSH_MAX_BACKOFF = 0.1, 60.0


@dataclass(slots=True)
class Holder:
    """Somebody who holds leases: how many messages and bytes, for flow control."""

    messages: int = 0
    bytes: int = 0


@dataclass(slots=True)
class Delivery:
    """A message on its way to one subscription. `failures`: negative acknowledgements and missed deadlines."""

    message: Any
    serial: int
    failures: int = 0
    available_at: float = 0.0
    ack_id: str = ""  # of the lease, empty when there is none
    deadline: float = 0.0
    holder: Holder = field(default_factory=Holder)

    @property
    def message_id(self) -> str:
        return str(self.message.message_id)


class Backlog:
    """The unacknowledged messages of a subscription. Times in seconds since the epoch."""

    def __init__(self, resource: Any, now: Callable[[], float]) -> None:
        self.resource = resource
        self._now = now
        self._deliveries: dict[str, Delivery] = {}
        self._by_serial: dict[int, Delivery] = {}
        self._ready: SortedList[tuple[float, int]] = SortedList()
        self._leased: SortedList[tuple[float, int]] = SortedList()
        self._lines: dict[str, deque[int]] = {}  # serials by ordering key; only the first of each may go out
        self._serial = 0
        self._lease = 0

    def __len__(self) -> int:
        return len(self._deliveries)

    def __iter__(self) -> Iterator[Delivery]:
        return iter(list(self._deliveries.values()))

    def add(self, message: Any, failures: int = 0) -> None:
        self._serial += 1
        delivery = Delivery(message, self._serial, failures, available_at=self._now())
        self._deliveries[delivery.message_id] = delivery
        self._by_serial[delivery.serial] = delivery
        line = self._line(delivery)
        if line is not None:
            line.append(delivery.serial)
        if line is None or line[0] == delivery.serial:
            self._ready.add((delivery.available_at, delivery.serial))

    def remove(self, delivery: Delivery) -> None:
        """Acknowledged, outdated or moved elsewhere; the next of its ordering key may go out."""
        del self._deliveries[delivery.message_id], self._by_serial[delivery.serial]
        self._release(delivery)
        self._ready.discard((delivery.available_at, delivery.serial))
        line = self._line(delivery)
        if line is None:
            return
        was_first = line[0] == delivery.serial
        line.remove(delivery.serial)
        if not line:
            del self._lines[delivery.message.ordering_key]
        elif was_first:
            following = self._by_serial[line[0]]
            self._ready.add((following.available_at, following.serial))

    def lease(self, limit: int, length: float, holder: Holder, max_bytes: float = float("inf")) -> list[Delivery]:
        """Up to `limit` messages that may go out now, held by `holder` for `length` seconds. Stops before `max_bytes`
        are exceeded, but gives at least one message."""
        now, given, size = self._now(), list[Delivery](), 0
        while len(given) < limit and self._ready and self._ready[0][0] <= now:
            delivery = self._by_serial[self._ready[0][1]]
            size += delivery.message.ByteSize()
            if given and size > max_bytes:
                break
            del self._ready[0]
            self._lease += 1
            delivery.ack_id = f"{delivery.message_id}:{self._lease}"
            delivery.deadline = now + length
            delivery.holder = holder
            holder.messages += 1
            holder.bytes += delivery.message.ByteSize()
            self._leased.add((delivery.deadline, delivery.serial))
            given.append(delivery)
        return given

    def acknowledged(self, ack_id: str) -> Delivery | None:
        """The message that an ack id stands for, also when the lease is over; None when it is gone."""
        return self._deliveries.get(ack_id.partition(":")[0])

    def held(self, ack_id: str) -> Delivery | None:
        """The message whose present lease has this ack id."""
        delivery = self.acknowledged(ack_id)
        return delivery if delivery and delivery.ack_id == ack_id else None

    def extend(self, delivery: Delivery, length: float) -> None:
        """Moves the deadline of a lease to `length` seconds from now."""
        self._leased.discard((delivery.deadline, delivery.serial))
        delivery.deadline = self._now() + length
        self._leased.add((delivery.deadline, delivery.serial))

    def fail(self, delivery: Delivery) -> None:
        """Ends a lease without success: the message goes out again after the back-off."""
        self._release(delivery)
        delivery.failures += 1
        delivery.available_at = self._now() + self._backoff(delivery.failures)
        self._ready.add((delivery.available_at, delivery.serial))

    def overdue(self) -> list[Delivery]:
        """Messages whose lease has run out."""
        return [self._by_serial[serial] for _, serial in self._leased.irange(maximum=(self._now(), self._serial))]

    def outdated(self) -> list[Delivery]:
        """Messages older than the retention, oldest first."""
        oldest = self._now() - seconds(self.resource.message_retention_duration)
        found = []
        for delivery in self._deliveries.values():
            if seconds(delivery.message.publish_time) > oldest:
                break
            found.append(delivery)
        return found

    def is_dead(self, delivery: Delivery) -> bool:
        """Whether a message has used up its attempts and has a dead-letter topic to go to."""
        policy = self.resource.dead_letter_policy
        return bool(policy.dead_letter_topic) and delivery.failures >= policy.max_delivery_attempts

    def attempt(self, delivery: Delivery) -> int:
        """The delivery attempt to report: 0 without a dead-letter policy."""
        return delivery.failures + 1 if self.resource.HasField("dead_letter_policy") else 0

    def until_ready(self) -> float | None:
        """Seconds until a message may go out; None when there is none to wait for."""
        return max(0.0, float(self._ready[0][0]) - self._now()) if self._ready else None

    def until_overdue(self) -> float | None:
        """Seconds until a lease runs out; None when there is none."""
        return max(0.0, float(self._leased[0][0]) - self._now()) if self._leased else None

    def _line(self, delivery: Delivery) -> deque[int] | None:
        key = delivery.message.ordering_key
        if not key or not self.resource.enable_message_ordering:
            return None
        return self._lines.setdefault(key, deque())

    def _release(self, delivery: Delivery) -> None:
        if delivery.ack_id:
            self._leased.discard((delivery.deadline, delivery.serial))
            delivery.holder.messages -= 1
            delivery.holder.bytes -= delivery.message.ByteSize()
            delivery.ack_id = ""

    def _backoff(self, failures: int) -> float:
        if self.resource.HasField("retry_policy"):
            policy = self.resource.retry_policy
            return exponential(seconds(policy.minimum_backoff), seconds(policy.maximum_backoff), failures)
        if self.resource.push_config.push_endpoint:
            return exponential(PUSH_MIN_BACKOFF, PUSH_MAX_BACKOFF, failures)
        return 0.0
