"""Cloud Tasks: hand work to a task function."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import grpc
from google.api_core.exceptions import AlreadyExists
from google.cloud import tasks_v2
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport
from google.protobuf import duration_pb2, timestamp_pb2
from pydantic import BaseModel

from shared.cloud.once import once
from shared.runtime import trace
from shared.runtime.settings import settings

MOST_BYTES: Final = 100_000
"""Of a whole task: its address, headers and token count too. The service takes 100 KiB, and adds fields of its own."""
_CALL_SECONDS: Final = 10


@once
def client() -> tasks_v2.CloudTasksClient:
    """The client of this process; thread-safe. The library knows no emulator, so it gets a channel to ours."""
    address = settings().tasks_emulator
    if address is None:
        return tasks_v2.CloudTasksClient()
    return tasks_v2.CloudTasksClient(transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(address)))


def enqueue(
    queue: str,
    function: str,
    payload: BaseModel | Mapping[str, Any],
    *,
    task_id: str | None = None,
    delay_seconds: float = 0,
    deadline_seconds: int = 600,
) -> bool:
    """Have the task function of this deployed name called with the payload, now or after `delay_seconds`.

    A `task_id` (letters, digits, `-`, `_`) makes it happen once: False means that a task of this name exists, or did
    within about the last hour. `deadline_seconds` (15 to 1800) is how long one attempt may take. The current trace
    goes along. Raises ValueError if the task has more than MOST_BYTES: put its payload into a document and send its
    path.
    """
    body = payload.model_dump_json(by_alias=True) if isinstance(payload, BaseModel) else json.dumps(dict(payload))
    parent = f"projects/{settings().project}/locations/{settings().region}/queues/{queue}"
    url = settings().function_url(function)
    task = tasks_v2.Task(
        name=f"{parent}/tasks/{task_id}" if task_id else "",
        dispatch_deadline=duration_pb2.Duration(seconds=deadline_seconds),
        http_request=tasks_v2.HttpRequest(
            http_method=tasks_v2.HttpMethod.POST,
            url=url,
            headers={"Content-Type": "application/json", "traceparent": trace.current().traceparent},
            body=body.encode(),
            oidc_token=tasks_v2.OidcToken(service_account_email=settings().invoker, audience=url),
        ),
    )
    if delay_seconds > 0:
        due = timestamp_pb2.Timestamp()
        due.FromDatetime(datetime.now(UTC) + timedelta(seconds=delay_seconds))
        task.schedule_time = due
    size = tasks_v2.Task.pb(task).ByteSize()
    if size > MOST_BYTES:
        raise ValueError(f"a task may have {MOST_BYTES} bytes, not {size}: put its payload into a document")
    try:
        client().create_task(parent=parent, task=task, timeout=_CALL_SECONDS)
    except AlreadyExists:
        return False
    return True
