"""The JSON Schemas of what goes in and out, made from the models."""

import json
import re
import sys
from collections.abc import Iterable
from typing import Any, Final, TypeAlias, get_args, get_type_hints

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core import core_schema

from shared.runtime.outcomes import DOMAIN, HTTP_STATUS
from shared.runtime.registry import FunctionSpec

Schema: TypeAlias = dict[str, Any]
Direction: TypeAlias = tuple[type[BaseModel], JsonSchemaMode]

REF: Final = "#/components/schemas/"
_QUALIFIED: Final = re.compile(r"shared__(\w+?)__(?:\w+__)?(\w+)")

FAILURE: Final[Schema] = {
    "description": "What a failed call answers; details after AIP-193.",
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "status": {"type": "string", "description": "Canonical code.", "enum": sorted(HTTP_STATUS)},
                "message": {"type": "string", "description": "For people: what to do about it."},
                "details": {
                    "type": "object",
                    "properties": {
                        "reason": {
                            "type": "string",
                            "description": "For programs: what exactly went wrong.",
                            "pattern": "^[A-Z][A-Z0-9_]*$",
                        },
                        "domain": {"const": DOMAIN},
                        "metadata": {"type": "object", "additionalProperties": True},
                        "fieldViolations": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {
                                    "field": {"type": "string", "description": "Path, such as `stops[2].name`."},
                                    "description": {"type": "string"},
                                },
                                "required": ["field", "description"],
                                "additionalProperties": False,
                            },
                        },
                        "retryAfterSeconds": {"type": "number", "minimum": 0},
                    },
                    "required": ["reason", "domain", "metadata"],
                    "additionalProperties": False,
                },
            },
            "required": ["status", "message", "details"],
            "additionalProperties": False,
        }
    },
    "required": ["error"],
    "additionalProperties": False,
}


class _Generator(GenerateJsonSchema):
    """Without titles that only repeat names; what is always sent in an answer is required there."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


class Schemas:
    """The schemas of all models that functions take and give (and of other answers), under names without modules."""

    def __init__(self, specs: Iterable[FunctionSpec], others: Iterable[type[BaseModel]] = ()) -> None:
        wanted: set[Direction] = {(model, "serialization") for model in others}
        for spec in specs:
            if spec.request:
                wanted.add((spec.request, "validation"))
            wanted |= {(model, "serialization") for model in (spec.response, chunk(spec)) if model}
        inputs = sorted(wanted, key=lambda one: (one[0].__module__, one[0].__qualname__, one[1]))
        refs, told = models_json_schema(inputs, ref_template=f"{REF}{{model}}", schema_generator=_Generator)
        names = {name: _short(name) for name in told.get("$defs", {})}
        self._refs = {(str(model), mode): _renamed(ref, names) for (model, mode), ref in refs.items()}
        found = {names[name]: _renamed(schema, names) for name, schema in told.get("$defs", {}).items()}
        self.components: dict[str, Schema] = {"Failure": FAILURE, **dict(sorted(found.items()))}

    def of(self, model: type[BaseModel] | None, mode: JsonSchemaMode) -> Schema:
        """A reference to a model's schema; of a function that returns nothing, null."""
        return {"type": "null"} if model is None else self._refs[str(model), mode]


def chunk(spec: FunctionSpec) -> type[BaseModel] | None:
    """The model of the messages that a streaming function sends before its result, None for other functions."""
    if not spec.streaming:
        return None
    returned = get_type_hints(getattr(sys.modules[spec.module], spec.entry_point))["return"]
    yielded = get_args(returned)[0]
    return yielded if isinstance(yielded, type) and issubclass(yielded, BaseModel) else None


def _short(name: str) -> str:
    """Pydantic qualifies a name with its module where two models share it: the area will do."""
    found = _QUALIFIED.fullmatch(name)
    return f"{found[1].capitalize()}{found[2]}" if found else name


def _renamed(schema: Schema, names: dict[str, str]) -> Schema:
    text = re.sub(rf'"{REF}([^"]+)"', lambda found: f'"{REF}{names[found[1]]}"', json.dumps(schema))
    renamed: Schema = json.loads(text)
    return renamed
