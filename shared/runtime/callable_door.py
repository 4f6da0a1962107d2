"""The Firebase callable protocol around a handler.

Source: https://firebase.google.com/docs/functions/callable-reference and the servers of firebase-functions.
"""

import inspect
from collections.abc import Callable, Generator, Mapping
from typing import Any, Final

import flask
from pydantic import BaseModel

from shared.runtime import cors, identity, logs
from shared.runtime.app_check import check_app
from shared.runtime.caller import Caller, TripAccess
from shared.runtime.charging import Charger, charged
from shared.runtime.door import Door, Visit
from shared.runtime.errors import Internal, InvalidArgument, TravvyError
from shared.runtime.event_stream import EventStream, frame, want_stream
from shared.runtime.outcomes import error_body, error_headers, http_status
from shared.runtime.registry import FunctionSpec
from shared.runtime.security import protect
from shared.runtime.settings import settings
from shared.runtime.validation import parse
from shared.runtime.wire import RepeatedKeyError, decode, encode

_METHODS: Final = ("POST",)


class CallableDoor:
    """Turns HTTP requests of the callable protocol into calls of one handler, and its answers back."""

    def __init__(self, spec: FunctionSpec, handler: Callable[..., Any]) -> None:
        self._spec = spec
        self._handler = handler
        self._takes_caller = len(inspect.signature(handler).parameters) > 1
        self._door = Door(spec)

    def __call__(self, request: flask.Request) -> flask.Response:
        """Answer a request. Raises nothing."""
        if request.method == "OPTIONS":
            return cors.preflight(request, _METHODS)
        visit = self._door.open(request)
        wanted = _wants_stream(request)
        want_stream(wanted)
        answer = self._streamed if wanted else self._whole
        response = protect(answer(request, visit))
        response.headers["X-Trace-Id"] = visit.trace.trace_id
        return cors.allow(request, response)

    def _whole(self, request: flask.Request, visit: Visit) -> flask.Response:
        try:
            run = self._begin(request)
            while True:
                try:
                    next(run)
                except StopIteration as stop:
                    body, status, code = b'{"result":%b}' % encode(stop.value), 200, "OK"
                    break
            headers: dict[str, str] = {}
            fields: dict[str, str] = {}
        except Exception as error:  # noqa: BLE001 - the outermost boundary: logged, and answered as the protocol says
            failure = visit.failed(error)
            body, status, code = _error(failure, visit), http_status(failure), failure.code
            headers, fields = error_headers(failure), {"reason": failure.reason}
        visit.done(code, **fields)
        return flask.Response(body, status, headers, content_type="application/json")

    def _streamed(self, request: flask.Request, visit: Visit) -> flask.Response:
        """Even a failure is a frame of a 200: that is where the SDKs look for it."""
        try:
            run = self._begin(request)
        except Exception as error:  # noqa: BLE001 - as above
            failure = visit.failed(error)
            visit.done(failure.code, reason=failure.reason)
            body: Any = [frame(_error(failure, visit))]
        else:
            body = EventStream(self._frames(run, visit))
        return flask.Response(body, content_type="text/event-stream; charset=utf-8")

    def _frames(self, run: Generator[Any, None, Any], visit: Visit) -> Generator[bytes, None, None]:
        try:
            while True:
                try:
                    chunk = next(run)
                except StopIteration as stop:
                    last = frame(b'{"result":%b}' % encode(stop.value))
                    break
                yield frame(b'{"message":%b}' % encode(chunk))
        except GeneratorExit:
            run.close()
            visit.done("CANCELLED", reason="CLIENT_GONE")
            raise
        except Exception as error:  # noqa: BLE001 - as above
            failure = visit.failed(error)
            visit.done(failure.code, reason=failure.reason)
            yield frame(_error(failure, visit))
        else:
            visit.done("OK")
            yield last

    def _begin(self, request: flask.Request) -> Generator[Any, None, Any]:
        """Check everything that can be checked before the handler runs, then hand out its chunks and result."""
        self._door.admit_address(request)
        _check_protocol(request)
        body = self._door.body(request)
        caller = identity.caller_of(request.headers, fresh=self._spec.fresh)
        identity.require(caller, self._spec.caller)
        check_app(request.headers, self._spec.app_check or settings().app_check)
        if caller is not None:
            logs.label(uid=caller.uid)
            self._door.admit_caller(caller.uid)
        assert self._spec.request is not None  # noqa: S101 - the decorator saw to it
        argument = parse(self._spec.request, _data(body))
        charger = self._charger(caller, argument)
        if self._spec.role is None or caller is None:
            if charger:
                charger.make()
            run = self._run(argument, caller, None)
        else:
            access = TripAccess(caller, argument.trip_id, self._spec.role, charge=charger)  # type: ignore[attr-defined]
            run = self._run(argument, access, access)
        return charged(run, charger) if charger else run

    def _charger(self, caller: Caller | None, argument: BaseModel) -> Charger | None:
        if self._spec.quota is None or caller is None:
            return None
        trip_id, request_id = getattr(argument, "trip_id", None), getattr(argument, "request_id", None)
        return Charger(self._spec.name, self._spec.quota, caller.uid, trip_id, request_id)

    def _run(self, argument: BaseModel, who: object, access: TripAccess | None) -> Generator[Any, None, Any]:
        result = self._handler(argument, who) if self._takes_caller else self._handler(argument)
        if self._spec.streaming:
            try:
                while True:
                    try:
                        chunk = next(result)
                    except StopIteration as stop:
                        result = stop.value
                        break
                    self._release(access)
                    yield chunk
            except GeneratorExit:
                result.close()
                raise
        self._release(access)
        return result

    def _release(self, access: TripAccess | None) -> None:
        if access is not None and not access.checked:
            raise Internal(f"{self._spec.name} answered without checking the role", reason="ROLE_NOT_CHECKED")


def _wants_stream(request: flask.Request) -> bool:
    accepted = request.headers.get("Accept", "")
    return any(part.split(";")[0].strip().lower() == "text/event-stream" for part in accepted.split(","))


def _check_protocol(request: flask.Request) -> None:
    if request.method not in _METHODS:
        raise InvalidArgument(
            "Call this with POST.", reason="METHOD_NOT_ALLOWED", metadata={"allowed": "POST, OPTIONS"}
        )
    if request.mimetype != "application/json":
        raise InvalidArgument("The Content-Type must be application/json.", reason="CONTENT_TYPE")


def _data(body: bytes) -> Any:
    try:
        envelope = decode(body)
    except RepeatedKeyError as error:
        raise InvalidArgument(
            f"The body is ambiguous JSON: {error}.", reason="MALFORMED_JSON", metadata={"field": error.key}
        ) from None
    except ValueError as error:
        raise InvalidArgument(f"The body is not JSON: {error}.", reason="MALFORMED_JSON") from None
    if not isinstance(envelope, Mapping) or set(envelope) != {"data"}:
        raise InvalidArgument('The body must be {"data": …} and nothing else.', reason="MALFORMED_ENVELOPE")
    return envelope["data"]


def _error(failure: TravvyError, visit: Visit) -> bytes:
    return encode({"error": error_body(failure, visit.trace.trace_id)})
