"""The five decorators that make a handler a function. Each declares it in the registry and puts a door around it.

What they return is what functions-framework serves: a plain function from a Flask request to a Flask response.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeAlias, get_type_hints

import flask
import functions_framework
from pydantic import BaseModel

from shared.runtime.callable_door import CallableDoor
from shared.runtime.caller import Role
from shared.runtime.http_door import HttpDoor
from shared.runtime.registry import (
    AppCheck,
    Audience,
    DailyLimit,
    FunctionSpec,
    HttpTrigger,
    Kind,
    Limits,
    QueueTrigger,
    Quota,
    Rate,
    Resources,
    Retry,
    ScheduleTrigger,
    TopicTrigger,
    Trigger,
    register,
)
from shared.runtime.service_doors import MessageDoor, ScheduleDoor, TaskDoor

__all__ = [
    "DailyLimit",
    "Limits",
    "Quota",
    "Rate",
    "Resources",
    "Retry",
    "callable_function",
    "http_function",
    "message_function",
    "scheduled_function",
    "task_function",
]

Served: TypeAlias = Callable[[flask.Request], flask.Response]
Decorator: TypeAlias = Callable[[Callable[..., Any]], Served]

_SERVICE_LIMITS = Limits(per_caller_per_minute=None, per_address_per_minute=None)
_MESSAGE_LIMITS = Limits(per_caller_per_minute=None, per_address_per_minute=None, body_bytes=14 * 1024 * 1024)


def callable_function(
    name: str,
    *,
    caller: Audience = "user",
    role: Role | None = None,
    fresh: bool = False,
    limits: Limits | None = None,
    quota: Quota | None = None,
    app_check: AppCheck | None = None,
    resources: Resources | None = None,
) -> Decorator:
    """A function that the app calls through the Firebase callable protocol.

    The handler takes the request model and, if it has a second parameter, who calls: a `Caller` (for "anyone" a
    `Caller | None`), or with `role` a `TripAccess` whose `check` it must have called before any answer is released.
    A generator streams: it yields response chunks and returns the final response. `fresh` asks the Auth server on each
    call whether the token was revoked. `quota` is charged as soon as the caller's role is known, which for a function
    with a role must be outside of a transaction, or with what the use case writes (`TripAccess.join`);
    `app_check` replaces the deployment's own rule.
    """

    def decorate(handler: Callable[..., Any]) -> Served:
        streaming = inspect.isgeneratorfunction(handler)
        spec = _spec(
            name,
            "callable",
            handler,
            HttpTrigger(("POST",)),
            caller=caller,
            role=role,
            fresh=fresh,
            streaming=streaming,
            request=_payload_model(handler),
            response=_response_model(handler, streaming),
            limits=limits or Limits(),
            quota=quota,
            app_check=app_check,
            resources=resources or Resources(),
        )
        if role is not None and caller == "anyone":
            raise ValueError(f"{name} asks for a role, so it cannot be open to anyone")
        return _serve(spec, handler, CallableDoor(spec, handler))

    return decorate


def http_function(
    name: str,
    *,
    methods: tuple[str, ...] = ("GET",),
    caller: Audience = "anyone",
    fresh: bool = False,
    limits: Limits | None = None,
    resources: Resources | None = None,
) -> Decorator:
    """A plain HTTP function: the handler takes the Flask request (and the caller, if it has a second parameter)."""

    def decorate(handler: Callable[..., Any]) -> Served:
        spec = _spec(
            name,
            "http",
            handler,
            HttpTrigger(methods),
            caller=caller,
            fresh=fresh,
            limits=limits or Limits(),
            resources=resources or Resources(),
        )
        if caller != "anyone" and len(inspect.signature(handler).parameters) < 2:
            raise ValueError(f"{name} is for callers, so its handler must take one")
        return _serve(spec, handler, HttpDoor(spec, handler))

    return decorate


def message_function(
    name: str,
    *,
    topic: str,
    filter: str = "",
    ordered: bool = False,
    retry: Retry | None = None,
    resources: Resources | None = None,
) -> Decorator:
    """A function called with each message of a topic: the handler takes the event model (and a `MessageContext`).

    `filter` is a Pub/Sub subscription filter such as `attributes.type = "trip.member_joined.v1"`.
    """

    def decorate(handler: Callable[..., Any]) -> Served:
        trigger = TopicTrigger(topic, filter, ordered)
        if retry is not None:
            trigger = TopicTrigger(topic, filter, ordered, retry)
        spec = _service_spec(name, "message", handler, trigger, resources, _MESSAGE_LIMITS)
        return _serve(spec, handler, MessageDoor(spec, handler))

    return decorate


def task_function(
    name: str,
    *,
    queue: str,
    retry: Retry | None = None,
    rate: Rate | None = None,
    resources: Resources | None = None,
    preload: Callable[[], object] | None = None,
) -> Decorator:
    """A function called with each task of a queue: the handler takes the payload model (and a `TaskContext`).

    `preload` builds what the handler needs when the instance starts, so that its first task need not wait for imports.
    """

    def decorate(handler: Callable[..., Any]) -> Served:
        trigger = QueueTrigger(queue, retry or Retry(), rate or Rate())
        spec = _service_spec(name, "task", handler, trigger, resources, _SERVICE_LIMITS, preload)
        return _serve(spec, handler, TaskDoor(spec, handler))

    return decorate


def scheduled_function(
    name: str,
    *,
    cron: str,
    time_zone: str = "Etc/UTC",
    retry: Retry | None = None,
    resources: Resources | None = None,
) -> Decorator:
    """A function that Cloud Scheduler calls at the minutes of a unix-cron line: the handler takes a `ScheduleContext`.

    Runs may overlap and may come twice; the handler guards itself.
    """

    def decorate(handler: Callable[..., Any]) -> Served:
        trigger = ScheduleTrigger(cron, time_zone)
        if retry is not None:
            trigger = ScheduleTrigger(cron, time_zone, retry)
        spec = _spec(
            name,
            "schedule",
            handler,
            trigger,
            caller="service",
            limits=_SERVICE_LIMITS,
            resources=resources or Resources(),
        )
        return _serve(spec, handler, ScheduleDoor(spec, handler))

    return decorate


def _service_spec(
    name: str,
    kind: Kind,
    handler: Callable[..., Any],
    trigger: Trigger,
    resources: Resources | None,
    limits: Limits,
    preload: Callable[[], object] | None = None,
) -> FunctionSpec:
    return _spec(
        name,
        kind,
        handler,
        trigger,
        caller="service",
        request=_payload_model(handler),
        limits=limits,
        resources=resources or Resources(),
        preload=preload,
    )


def _spec(name: str, kind: Kind, handler: Callable[..., Any], trigger: Trigger, **declared: Any) -> FunctionSpec:
    summary = (inspect.getdoc(handler) or "").partition("\n")[0]
    if not summary:
        raise ValueError(f"{name} needs a docstring: its first line is what the API description shows")
    return FunctionSpec(name, kind, handler.__module__, handler.__name__, summary, trigger, **declared)


def _serve(spec: FunctionSpec, handler: Callable[..., Any], door: Served) -> Served:
    register(spec)

    @functools.wraps(handler)
    def served(request: flask.Request) -> flask.Response:
        return door(request)

    functions_framework.http(served)
    return served


def _payload_model(handler: Callable[..., Any]) -> type[BaseModel]:
    first = next(iter(inspect.signature(handler).parameters), None)
    model = get_type_hints(handler).get(first or "")
    if not (inspect.isclass(model) and issubclass(model, BaseModel)):
        raise ValueError(f"the first parameter of {handler.__name__} must be annotated with a model")
    return model


def _response_model(handler: Callable[..., Any], streaming: bool) -> type[BaseModel] | None:
    annotation = get_type_hints(handler).get("return")
    if streaming:
        annotation = annotation.__args__[-1] if annotation is not None else None
    if annotation is None or annotation is type(None):
        return None
    if not (inspect.isclass(annotation) and issubclass(annotation, BaseModel)):
        raise ValueError(f"{handler.__name__} must be annotated with the model it returns")
    return annotation
