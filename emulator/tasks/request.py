"""The HTTP request that an attempt sends. Headers as the service sets them."""

from __future__ import annotations

from dataclasses import dataclass

from google.cloud.tasks_v2 import types

from emulator.common import oidc
from emulator.common.times import seconds
from emulator.tasks.limits import DEFAULT_DEADLINE_SECONDS, is_reserved
from emulator.tasks.model import Entry
from emulator.tasks.names import parent, short


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """What to send; the deadline is in seconds."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    deadline: float


def request_of(entry: Entry, now: float) -> OutgoingRequest:
    """The request of an attempt that has just been marked as dispatched; `now` dates the identity token."""
    http = entry.task.http_request
    headers = {name: value for name, value in http.headers.items() if not is_reserved(name)}
    headers |= {"User-Agent": "Google-Cloud-Tasks"} | _task_headers(entry)
    if http.HasField("oidc_token"):
        token = http.oidc_token
        headers |= oidc.bearer(email=token.service_account_email, audience=token.audience or http.url, now=now)
    method = types.HttpMethod(http.http_method or types.HttpMethod.POST).name
    deadline = seconds(entry.task.dispatch_deadline) or DEFAULT_DEADLINE_SECONDS
    return OutgoingRequest(method, http.url, headers, http.body, deadline)


def _task_headers(entry: Entry) -> dict[str, str]:
    task = entry.task
    headers = {
        "X-CloudTasks-QueueName": short(parent(task.name)),
        "X-CloudTasks-TaskName": short(task.name),
        "X-CloudTasks-TaskRetryCount": str(task.dispatch_count - 1),
        "X-CloudTasks-TaskExecutionCount": str(entry.execution_count),
        "X-CloudTasks-TaskETA": f"{entry.due:.6f}",
    }
    if entry.previous_response is not None:
        headers["X-CloudTasks-TaskPreviousResponse"] = str(entry.previous_response)
    if entry.retry_reason is not None:
        headers["X-CloudTasks-TaskRetryReason"] = entry.retry_reason
    return headers
