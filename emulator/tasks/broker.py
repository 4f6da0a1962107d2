"""All queues and tasks: kept durable, dispatched when due, remembered for a while when over."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from google.cloud.tasks_v2 import types

from emulator.common.outgoing import Outgoing
from emulator.common.rpc import already_exists, not_found
from emulator.common.store import Store
from emulator.common.times import seconds, timestamp
from emulator.common.waking import Signal
from emulator.tasks import names
from emulator.tasks.graves import Graves
from emulator.tasks.model import RUNNING, Entry, TaskQueue
from emulator.tasks.request import request_of

log = logging.getLogger(__name__)
Queue = types.Queue.pb()
QUEUE, TASK = "queue", "task"


@dataclass(slots=True)
class Lane:
    """A queue, the signal that something about it changed, and the coroutine that dispatches from it."""

    queue: TaskQueue
    changed: Signal = field(default_factory=Signal)
    dispatching: asyncio.Task[None] | None = None


class Broker:
    """The state of the service. Every change is in the store before the call returns."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._lanes: dict[str, Lane] = {}
        self._graves = Graves(store, now)
        self._outgoing = Outgoing()
        self._started = False
        self._attempts: set[asyncio.Task[None]] = set()
        for name, data in store.load(QUEUE):
            self._lanes[name] = Lane(TaskQueue(Queue.FromString(data), now))
        for name, data in store.load(TASK):
            self.queue(names.parent(name)).add(Entry.decode(data))

    def start(self) -> None:
        """Begins to dispatch."""
        self._started = True
        for lane in self._lanes.values():
            lane.dispatching = asyncio.create_task(self._dispatch(lane))

    async def stop(self) -> None:
        """Cuts off running attempts, as a crash would: a task is over only when its answer has come."""
        pending = [*self._attempts, *(lane.dispatching for lane in self._lanes.values() if lane.dispatching)]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await self._outgoing.close()
        self._store.close()

    def queues(self) -> Iterator[Any]:
        """The Queue resources, by name."""
        return (self._lanes[name].queue.resource for name in sorted(self._lanes))

    def queue(self, name: str) -> TaskQueue:
        return self._lane(name).queue

    def has_queue(self, name: str) -> bool:
        return name in self._lanes

    def create_queue(self, resource: Any) -> None:
        if resource.name in self._lanes:
            raise already_exists("Queue already exists")
        resource.state = RUNNING
        lane = self._lanes[resource.name] = Lane(TaskQueue(resource, self._now))
        self._store.put(QUEUE, resource.name, resource.SerializeToString())
        if self._started:
            lane.dispatching = asyncio.create_task(self._dispatch(lane))

    def queue_changed(self, name: str) -> None:
        """To be called after a change of a Queue resource."""
        lane = self._lane(name)
        lane.queue.limits_changed()
        self._store.put(QUEUE, name, lane.queue.resource.SerializeToString())
        lane.changed.fire()

    def delete_queue(self, name: str) -> None:
        lane = self._lane(name)
        with self._store.together():
            for entry in lane.queue:
                self._store.delete(TASK, entry.name)
            self._store.delete(QUEUE, name)
        del self._lanes[name]
        if lane.dispatching:
            lane.dispatching.cancel()

    def purge(self, name: str) -> None:
        for entry in list(self.queue(name)):
            self.delete_task(entry.name)
        self.queue(name).resource.purge_time.CopyFrom(timestamp(self._now()))
        self.queue_changed(name)

    def create_task(self, parent: str, task: Any) -> Entry:
        """Takes a checked task; names it if it has no name. Raises ALREADY_EXISTS for a name in use or used lately."""
        lane = self._lane(parent)
        task.name = task.name or f"{parent}/tasks/{uuid.uuid4().int}"
        if lane.queue.get(task.name):
            raise already_exists("Requested entity already exists")
        if self._graves.has(task.name):
            raise already_exists(
                "The task cannot be created because a task with this name existed too recently. For more information "
                "about task de-duplication see the reference of projects.locations.queues.tasks.create."
            )
        now = self._now()
        task.create_time.seconds = int(now)
        if seconds(task.schedule_time) < now:
            task.schedule_time.CopyFrom(timestamp(now))
        entry = Entry(task)
        self._store.put(TASK, entry.name, entry.encode())
        lane.queue.add(entry)
        lane.changed.fire()
        return entry

    def task(self, name: str) -> Entry:
        entry = self.queue(names.parent(name)).get(name)
        if entry is None and self._graves.has(name):
            raise not_found(
                "The task no longer exists, though a task with this name existed recently. The task either "
                "successfully completed or was deleted."
            )
        if entry is None:
            raise not_found("Task does not exist")
        return entry

    def delete_task(self, name: str) -> None:
        self.task(name)
        self.queue(names.parent(name)).remove(name)
        self._bury(name)

    def run_task(self, name: str) -> Entry:
        """Starts an attempt now, also of a task that runs or whose queue is paused."""
        entry, lane = self.task(name), self._lane(names.parent(name))
        lane.queue.start(entry)
        self._attempt(lane, entry)
        return entry

    def _lane(self, name: str) -> Lane:
        if name not in self._lanes:
            raise not_found(
                f"Queue does not exist: {name}. If you just created the queue, wait at least a minute for the queue "
                "to initialize."
            )
        return self._lanes[name]

    def _bury(self, name: str) -> None:
        with self._store.together():
            self._store.delete(TASK, name)
            self._graves.add(name)

    async def _dispatch(self, lane: Lane) -> None:
        while True:
            entry = lane.queue.start_next()
            if entry is None:
                await lane.changed.wait(lane.queue.wait())
            else:
                self._attempt(lane, entry)

    def _attempt(self, lane: Lane, entry: Entry) -> None:
        # Stored first: an attempt that a crash cuts off still counts.
        self._store.put(TASK, entry.name, entry.encode())
        attempt = asyncio.create_task(self._send(lane, entry))
        self._attempts.add(attempt)
        attempt.add_done_callback(self._attempts.discard)

    async def _send(self, lane: Lane, entry: Entry) -> None:
        request = request_of(entry, self._now())
        answer = await self._outgoing.send(
            request.method,
            request.url,
            headers=request.headers,
            body=request.body,
            timeout_seconds=request.deadline,
        )
        over = lane.queue.finish(entry, answer)
        if self._lanes.get(lane.queue.resource.name) is not lane:
            return
        if over:
            self._bury(entry.name)
            if not answer.ok:
                log.warning(
                    "task %s given up, attempts: %d, last: %s", entry.name, entry.task.dispatch_count, answer.reason
                )
        elif lane.queue.get(entry.name) is entry:
            self._store.put(TASK, entry.name, entry.encode())
        lane.changed.fire()
