"""The RPCs of google.cloud.tasks.v2.CloudTasks that the emulator has: requests in, resources out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.cloud.tasks_v2 import types
from google.protobuf.empty_pb2 import Empty

from emulator.common.paging import page
from emulator.common.rpc import Handler, invalid, unary, unimplemented
from emulator.tasks import names
from emulator.tasks.broker import Broker
from emulator.tasks.limits import check_task, complete_queue, complete_retry
from emulator.tasks.model import RUNNING, Entry

SERVICE = "google.cloud.tasks.v2.CloudTasks"
Queue, Task = types.Queue.pb(), types.Task.pb()
ListQueuesResponse, ListTasksResponse = types.ListQueuesResponse.pb(), types.ListTasksResponse.pb()
PAUSED = int(types.Queue.State.PAUSED)
BASIC, FULL = int(types.Task.View.BASIC), int(types.Task.View.FULL)
MAX_QUEUES_PAGE, MAX_TASKS_PAGE = 9800, 1000
OUTPUT_ONLY = frozenset({"name", "state", "purge_time"})


class CloudTasks:
    """Checks a request, does it on the broker, answers with a copy of the resource."""

    def __init__(self, broker: Broker, now: Callable[[], float]) -> None:
        self._broker = broker
        self._now = now

    def handlers(self) -> Mapping[str, Handler]:
        """The methods by name, for a gRPC server."""
        return {
            "ListQueues": unary(types.ListQueuesRequest.pb(), self.list_queues),
            "GetQueue": unary(types.GetQueueRequest.pb(), self.get_queue),
            "CreateQueue": unary(types.CreateQueueRequest.pb(), self.create_queue),
            "UpdateQueue": unary(types.UpdateQueueRequest.pb(), self.update_queue),
            "DeleteQueue": unary(types.DeleteQueueRequest.pb(), self.delete_queue),
            "PurgeQueue": unary(types.PurgeQueueRequest.pb(), self.purge_queue),
            "PauseQueue": unary(types.PauseQueueRequest.pb(), self.pause_queue),
            "ResumeQueue": unary(types.ResumeQueueRequest.pb(), self.resume_queue),
            "ListTasks": unary(types.ListTasksRequest.pb(), self.list_tasks),
            "GetTask": unary(types.GetTaskRequest.pb(), self.get_task),
            "CreateTask": unary(types.CreateTaskRequest.pb(), self.create_task),
            "DeleteTask": unary(types.DeleteTaskRequest.pb(), self.delete_task),
            "RunTask": unary(types.RunTaskRequest.pb(), self.run_task),
        }

    def list_queues(self, request: Any) -> Any:
        if request.filter:
            raise unimplemented("ListQueuesRequest.filter is not emulated")
        prefix = names.location(request.parent) + "/queues/"
        found = [queue for queue in self._broker.queues() if queue.name.startswith(prefix)]
        queues, token = page(found, size=request.page_size, token=request.page_token, maximum=MAX_QUEUES_PAGE)
        return ListQueuesResponse(queues=queues, next_page_token=token)

    def get_queue(self, request: Any) -> Any:
        return self._broker.queue(names.queue(request.name)).resource

    def create_queue(self, request: Any) -> Any:
        queue = request.queue
        if names.parent(names.queue(queue.name)) != request.parent:
            raise invalid("Queue.name must be in the location that is the request's parent")
        complete_queue(queue)
        self._broker.create_queue(queue)
        return queue

    def update_queue(self, request: Any) -> Any:
        """Changes the masked fields, or all without a mask; makes the queue when there is none, as the service does."""
        name = names.queue(request.queue.name)
        if not self._broker.has_queue(name):
            complete_queue(request.queue)
            self._broker.create_queue(request.queue)
            return request.queue
        changed = Queue()
        changed.CopyFrom(self.get_queue(request.queue))
        mask = request.update_mask
        if not mask.paths:
            mask.paths.extend(field.name for field in Queue.DESCRIPTOR.fields)
        kept = [path for path in mask.paths if path not in OUTPUT_ONLY]
        del mask.paths[:]
        mask.paths.extend(kept)
        if not mask.IsValidForDescriptor(Queue.DESCRIPTOR):
            raise invalid("update_mask names a field that Queue does not have")
        mask.MergeMessage(request.queue, changed, replace_message_field=True, replace_repeated_field=True)
        complete_queue(changed)
        self._broker.queue(name).resource.CopyFrom(changed)
        self._broker.queue_changed(name)
        return changed

    def delete_queue(self, request: Any) -> Any:
        self._broker.delete_queue(names.queue(request.name))
        return Empty()

    def purge_queue(self, request: Any) -> Any:
        self._broker.purge(names.queue(request.name))
        return self.get_queue(request)

    def pause_queue(self, request: Any) -> Any:
        return self._set_state(request, PAUSED)

    def resume_queue(self, request: Any) -> Any:
        return self._set_state(request, RUNNING)

    def list_tasks(self, request: Any) -> Any:
        entries = list(self._broker.queue(names.queue(request.parent)))
        found, token = page(entries, size=request.page_size, token=request.page_token, maximum=MAX_TASKS_PAGE)
        return ListTasksResponse(tasks=[_view(entry, request) for entry in found], next_page_token=token)

    def get_task(self, request: Any) -> Any:
        return _view(self._broker.task(names.task(request.name)), request)

    def create_task(self, request: Any) -> Any:
        task = request.task
        parent = names.queue(request.parent)
        if task.name and names.parent(names.task(task.name)) != parent:
            raise invalid("The queue of Task.name must be the request's parent")
        check_task(task, self._now())
        if task.HasField("retry_config"):
            complete_retry(task.retry_config)
        for given in ("create_time", "dispatch_count", "response_count", "first_attempt", "last_attempt", "view"):
            task.ClearField(given)
        return _view(self._broker.create_task(parent, task), request)

    def delete_task(self, request: Any) -> Any:
        self._broker.delete_task(names.task(request.name))
        return Empty()

    def run_task(self, request: Any) -> Any:
        return _view(self._broker.run_task(names.task(request.name)), request)

    def _set_state(self, request: Any, state: int) -> Any:
        queue = self.get_queue(request)
        queue.state = state
        self._broker.queue_changed(queue.name)
        return queue


def _view(entry: Entry, request: Any) -> Any:
    task = Task()
    task.CopyFrom(entry.task)
    task.view = request.response_view or BASIC
    if task.view != FULL:
        task.http_request.ClearField("body")
    return task
