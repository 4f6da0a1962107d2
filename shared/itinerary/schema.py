"""The JSON schemas of problems and solutions, made from the dataclasses: `python -m shared.itinerary.schema
problem`."""

from __future__ import annotations

import json
import sys
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any

from .problem import Problem
from .solution import Solution

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PLAIN = {str: "string", bool: "boolean", int: "integer"}


def problem_schema() -> dict[str, Any]:
    return document_schema(Problem, "A trip to plan")


def solution_schema() -> dict[str, Any]:
    """The solution's schema, with `feasible`, which the command spells out."""
    schema = document_schema(Solution, "A plan")
    main = schema["$defs"]["Solution"]
    main["properties"] = {"feasible": {"type": "boolean"}, **main["properties"]}
    main["required"] = ["feasible", *main["required"]]
    return schema


def document_schema(kind: type, title: str) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    reference = _schema(kind, definitions)
    return {"$schema": DIALECT, "title": title, **reference, "$defs": definitions}


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_schema(option, definitions) for option in options]}
    if origin is tuple and options[-1] is not ...:
        return {
            "type": "array",
            "prefixItems": [_schema(option, definitions) for option in options],
            "minItems": len(options),
            "maxItems": len(options),
        }
    if origin in (tuple, frozenset):
        return {"type": "array", "items": _schema(options[0], definitions)}
    if is_dataclass(hint):
        _define(typing.cast(type, hint), definitions)
        return {"$ref": f"#/$defs/{typing.cast(type, hint).__name__}"}
    if hint is type(None):
        return {"type": "null"}
    if hint is float:
        return {"type": ["number", "null"], "description": "null: infinite"}
    if issubclass(hint, StrEnum):
        return {"enum": [str(member) for member in hint]}
    return {"type": PLAIN[hint]}


def _define(kind: type, definitions: dict[str, Any]) -> None:
    if kind.__name__ in definitions:
        return
    hints = typing.get_type_hints(kind)
    known = [field for field in fields(kind) if field.init]
    entry: dict[str, Any] = {"type": "object", "description": " ".join((kind.__doc__ or "").split())}
    definitions[kind.__name__] = entry
    entry["properties"] = {field.name: _schema(hints[field.name], definitions) for field in known}
    entry["required"] = [field.name for field in known if field.default is MISSING and field.default_factory is MISSING]
    entry["additionalProperties"] = False


if __name__ == "__main__":
    schema = {"problem": problem_schema, "solution": solution_schema}[sys.argv[1]]()
    sys.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
