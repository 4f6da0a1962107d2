"""Plain HTTP around a handler: for what is not an app (health, public pages, calendar feeds, exports)."""

import inspect
from collections.abc import Callable
from typing import Any

import flask
from werkzeug.exceptions import HTTPException

from shared.runtime import cors, identity, logs
from shared.runtime.app_check import check_app
from shared.runtime.door import Door, Visit
from shared.runtime.errors import InvalidArgument, NotFound
from shared.runtime.outcomes import error_body, error_headers, http_status
from shared.runtime.registry import FunctionSpec, HttpTrigger
from shared.runtime.security import protect
from shared.runtime.settings import settings
from shared.runtime.wire import encode


class HttpDoor:
    """Hands a Flask request to a handler and its Flask response back; failures become a JSON error and its status."""

    def __init__(self, spec: FunctionSpec, handler: Callable[..., Any]) -> None:
        assert isinstance(spec.trigger, HttpTrigger)  # noqa: S101 - the decorator saw to it
        self._spec = spec
        self._handler = handler
        self._takes_caller = len(inspect.signature(handler).parameters) > 1
        methods = spec.trigger.methods
        self._methods = (*methods, "HEAD") if "GET" in methods and "HEAD" not in methods else methods
        self._door = Door(spec)

    def __call__(self, request: flask.Request) -> flask.Response:
        """Answer a request. Raises nothing."""
        if request.method == "OPTIONS":
            return cors.preflight(request, self._methods)
        visit = self._door.open(request)
        try:
            response = flask.make_response(self._answer(request))
            visit.done("OK", status=response.status_code)
        except Exception as error:  # noqa: BLE001 - the outermost boundary: logged, and answered by its code
            response = _failed(error, visit)
        response.headers["X-Trace-Id"] = visit.trace.trace_id
        return cors.allow(request, protect(response))

    def _answer(self, request: flask.Request) -> Any:
        self._door.admit_address(request)
        if request.method not in self._methods:
            allowed = ", ".join((*self._methods, "OPTIONS"))
            raise InvalidArgument(
                f"Call this with {allowed}.", reason="METHOD_NOT_ALLOWED", metadata={"allowed": allowed}
            )
        self._door.bound(request)
        caller = identity.caller_of(request.headers, fresh=self._spec.fresh) if self._takes_caller else None
        identity.require(caller, self._spec.caller)
        if self._spec.caller != "anyone":
            # Pages and feeds that anyone may fetch are fetched by programs that are not the app.
            check_app(request.headers, self._spec.app_check or settings().app_check)
        if caller is not None:
            logs.label(uid=caller.uid)
            self._door.admit_caller(caller.uid)
        return self._handler(request, caller) if self._takes_caller else self._handler(request)


def _failed(error: Exception, visit: Visit) -> flask.Response:
    failure = visit.failed(_refusal(error) if isinstance(error, HTTPException) else error)
    visit.done(failure.code, reason=failure.reason)
    body = encode({"error": error_body(failure, visit.trace.trace_id)})
    return flask.Response(body, http_status(failure), error_headers(failure), content_type="application/json")


def _refusal(error: HTTPException) -> Exception:
    """What Flask itself refuses, such as a body that is not JSON, as one of our failures."""
    message = error.description or error.name
    if error.code == 404:
        return NotFound(message, reason="PAGE_NOT_FOUND")
    if error.code is not None and 400 <= error.code < 500:
        return InvalidArgument(message, reason="BAD_REQUEST")
    return error
