"""Tools as the model is told of them: their arguments are pydantic models, and the JSON Schema is read off those."""

from collections.abc import Mapping
from typing import Any, Final

from google.genai import types
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

_KEPT: Final = (
    "type", "format", "enum", "description", "items", "minItems", "maxItems", "minimum", "maximum", "properties",
    "required",
)  # fmt: skip
"""What Gemini reads of a schema (its function declarations know no `$ref`, and `null` says only "may be left out")."""


class Arguments(BaseModel):
    """What the model hands to a tool."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True, allow_inf_nan=False)


def declaration(name: str, description: str, arguments: type[BaseModel]) -> types.FunctionDeclaration:
    """A tool as it is declared."""
    return types.FunctionDeclaration(name=name, description=description, parameters_json_schema=schema(arguments))


def schema(arguments: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments."""
    whole = arguments.model_json_schema(by_alias=True)
    plain = _plain(whole, whole.get("$defs", {}))
    plain.pop("description", None)
    return plain


def words(error: ValidationError) -> str:
    """What is wrong with arguments, for the model."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])


def _plain(node: Mapping[str, Any], named: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        node = {**named[node["$ref"].rpartition("/")[2]], **node}
    if "anyOf" in node:
        (said,) = (one for one in node["anyOf"] if one.get("type") != "null")
        node = {**node, **_plain(said, named)}
    plain = {keyword: node[keyword] for keyword in _KEPT if keyword in node}
    if "items" in plain:
        plain["items"] = _plain(plain["items"], named)
    if "properties" in plain:
        plain["properties"] = {name: _plain(one, named) for name, one in plain["properties"].items()}
    return plain
