"""One operation of the description for each function that clients call."""

import copy
import inspect
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from deploy.openapi import pages
from deploy.openapi.answers import example_name, failures
from deploy.openapi.reach import ANY, Failure
from deploy.openapi.schemas import REF, Schema, Schemas, chunk
from shared.runtime.registry import FunctionSpec, HttpTrigger

SIGN_IN: Final = "idToken"
TRACE: Final = {"X-Trace-Id": {"$ref": "#/components/headers/TraceId"}}
_MORE_HEADERS: Final = {
    401: {"WWW-Authenticate": {"$ref": "#/components/headers/Authenticate"}},
    405: {"Allow": {"$ref": "#/components/headers/Allow"}},
    429: {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}},
}


def path_item(spec: FunctionSpec, schemas: Schemas, recorded: Mapping[str, Any]) -> dict[str, Any]:
    """The path of a function: one operation for each method. `recorded` are answers as they were once given."""
    if spec.kind == "callable":
        return {"post": _callable(spec, schemas, recorded.get(spec.name))}
    assert isinstance(spec.trigger, HttpTrigger)  # noqa: S101 - callers pass no others
    return {method.lower(): _page(spec, method, schemas) for method in spec.trigger.methods}


def _callable(spec: FunctionSpec, schemas: Schemas, recorded: Any) -> dict[str, Any]:
    result = _object({"result": schemas.of(spec.response, "serialization")})
    content: dict[str, Any] = {"application/json": _with_example(result, recorded)}
    if spec.streaming:
        message = chunk(spec)
        content["text/event-stream"] = _stream(schemas.of(message, "serialization") if message else {}, result)
    assert spec.request is not None  # noqa: S101 - the decorator saw to it
    given = spec.request.model_config.get("json_schema_extra")
    examples = given.get("examples", []) if isinstance(given, dict) else []
    body = {"schema": _object({"data": schemas.of(spec.request, "validation")})}
    if isinstance(examples, list) and examples:
        body["examples"] = {"usual": {"value": {"data": copy.deepcopy(examples[0])}}}
    return _operation(spec, spec.entry_point) | {
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {"200": {"description": "Done.", "headers": TRACE, "content": content}} | _failures(spec),
    }


def _page(spec: FunctionSpec, method: str, schemas: Schemas) -> dict[str, Any]:
    page = pages.of(spec.name)
    operation = _operation(spec, spec.entry_point if method == "GET" else f"{method.lower()}_{spec.entry_point}")
    if page.parameters:
        operation["parameters"] = list(page.parameters)
    content = {
        kind: _with_example(_body(kind, model, schemas), page.examples.get(kind)) for kind, model in page.bodies.items()
    }
    good = {"200": {"description": "Done.", "headers": TRACE, "content": content}}
    also = {status: {"description": told, "headers": TRACE} for status, told in page.also.items()}
    return operation | {"responses": good | also | _failures(spec)}


def _operation(spec: FunctionSpec, operation_id: str) -> dict[str, Any]:
    handler = getattr(sys.modules[spec.module], spec.entry_point)
    rest = (inspect.getdoc(handler) or "").partition("\n")[2].strip()
    about = inspect.cleandoc(vars(spec.request).get("__doc__") or "") if spec.request else ""
    described = "\n\n".join(part for part in (rest, about, _who(spec)) if part)
    return {
        "operationId": operation_id,
        "tags": [spec.name.partition("-")[0]],
        "summary": spec.summary,
        "description": described,
        "security": [{SIGN_IN: []}] if spec.caller != "anyone" else [{}, {SIGN_IN: []}],
        "x-kind": spec.kind,
        "x-caller": spec.caller,
        **({"x-role": role.value} if (role := pages.least_role(spec)) else {}),
        **({"x-fresh": True} if spec.fresh else {}),
        **({"x-streaming": True} if spec.streaming else {}),
        "x-limits": {to_camel(name): value for name, value in asdict(spec.limits).items()},
        **({"x-quota": {to_camel(key): value for key, value in asdict(spec.quota).items()}} if spec.quota else {}),
        "x-timeout-seconds": spec.resources.timeout_seconds,
    }


def _who(spec: FunctionSpec) -> str:
    if role := pages.least_role(spec):
        return f"For members of the trip whose role is at least {role}."
    return {"user": "For everybody who is signed in.", "admin": "For administrators."}.get(spec.caller, "For anyone.")


def _failures(spec: FunctionSpec) -> dict[str, Any]:
    return {str(status): _failed(status, found) for status, found in failures(spec).items()}


def _failed(status: int, found: tuple[Failure, ...]) -> dict[str, Any]:
    codes: dict[str, list[str]] = {}
    for failure in found:
        codes.setdefault(failure.code, []).append(failure.reason)
    details = {"details": {"properties": {"reason": {"enum": [failure.reason for failure in found]}}}}
    if any(failure.reason == ANY for failure in found):
        details = {}
    narrowed = {"error": {"properties": {"status": {"enum": list(codes)}, **details}}}
    return {
        "description": "; ".join(f"{code} ({', '.join(reasons)})" for code, reasons in codes.items()),
        "headers": TRACE | _MORE_HEADERS.get(status, {}),
        "content": {
            "application/json": {
                "schema": {"allOf": [{"$ref": f"{REF}Failure"}, {"type": "object", "properties": narrowed}]},
                "examples": {
                    one.reason: {"$ref": f"#/components/examples/{example_name(one)}"}
                    for one in found
                    if one.reason != ANY
                },
            }
        },
    }


def _body(kind: str, model: type[BaseModel] | None, schemas: Schemas) -> Schema:
    if model is not None:
        return schemas.of(model, "serialization")
    return {"type": "object" if kind.endswith("json") else "string"}


def _stream(message: Schema, result: Schema) -> dict[str, Any]:
    """OpenAPI 3.1 knows no schema for the parts of a stream: this one is of each event's data."""
    return {
        "schema": {
            "description": "Each event's data: any number of messages, then the result or a failure.",
            "oneOf": [_object({"message": message}), result, {"$ref": f"{REF}Failure"}],
        }
    }


def _object(properties: dict[str, Any]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _with_example(schema: Schema, recorded: Any) -> dict[str, Any]:
    return {"schema": schema} | ({"examples": {"usual": {"value": recorded}}} if recorded is not None else {})
