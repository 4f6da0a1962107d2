"""Doors of the functions that only our own services call: tasks, messages and schedules.

All three check the service's token before anything else, and answer as `outcomes.py` says.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import flask
from pydantic import Base64Bytes, Field

from shared.runtime import logs, trace
from shared.runtime.context import MessageContext, ScheduleContext, TaskContext
from shared.runtime.door import Door, Visit
from shared.runtime.errors import InvalidArgument, TravvyError
from shared.runtime.models import Event
from shared.runtime.outcomes import error_body, error_headers, http_status, task_drops
from shared.runtime.registry import FunctionSpec
from shared.runtime.security import protect
from shared.runtime.validation import parse
from shared.runtime.wire import decode, encode


class _ServiceDoor(ABC):
    def __init__(self, spec: FunctionSpec, handler: Callable[..., Any]) -> None:
        self._spec = spec
        self._handler = handler
        self._takes_context = len(inspect.signature(handler).parameters) > 1
        self._door = Door(spec)

    def __call__(self, request: flask.Request) -> flask.Response:
        """Answer a delivery. Raises nothing."""
        visit = self._door.open(request)
        return protect(self._answer(request, visit))

    def _answer(self, request: flask.Request, visit: Visit) -> flask.Response:
        from shared.runtime.service_identity import require_service

        try:
            require_service(request.headers, self._spec.name)
            self._deliver(request)
        except Exception as error:  # noqa: BLE001 - the outermost boundary: logged, and answered by its code
            failure = visit.failed(error)
            body, status = {"error": error_body(failure, visit.trace.trace_id)}, self._status(failure)
            visit.done(failure.code, reason=failure.reason, status=status)
            return flask.Response(encode(body), status, error_headers(failure), content_type="application/json")
        visit.done("OK")
        return flask.Response(b"{}", 200, content_type="application/json")

    @abstractmethod
    def _deliver(self, request: flask.Request) -> None:
        """Call the handler with what the request brings."""

    def _status(self, failure: TravvyError) -> int:
        return http_status(failure)

    def _payload(self, value: Any) -> Any:
        assert self._spec.request is not None  # noqa: S101 - the decorator saw to it
        return parse(self._spec.request, value)

    def _json(self, body: bytes) -> Any:
        try:
            return decode(body)
        except ValueError as error:
            raise InvalidArgument(f"The body is not JSON: {error}.", reason="MALFORMED_JSON") from None


class TaskDoor(_ServiceDoor):
    """Deliveries of Cloud Tasks."""

    def _deliver(self, request: flask.Request) -> None:
        headers = request.headers
        context = TaskContext(
            task_name=headers.get("X-CloudTasks-TaskName", ""),
            queue=headers.get("X-CloudTasks-QueueName", ""),
            attempt=headers.get("X-CloudTasks-TaskRetryCount", 0, type=int),
            execution_count=headers.get("X-CloudTasks-TaskExecutionCount", 0, type=int),
            eta=_epoch(headers.get("X-CloudTasks-TaskETA")),
            trace=trace.current(),
        )
        logs.label(task=context.task_name, queue=context.queue, attempt=str(context.attempt))
        payload = self._payload(self._json(self._door.body(request)))
        if self._takes_context:
            self._handler(payload, context)
        else:
            self._handler(payload)

    def _status(self, failure: TravvyError) -> int:
        if not task_drops(failure):
            return http_status(failure)
        logs.log.error(f"{self._spec.name}: task dropped, no retry could succeed: {failure}", reason=failure.reason)
        return 200


class _Message(Event):
    data: Base64Bytes = b""
    attributes: dict[str, str] = Field(default_factory=dict)
    message_id: str = ""
    publish_time: datetime | None = None
    ordering_key: str = ""


class _Push(Event):
    """What Pub/Sub sends; a message carries the trace of its cause, because the push itself usually brings none."""

    message: _Message
    delivery_attempt: int | None = None


class MessageDoor(_ServiceDoor):
    """Pub/Sub messages, as a CloudEvent (binary or structured) or as Pub/Sub itself pushes them."""

    def _deliver(self, request: flask.Request) -> None:
        envelope = self._json(self._door.body(request))
        if request.mimetype == "application/cloudevents+json" and isinstance(envelope, dict):
            envelope = envelope.get("data")
        push = parse(_Push, envelope)
        message = push.message
        if "traceparent" in message.attributes and "traceparent" not in request.headers:
            trace.enter(trace.from_headers(message.attributes))
        context = MessageContext(
            event_id=message.message_id or request.headers.get("ce-id", ""),
            attributes=message.attributes,
            publish_time=message.publish_time,
            ordering_key=message.ordering_key,
            delivery_attempt=push.delivery_attempt,
            trace=trace.current(),
        )
        logs.label(event=context.event_id)
        payload = self._payload(self._json(message.data))
        if self._takes_context:
            self._handler(payload, context)
        else:
            self._handler(payload)


class ScheduleDoor(_ServiceDoor):
    """Runs of Cloud Scheduler."""

    def _deliver(self, request: flask.Request) -> None:
        self._door.body(request)
        job = request.headers.get("X-CloudScheduler-JobName", "")
        self._handler(
            ScheduleContext(job, _rfc3339(request.headers.get("X-CloudScheduler-ScheduleTime")), trace.current())
        )


def _epoch(text: str | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC) if text else None
    except (ValueError, OverflowError, OSError):
        return None


def _rfc3339(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment
