"""Finding the function that a URL names, and calling it as functions-framework does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import flask
from werkzeug.routing import Rule

from emulator.gateway import reader
from emulator.gateway.reader import Body
from shared.runtime.registry import FunctionSpec

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Handler: TypeAlias = Callable[[flask.Request], flask.Response]
_TARGET: Final = "travvy.function"


@dataclass(frozen=True)
class Function:
    """A function's declaration and what serves it."""

    spec: FunctionSpec
    handler: Handler


class Gateway:
    """A WSGI application: `/{project}/{region}/{name}/…` calls a function, `/` lists them, `/docs/` describes them."""

    def __init__(self, project: str, region: str, functions: Mapping[str, Function]) -> None:
        self._prefix = f"/{project}/{region}/"
        self._functions = functions
        self._app = _flask_app(functions)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        path: str = environ.get("PATH_INFO", "/")
        if path == "/":
            return _answer(start_response, "200 OK", _json(self._list(environ)))
        if found := reader.find(path, self._base(environ).rstrip("/")):
            return _answer(start_response, "200 OK", found)
        name, slash, rest = path.removeprefix(self._prefix).partition("/")
        if not path.startswith(self._prefix) or name not in self._functions:
            return _answer(start_response, "404 Not Found", _json(_not_found(self._prefix)))
        seen = {**environ, _TARGET: name, "SCRIPT_NAME": self._prefix + name, "PATH_INFO": slash + rest or "/"}
        return self._app.wsgi_app(seen, start_response)

    def _base(self, environ: WSGIEnvironment) -> str:
        return f"http://{environ.get('HTTP_HOST', 'localhost')}{self._prefix}"

    def _list(self, environ: WSGIEnvironment) -> dict[str, Any]:
        base = self._base(environ)
        specs = sorted((function.spec for function in self._functions.values()), key=lambda spec: spec.name)
        return {
            "functions": [
                {"name": spec.name, "kind": spec.kind, "url": base + spec.name, "summary": spec.summary}
                for spec in specs
            ]
        }


def _flask_app(functions: Mapping[str, Function]) -> flask.Flask:
    """One catch-all route for every method and path, as functions-framework has it around a single function."""
    app = flask.Flask("gateway", static_folder=None)
    app.url_map.merge_slashes = False
    app.url_map.add(Rule("/", defaults={"path": ""}, endpoint="run"))
    app.url_map.add(Rule("/<path:path>", endpoint="run"))

    def run(path: str) -> flask.Response:
        request: Any = flask.request
        return functions[request.environ[_TARGET]].handler(request._get_current_object())

    app.view_functions["run"] = run
    return app


def _not_found(prefix: str) -> dict[str, Any]:
    message = f"There is no such function; they are at {prefix}<name>, and / lists them."
    return {"error": {"status": "NOT_FOUND", "message": message}}


def _json(value: dict[str, Any]) -> Body:
    return Body("application/json", json.dumps(value, indent=2).encode())


def _answer(start_response: StartResponse, status: str, body: Body) -> list[bytes]:
    headers = [
        ("Content-Type", body.kind),
        ("Content-Length", str(len(body.content))),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Allow-Headers", "*"),
    ]
    start_response(status, headers)
    return [body.content]
