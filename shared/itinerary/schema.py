"""The JSON schemas of problems and solutions, made from the dataclasses: `python -m shared.itinerary.schema
problem`."""

from __future__ import annotations

import json
import sys
import types
import typing
from collections.abc import Collection
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from typing import Any

from .problem import Problem
from .solution import Solution

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PLAIN = {str: "string", bool: "boolean", int: "integer"}
ENDLESS = {"Meal.closes", "Break.closes", "Visit.windows", "Travel.walk_up_to", "Mode.minutes", "Mode.metres"}
"""Of a problem, what may be infinite, of pairs the second number; of a solution, all sums of such times."""


def problem_schema() -> dict[str, Any]:
    return document_schema(Problem, "A trip to plan", ENDLESS)


def solution_schema() -> dict[str, Any]:
    """The solution's schema, with `feasible`, which the command spells out."""
    schema = document_schema(Solution, "A plan")
    main = schema["$defs"]["Solution"]
    main["properties"] = {"feasible": {"type": "boolean"}, **main["properties"]}
    main["required"] = ["feasible", *main["required"]]
    return schema


def document_schema(kind: type, title: str, endless: Collection[str] | None = None) -> dict[str, Any]:
    """`endless`: the fields with numbers that may be infinite, as "Kind.field"; None: all of them."""
    definitions: dict[str, Any] = {}
    reference = _schema(kind, definitions, endless, "")
    return {"$schema": DIALECT, "title": title, **reference, "$defs": definitions}


def _schema(hint: Any, definitions: dict[str, Any], endless: Collection[str] | None, where: str) -> dict[str, Any]:
    origin, options = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return {"anyOf": [_schema(option, definitions, endless, where) for option in options]}
    if origin is tuple and options[-1] is not ...:
        return {
            "type": "array",
            "prefixItems": [
                _schema(option, definitions, endless, where if number == len(options) else "")
                for number, option in enumerate(options, 1)
            ],
            "minItems": len(options),
            "maxItems": len(options),
        }
    if origin in (tuple, frozenset):
        return {"type": "array", "items": _schema(options[0], definitions, endless, where)}
    if is_dataclass(hint):
        _define(typing.cast(type, hint), definitions, endless)
        return {"$ref": f"#/$defs/{typing.cast(type, hint).__name__}"}
    if hint is type(None):
        return {"type": "null"}
    if hint is float and endless is not None and where not in endless:
        return {"type": "number"}
    if hint is float:
        return {"type": ["number", "null"], "description": "null: infinite"}
    if issubclass(hint, StrEnum):
        return {"enum": [str(member) for member in hint]}
    return {"type": PLAIN[hint]}


def _define(kind: type, definitions: dict[str, Any], endless: Collection[str] | None) -> None:
    if kind.__name__ in definitions:
        return
    hints = typing.get_type_hints(kind)
    known = [field for field in fields(kind) if field.init]
    entry: dict[str, Any] = {"type": "object", "description": " ".join((kind.__doc__ or "").split())}
    definitions[kind.__name__] = entry
    entry["properties"] = {
        field.name: _schema(hints[field.name], definitions, endless, f"{kind.__name__}.{field.name}") for field in known
    }
    entry["required"] = [field.name for field in known if field.default is MISSING and field.default_factory is MISSING]
    entry["additionalProperties"] = False


if __name__ == "__main__":
    schema = {"problem": problem_schema, "solution": solution_schema}[sys.argv[1]]()
    sys.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
