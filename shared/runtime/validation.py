"""From JSON to a request model, once, at the edge."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.runtime.errors import FieldViolation, InvalidArgument
from shared.runtime.wire import encode_plain

_Model = TypeVar("_Model", bound=BaseModel)
_MOST_VIOLATIONS = 20


def parse(model: type[_Model], value: Any) -> _Model:
    """The value as a model; `None` counts as an object without fields.

    Raises InvalidArgument with a violation per wrong field, named as on the wire.
    """
    try:
        return model.model_validate_json(encode_plain({} if value is None else value))
    except ValidationError as error:
        raise invalid(error) from None


def invalid(error: ValidationError) -> InvalidArgument:
    """A validation error as the caller may see it: fields and rules, never the rejected values."""
    violations = [
        FieldViolation(_path(item["loc"]), item["msg"])
        for item in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    first = violations[0]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    where = f"{first.field}: " if first.field else ""
    return InvalidArgument(
        f"The request is not valid: {where}{first.description}{more}.",
        reason="INVALID_REQUEST",
        violations=violations[:_MOST_VIOLATIONS],
    )


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path
