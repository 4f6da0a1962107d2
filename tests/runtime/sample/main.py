"""One function of every kind and of every promise, as a functions-framework source file."""

import threading
from collections.abc import Generator
from typing import Any

import flask

from shared.runtime.caller import Caller, Role, TripAccess
from shared.runtime.context import MessageContext, ScheduleContext, TaskContext
from shared.runtime.decorators import (
    Limits,
    callable_function,
    http_function,
    message_function,
    scheduled_function,
    task_function,
)
from shared.runtime.errors import Aborted, FailedPrecondition, ResourceExhausted
from shared.runtime.logs import log
from shared.runtime.models import Empty, Event, Request, Response

ROLES = {"viewer": "viewer", "voter": "voter", "editor": "editor", "owner": "owner"}
closed = threading.Event()


class Say(Request):
    text: str = ""
    number: int = 0
    anything: Any = None


class Said(Response):
    text: str
    number: int
    anything: Any


class Who(Response):
    uid: str | None
    admin: bool = False


class OfTrip(Request):
    trip_id: str
    role_of_caller: str = ""


class Answer(Response):
    role: str


class Failure(Request):
    kind: str


class Note(Event):
    text: str
    fail: str = ""


class Work(Request):
    fail: str = ""


class Seconds(Response):
    ratio: float


@callable_function("echo-say", caller="anyone")
def echo_say(request: Say) -> Said:
    """Answer what was said."""
    return Said(text=request.text, number=request.number, anything=request.anything)


@callable_function("echo-small", caller="anyone", limits=Limits(body_bytes=1000, per_address_per_minute=None))
def echo_small(request: Say) -> Said:
    """Answer what was said, if it is short."""
    return Said(text=request.text, number=request.number, anything=request.anything)


@callable_function("echo-greet", caller="anyone")
def echo_greet(request: Empty, caller: Caller | None) -> Who:
    """Say who calls, if anybody is signed in."""
    return Who(uid=caller.uid if caller else None)


@callable_function("echo-to-apps", caller="anyone", app_check="enforce")
def echo_to_apps(request: Empty) -> Who:
    """Answer the app only, whatever the deployment says."""
    return Who(uid=None)


@callable_function("echo-to-all", caller="anyone", app_check="off")
def echo_to_all(request: Empty) -> Who:
    """Answer everybody, whatever the deployment says."""
    return Who(uid=None)


@callable_function("echo-whoami")
def echo_whoami(request: Empty, caller: Caller) -> Who:
    """Say who calls."""
    return Who(uid=caller.uid, admin=caller.admin)


@callable_function("echo-fresh", fresh=True)
def echo_fresh(request: Empty, caller: Caller) -> Who:
    """Say who calls, after asking the Auth server."""
    return Who(uid=caller.uid)


@callable_function("echo-admin", caller="admin")
def echo_admin(request: Empty, caller: Caller) -> Who:
    """Say which administrator calls."""
    return Who(uid=caller.uid, admin=caller.admin)


@callable_function("echo-limited", limits=Limits(per_caller_per_minute=2))
def echo_limited(request: Empty, caller: Caller) -> Who:
    """Answer twice a minute."""
    return Who(uid=caller.uid)


@callable_function("echo-crowded", caller="anyone", limits=Limits(per_address_per_minute=2))
def echo_crowded(request: Empty) -> Who:
    """Answer each address twice a minute."""
    return Who(uid=None)


@callable_function("trip-edit", role=Role.EDITOR)
def trip_edit(request: OfTrip, access: TripAccess) -> Answer:
    """Answer editors."""
    roles = {access.caller.uid: request.role_of_caller} if request.role_of_caller else {}
    return Answer(role=access.check(roles))


@callable_function("trip-forget", role=Role.EDITOR)
def trip_forget(request: OfTrip, access: TripAccess) -> Answer:
    """Answer without having checked."""
    return Answer(role="secret")


@callable_function("trip-leak", role=Role.EDITOR)
def trip_leak(request: OfTrip, access: TripAccess) -> Generator[Answer, None, Answer]:
    """Stream without having checked."""
    yield Answer(role="secret")
    return Answer(role="secret")


@callable_function("count-up", caller="anyone")
def count_up(request: Say) -> Generator[Said, None, Said]:
    """Count to a number, then fail if the text says so."""
    try:
        for number in range(request.number):
            yield Said(text="", number=number, anything=None)
        if request.text == "fail":
            raise Aborted("Somebody else was first.", reason="TAKEN", metadata={"version": 7})
        if request.text == "break":
            raise RuntimeError("the password is swordfish")
        return Said(text="done", number=request.number, anything=None)
    except GeneratorExit:
        log.info("count-up was closed")
        raise


@callable_function("fail-with", caller="anyone")
def fail_with(request: Failure) -> Seconds:
    """Fail in the way that is asked for."""
    if request.kind == "nan":
        return Seconds(ratio=float("nan"))
    if request.kind == "details":
        odd: Any = {"object": object(), "nan": float("nan"), "large": 2**60}
        raise FailedPrecondition("Not now.", reason="NOT_NOW", metadata=odd)
    if request.kind == "quota":
        raise ResourceExhausted("Come back later.", reason="QUOTA", retry_after=12.4)
    raise RuntimeError("the password is swordfish")


@http_function("page-show", methods=("GET", "POST"))
def page_show(request: flask.Request) -> flask.Response:
    """Show the path and the method."""
    return flask.jsonify(path=request.path, method=request.method)


@http_function("page-read", methods=("POST",))
def page_read(request: flask.Request) -> flask.Response:
    """Show the JSON that was sent."""
    return flask.jsonify(request.get_json())


@http_function("page-kept")
def page_kept(request: flask.Request) -> flask.Response:
    """A page that may be kept, and that loads what is its own."""
    headers = {"Cache-Control": "private, max-age=60", "Content-Security-Policy": "default-src 'self'"}
    return flask.Response("kept", headers=headers)


@http_function("page-mine", caller="user")
def page_mine(request: flask.Request, caller: Caller) -> flask.Response:
    """Show who calls."""
    return flask.jsonify(uid=caller.uid)


@http_function("page-crowded", limits=Limits(per_address_per_minute=2))
def page_crowded(request: flask.Request) -> flask.Response:
    """A page that may be looked at twice a minute."""
    return flask.Response("seen")


@http_function("page-limited", caller="user", limits=Limits(per_caller_per_minute=2))
def page_limited(request: flask.Request, caller: Caller) -> flask.Response:
    """A page that each person may look at twice a minute."""
    return flask.Response("seen")


@task_function("task-work", queue="work")
def task_work(payload: Work, context: TaskContext) -> None:
    """Work, or fail as told."""
    log.info(
        "worked",
        task=context.task_name,
        queue=context.queue,
        attempt=context.attempt,
        executions=context.execution_count,
        eta=context.eta,
    )
    _fail(payload.fail)


@message_function("note-keep", topic="notes")
def note_keep(event: Note, context: MessageContext) -> None:
    """Keep a note, or fail as told."""
    log.info("noted", note=event.text, event=context.event_id, about=context.attributes, at=context.publish_time)
    _fail(event.fail)


@scheduled_function("clock-tick", cron="*/5 * * * *", time_zone="Asia/Tokyo")
def clock_tick(context: ScheduleContext) -> None:
    """Tick."""
    log.info("ticked", job=context.job_name, due=context.schedule_time)


def _fail(how: str) -> None:
    if how == "retryable":
        raise Aborted("Somebody else was first.", reason="TAKEN")
    if how == "permanent":
        raise FailedPrecondition("It cannot be done.", reason="IMPOSSIBLE")
    if how == "unknown":
        raise RuntimeError("the password is swordfish")
