"""The whole description: everything that clients call, from the registry as it is."""

import inspect
import json
import sys
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import functions
from deploy.openapi.answers import example, example_name, failures
from deploy.openapi.operations import SIGN_IN, path_item
from deploy.openapi.pages import PAGES
from deploy.openapi.schemas import Schemas
from shared.runtime.registry import FUNCTIONS, FunctionSpec

EXAMPLES: Final = Path(__file__).with_name("examples.json")
"""Answers as the functions gave them in the tests, with ids and times made quiet; see tests/openapi/record.py."""

_ABOUT: Final = """\
Every function of Travvy that clients call. Functions of the kind `callable` speak the [Firebase callable
protocol](https://firebase.google.com/docs/functions/callable-reference): POST `{"data": …}`, and the answer is
`{"result": …}` or `{"error": {"status", "message", "details"}}`. Every Firebase SDK has this built in
(`httpsCallable`). Decide by `error.details.reason`; show `error.message` to people.

A call with `Accept: text/event-stream` is answered with server-sent events; functions marked `x-streaming` then also
send messages before the result. Failures are events too, under status 200. Integers beyond 2^53 - 1 travel as
`{"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": "…"}`, both ways.

Calls that make something take a `requestId`: sent again with the same one, they answer with what was made the first
time. Where the deployment asks for App Check, send `X-Firebase-AppCheck`.
"""
_HEADERS: Final = {
    "TraceId": {"description": "Names the request in our logs.", "schema": {"type": "string"}},
    "RetryAfter": {"description": "Seconds.", "schema": {"type": "string"}},
    "Authenticate": {"description": "`Bearer`.", "schema": {"type": "string"}},
    "Allow": {"description": "The methods that it takes.", "schema": {"type": "string"}},
}


def document() -> dict[str, Any]:
    """The description of every callable and plain HTTP function, as OpenAPI 3.1."""
    functions.load_all()
    specs = [spec for _, spec in sorted(FUNCTIONS.items()) if spec.kind in ("callable", "http")]
    others = {model for page in PAGES.values() for model in page.bodies.values() if model}
    schemas = Schemas(specs, others)
    recorded = examples()
    paths = {f"/{spec.name}": path_item(spec, schemas, recorded) for spec in specs}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Travvy",
            "version": "1",
            "summary": "Trips that groups plan together.",
            "description": _ABOUT,
        },
        "servers": _servers(),
        "tags": _tags(specs),
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "responses": _share(paths),
            "examples": _failures(specs),
            "headers": _HEADERS,
            "securitySchemes": {
                SIGN_IN: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The ID token of Firebase Authentication.",
                }
            },
        },
    }


@cache
def as_text() -> str:
    """The description as JSON, as it is checked in and served."""
    return json.dumps(document(), indent=1, ensure_ascii=False, default=str) + "\n"


def examples() -> Mapping[str, Any]:
    """A good answer of each function, by name, as far as recorded."""
    told: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return told


def _failures(specs: list[FunctionSpec]) -> dict[str, Any]:
    """An example of each failure; where several functions word it differently, the first."""
    found = sorted({failure for spec in specs for told in failures(spec).values() for failure in told})
    examples: dict[str, Any] = {}
    for failure in found:
        examples.setdefault(example_name(failure), {"value": example(failure)})
    return examples


def _share(paths: dict[str, Any]) -> dict[str, Any]:
    """Take the answer that most operations give with a status out of them, so that it stands in one place."""
    given = [operation["responses"] for item in paths.values() for operation in item.values()]
    shared: dict[str, Any] = {}
    for status in sorted({status for responses in given for status in responses if status != "200"}):
        forms = Counter(json.dumps(responses[status]) for responses in given if status in responses)
        usual, times = forms.most_common(1)[0]
        if times == 1:
            continue
        shared[f"Usual{status}"] = json.loads(usual)
        for responses in given:
            if status in responses and json.dumps(responses[status]) == usual:
                responses[status] = {"$ref": f"#/components/responses/Usual{status}"}
    return shared


def _servers() -> list[dict[str, Any]]:
    return [
        {"url": "http://127.0.0.1:5001/demo-travvy/us-central1", "description": "On this machine (make run)"},
        {
            "url": "https://{region}-{project}.cloudfunctions.net",
            "description": "Deployed",
            "variables": {"region": {"default": "us-central1"}, "project": {"default": "travvy"}},
        },
    ]


def _tags(specs: list[FunctionSpec]) -> list[dict[str, str]]:
    """An area for each first word of the names; its description is that of the module that begins like it."""
    modules = {spec.name.partition("-")[0]: spec.module for spec in reversed(specs)}
    return [
        {"name": area, "description": (inspect.getdoc(sys.modules[module]) or "").partition("\n")[0]}
        for area, module in sorted(modules.items())
    ]
