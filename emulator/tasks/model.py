"""One queue: which task may be attempted when, and what becomes of it. No I/O; the clock is handed in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.cloud.tasks_v2 import types
from google.rpc import code_pb2
from sortedcontainers import SortedList

from emulator.common.backoff import backoff, exhausted
from emulator.common.outgoing import Answer
from emulator.common.times import seconds, timestamp
from emulator.tasks.limits import MAX_RETENTION_SECONDS, retry_rule
from emulator.tasks.rate import TokenBucket

Task = types.Task.pb()
RUNNING = int(types.Queue.State.RUNNING)
SERVER_ERROR = 500
# google.rpc.Code of an HTTP status, as the service reports failed attempts; others are UNKNOWN.
CODES = {
    400: code_pb2.INVALID_ARGUMENT,
    401: code_pb2.UNAUTHENTICATED,
    403: code_pb2.PERMISSION_DENIED,
    404: code_pb2.NOT_FOUND,
    409: code_pb2.ABORTED,
    429: code_pb2.RESOURCE_EXHAUSTED,
    500: code_pb2.INTERNAL,
    501: code_pb2.UNIMPLEMENTED,
    503: code_pb2.UNAVAILABLE,
    504: code_pb2.DEADLINE_EXCEEDED,
}


@dataclass(slots=True)
class Entry:
    """A task in its queue: the resource, and what is remembered for the headers of the next attempt."""

    task: Any
    execution_count: int = 0  # answers other than 5xx
    previous_response: int | None = None
    retry_reason: str | None = None
    running: int = 0

    @property
    def name(self) -> str:
        return str(self.task.name)

    @property
    def due(self) -> float:
        return seconds(self.task.schedule_time)

    def encode(self) -> bytes:
        head = json.dumps([self.execution_count, self.previous_response, self.retry_reason])
        body: bytes = self.task.SerializeToString()
        return head.encode() + b"\n" + body

    @classmethod
    def decode(cls, data: bytes) -> Entry:
        head, _, body = data.partition(b"\n")
        return cls(Task.FromString(body), *json.loads(head))


class TaskQueue:
    """The tasks of one queue, their order, the rate and the concurrency."""

    def __init__(self, resource: Any, now: Callable[[], float]) -> None:
        self.resource = resource
        self._now = now
        self._entries: dict[str, Entry] = {}
        self._waiting: SortedList[tuple[float, str]] = SortedList()
        self._running = 0
        limits = resource.rate_limits
        self._bucket = TokenBucket.full(limits.max_dispatches_per_second, limits.max_burst_size, now())

    def __iter__(self) -> Iterator[Entry]:
        """By schedule time, as the service lists them."""
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.due, entry.name)))

    def get(self, name: str) -> Entry | None:
        return self._entries.get(name)

    def limits_changed(self) -> None:
        """To be called after a change of the resource's rate limits."""
        limits = self.resource.rate_limits
        self._bucket = self._bucket.reshaped(limits.max_dispatches_per_second, limits.max_burst_size, self._now())

    def add(self, entry: Entry) -> None:
        self._entries[entry.name] = entry
        self._waiting.add((entry.due, entry.name))

    def remove(self, name: str) -> None:
        """Forgets a task; an attempt that runs is not stopped, but its outcome no longer counts."""
        entry = self._entries.pop(name)
        self._waiting.discard((entry.due, name))

    def wait(self) -> float | None:
        """Seconds until an attempt may start; None when only a change of the queue can make one possible."""
        if (
            self.resource.state != RUNNING
            or not self._waiting
            or self._running >= self.resource.rate_limits.max_concurrent_dispatches
        ):
            return None
        now = self._now()
        due: float = self._waiting[0][0]
        return max(due - now, self._bucket.wait(now), 0.0)

    def start_next(self) -> Entry | None:
        """The task to attempt now, marked as dispatched; None when `wait` is not 0."""
        if self.wait() != 0:
            return None
        _, name = self._waiting[0]
        self._bucket = self._bucket.take(self._now())
        return self.start(self._entries[name])

    def start(self, entry: Entry) -> Entry:
        """Marks a task as dispatched, whatever the limits say."""
        self._waiting.discard((entry.due, entry.name))
        self._running += 1
        entry.running += 1
        task, now = entry.task, timestamp(self._now())
        task.dispatch_count += 1
        task.last_attempt.Clear()
        task.last_attempt.schedule_time.CopyFrom(task.schedule_time)
        task.last_attempt.dispatch_time.CopyFrom(now)
        if not task.first_attempt.HasField("dispatch_time"):
            task.first_attempt.dispatch_time.CopyFrom(now)
        return entry

    def finish(self, entry: Entry, answer: Answer) -> bool:
        """Takes the outcome of an attempt. Returns whether the task is over, that is done or given up."""
        self._running -= 1
        entry.running -= 1
        self._record(entry, answer)
        if self._entries.get(entry.name) is not entry:
            return False
        if answer.ok or self._given_up(entry):
            self.remove(entry.name)
            return True
        self._waiting.discard((entry.due, entry.name))
        delay = max(backoff(self._rule(entry), entry.task.dispatch_count), answer.retry_after or 0.0)
        entry.task.schedule_time.CopyFrom(timestamp(self._now() + delay))
        self._waiting.add((entry.due, entry.name))
        return False

    def _rule(self, entry: Entry) -> Any:
        has_own = entry.task.HasField("retry_config")
        return retry_rule(entry.task.retry_config if has_own else self.resource.retry_config)

    def _given_up(self, entry: Entry) -> bool:
        now, task = self._now(), entry.task
        age = now - seconds(task.first_attempt.dispatch_time)
        too_old = now - seconds(task.create_time) >= MAX_RETENTION_SECONDS
        return too_old or exhausted(self._rule(entry), task.dispatch_count, age)

    def _record(self, entry: Entry, answer: Answer) -> None:
        attempt = entry.task.last_attempt
        attempt.response_time.CopyFrom(timestamp(self._now()))
        entry.previous_response = answer.status
        entry.retry_reason = answer.reason
        if answer.status is None:
            attempt.response_status.code = code_pb2.UNAVAILABLE
        else:
            entry.task.response_count += 1
            entry.execution_count += answer.status < SERVER_ERROR
            attempt.response_status.code = code_pb2.OK if answer.ok else CODES.get(answer.status, code_pb2.UNKNOWN)
        attempt.response_status.message = "" if answer.ok else answer.reason
