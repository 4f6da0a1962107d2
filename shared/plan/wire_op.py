"""An operation as clients write and read it, for the API description; what is taken is decided by `shared.ot.check`."""

from typing import Annotated, Any, Final

from pydantic import WithJsonSchema
from typing_extensions import TypeAliasType

_TEXT_EDIT: Final = {
    "description": "text-unicode: skip so many characters, insert a text, delete the text named by `d`.",
    "type": "array",
    "minItems": 1,
    "items": {
        "anyOf": [
            {"type": "integer", "minimum": 1},
            {"type": "string", "minLength": 1},
            {
                "type": "object",
                "properties": {"d": {"type": "string", "minLength": 1}},
                "required": ["d"],
                "additionalProperties": False,
            },
        ]
    },
}
_SCALAR: Final = {"type": ["string", "number", "boolean", "null"]}
_FIELDS: Final[dict[str, Any]] = {
    "p": {
        "description": "The path: keys of maps, positions in lists.",
        "type": "array",
        "minItems": 1,
        "items": {"type": ["string", "integer"]},
    },
    "oi": {"description": "Set a key to this."},
    "od": {"description": "What the key was before."},
    "na": {"description": "Add this to a whole number.", "type": "integer"},
    "t": {"const": "text-unicode"},
    "o": _TEXT_EDIT,
    "li": {"description": "Insert this into a list.", **_SCALAR},
    "ld": {"description": "What stood there in the list.", **_SCALAR},
    "lm": {"description": "Move it to this position of the list.", "type": "integer", "minimum": 0},
}

Component = TypeAliasType(
    "Component",
    Annotated[
        dict[str, Any],
        WithJsonSchema(
            {
                "description": "Part of a json0 operation; it does one thing.",
                "type": "object",
                "properties": _FIELDS,
                "required": ["p"],
                "additionalProperties": False,
            }
        ),
    ],
)
