"""Holds every answer that a test gets from a function against the API description that the gateway serves."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx
import jsonschema_rs

_FUNCTION: Final = re.compile(r"/demo-travvy/us-central1(/[a-z0-9-]+)")


class Description:
    """An API description, with a validator for each answer, compiled when it is first needed. Thread-safe."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._validators: dict[tuple[str, str, str, str], jsonschema_rs.Validator] = {}

    def check(self, method: str, path: str, response: httpx.Response) -> None:
        """Raise AssertionError if a function may not answer so."""
        operation = self.document["paths"].get(path, {}).get(method.lower())
        if operation is None:
            # A method that it does not take: described with those that it takes.
            operation = next(iter(self.document["paths"].get(path, {}).values()), None)
        if operation is None:
            return
        status = str(response.status_code)
        where = f"{method} {path} answered {status}"
        described = self._resolved(operation["responses"].get(status))
        assert described is not None, f"{where}, which the API description does not know: {response.text[:2000]}"
        content = described.get("content")
        if not content or method == "HEAD" or status == "304":
            return
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind == "text/event-stream":
            self._check_events(where, path, response)
            return
        assert kind in content or "*/*" in content, f"{where} with {kind}; described are {sorted(content)}"
        if kind == "application/json":
            schema = content[kind]["schema"]
            self._hold(where, (method, path, status, kind), schema, response.json(), response.text)

    def _check_events(self, where: str, path: str, response: httpx.Response) -> None:
        """Every event is a message, a failure, or the result, which a call without a stream would have answered."""
        responses = self.document["paths"][path]["post"]["responses"]
        result = responses["200"]["content"]["application/json"]["schema"]
        message = {
            "type": "object",
            "required": ["message"],
            "additionalProperties": False,
            "properties": {"message": {}},
        }
        schema = {"oneOf": [message, result, {"$ref": "#/components/schemas/Failure"}]}
        for line in response.text.splitlines():
            if line.startswith("data: "):
                value = json.loads(line.removeprefix("data: "))
                self._hold(where, ("POST", path, "200", "event"), schema, value, line)

    def _hold(self, where: str, key: tuple[str, str, str, str], schema: Any, value: Any, text: str) -> None:
        validator = self._validators.get(key)
        if validator is None:
            whole = {"allOf": [schema], "components": self.document["components"]}
            validator = self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        error = next(validator.iter_errors(value), None)
        assert error is None, f"{where} off the API description: {error}\n{text[:2000]}"

    def _resolved(self, described: Any) -> Any:
        if described and "$ref" in described:
            return self.document["components"]["responses"][described["$ref"].rpartition("/")[2]]
        return described


class _Checker:
    """Checks responses as they come; fetches the description from the first gateway that answered."""

    def __init__(self, send: Callable[..., httpx.Response]) -> None:
        self._send = send
        self._known: Description | None = None

    def check(self, request: httpx.Request, response: httpx.Response) -> None:
        found = _FUNCTION.fullmatch(request.url.path)
        if found is None or request.method == "OPTIONS":
            return
        if description := self._description(request.url):
            description.check(request.method, found[1], response)

    def _description(self, url: httpx.URL) -> Description | None:
        if self._known is None:
            with httpx.Client(timeout=60) as client:
                request = client.build_request("GET", url.copy_with(path="/openapi.json", query=None))
                try:
                    answer = self._send(client, request)
                except httpx.TransportError:
                    # Some tests kill the gateway; the next one that answers will tell.
                    return None
            if answer.status_code != 200:
                # Some tests serve functions of their own, without a description.
                return None
            self._known = Description(answer.json())
        return self._known


@contextmanager
def every_answer_described() -> Iterator[None]:
    """Have whatever is asked with httpx checked, in all threads, for the length of the block."""
    send = httpx.Client.send
    checker = _Checker(send)

    def checked(client: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        response = send(client, request, **options)
        if not options.get("stream"):
            checker.check(response.request, response)
        return response

    httpx.Client.send = checked  # type: ignore[method-assign]
    try:
        yield
    finally:
        httpx.Client.send = send  # type: ignore[method-assign]
