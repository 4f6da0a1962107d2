"""Holds every answer that a test gets from a function against the API description.

That is the file, which the tests of the description hold in step with the functions: to have a gateway make it anew
takes seconds of each test process.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx
import jsonschema_rs

_FUNCTION: Final = re.compile(r"/demo-travvy/us-central1(/[a-z0-9-]+)")
_ROOT: Final = "urn:travvy"
FILE: Final = Path(__file__).parents[2] / "docs" / "openapi.json"


@cache
def api() -> dict[str, Any]:
    """The API description, read from its file. Treat as read-only."""
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


class Description:
    """An API description, with a validator for each answer, compiled when it is first needed. Thread-safe."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry([(_ROOT, document)], draft=jsonschema_rs.Draft202012)
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def check(self, method: str, path: str, response: httpx.Response) -> None:
        """Raise AssertionError if a function may not answer so. Paths that are not described are not checked."""
        operations = self.document["paths"].get(path)
        if operations is None:
            return
        # A method that a function does not take is answered as described for those that it takes.
        verb = method.lower() if method.lower() in operations else next(iter(operations))
        status = str(response.status_code)
        where = f"{method} {path} answered {status}"
        answers = operations[verb]["responses"]
        assert status in answers, f"{where}, which the API description does not know: {response.text[:2000]}"
        place = answers[status].get("$ref", f"#{_pointer('paths', path, verb, 'responses', status)}")
        content = self._at(place).get("content")
        if not content or method == "HEAD":
            return
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind == "text/event-stream":
            for line in response.text.splitlines():
                self.check_event(path, line)
            return
        assert kind in content or "*/*" in content, f"{where} with {kind}; described are {sorted(content)}"
        if kind == "application/json":
            self._hold(where, f"{place}{_pointer('content', kind, 'schema')}", response.json(), response.text)

    def check_event(self, path: str, line: str) -> None:
        """Raise AssertionError if a line of an event stream is neither a message, nor a failure, nor the result.

        Any function answers with a stream if asked to; those described as streaming say what their messages are.
        """
        if not line.startswith("data: ") or path not in self.document["paths"]:
            return
        at = "#" + _pointer("paths", path, "post", "responses", "200", "content")
        places = {"result": f"{at}/application~1json/schema", "error": "#/components/schemas/Failure"}
        if "text/event-stream" in self._at(at):
            places["message"] = f"{at}/text~1event-stream/schema"
        value = json.loads(line.removeprefix("data: "))
        (kind,) = value
        assert kind in ("message", "result", "error"), f"POST {path} sent the event {line}"
        if kind in places:
            self._hold(f"POST {path}, an event", places[kind], value, line)

    def _hold(self, where: str, place: str, value: Any, text: str) -> None:
        validator = self._validators.get(place)
        if validator is None:
            schema = {"$ref": f"{_ROOT}{place}"}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, registry=self._registry)
            self._validators[place] = validator
        error = next(validator.iter_errors(value), None)
        assert error is None, f"{where} off the API description: {error}\n{text[:2000]}"

    def _at(self, place: str) -> Any:
        found: Any = self.document
        for part in place.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        return found


@cache
def _described() -> Description:
    return Description(api())


def _check(request: httpx.Request, response: httpx.Response) -> None:
    found = _FUNCTION.fullmatch(request.url.path)
    if found and request.method != "OPTIONS":
        _described().check(request.method, found[1], response)


def _checked_lines(request: httpx.Request, lines: Iterator[str]) -> Iterator[str]:
    """The lines of a streamed answer, each checked as it comes."""
    found = _FUNCTION.fullmatch(request.url.path)
    for line in lines:
        if found:
            _described().check_event(found[1], line)
        yield line


@contextmanager
def every_answer_described() -> Iterator[None]:
    """Have whatever is asked with httpx checked, in all threads, for the length of the block."""
    send = httpx.Client.send

    def checked(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        response = send(client, request, **options)
        if not options.get("stream"):
            _check(response.request, response)
        elif response.headers.get("Content-Type", "").startswith("text/event-stream"):
            lines = response.iter_lines
            response.iter_lines = lambda: _checked_lines(request, lines())  # type: ignore[method-assign]
        return response

    httpx.Client.send = checked  # type: ignore[method-assign]
    try:
        yield
    finally:
        httpx.Client.send = send  # type: ignore[method-assign]


def _pointer(*parts: str) -> str:
    """A JSON pointer (RFC 6901) to a place below another."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)
