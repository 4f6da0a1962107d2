"""Query parameters to request messages: `mask.fieldPaths=a&mask.fieldPaths=b&pageSize=5`."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from emulator.firestore.errors import StatusError, invalid_argument
from emulator.firestore.http.codec import decode

_OF_EVERY_API = frozenset(
    name + key
    for name in ("", "$")
    for key in (
        "alt",
        "key",
        "fields",
        "prettyPrint",
        "quotaUser",
        "callback",
        "access_token",
        "oauth_token",
        "uploadType",
        "userProject",
        "xgafv",
    )
)
_BOOLEANS = {"true": True, "false": False}


def from_query(message_type: Any, query: Iterable[tuple[str, str]]) -> Any:
    """A message of this type; the parameters that every Google API takes are left out. Raises INVALID_ARGUMENT."""
    value: dict[str, Any] = {}
    for name, text in query:
        if name not in _OF_EVERY_API:
            _put(value, message_type.DESCRIPTOR, name, text)
    return decode(message_type, value)


def _put(value: dict[str, Any], message: Any, name: str, text: str) -> None:
    *outer, last = name.split(".")
    for key in outer:
        message = _field(message, key, name).message_type
        if not _has_fields(message):
            raise _unknown(name)
        value = value.setdefault(key, {})
    field = _field(message, last, name)
    if _has_fields(field.message_type):
        raise _unknown(name)
    scalar: Any = text
    if field.type == FieldDescriptor.TYPE_BOOL:
        scalar = _BOOLEANS.get(text, text)
    if field.is_repeated:
        value.setdefault(last, []).append(scalar)
    else:
        value[last] = scalar


def _field(message: Any, key: str, name: str) -> Any:
    for field in message.fields:
        if key in (field.json_name, field.name):
            return field
    raise _unknown(name)


def _has_fields(message: Any) -> bool:
    """Whether parameters name the fields of this type; a timestamp or a wrapper is written as one text."""
    return message is not None and not message.full_name.startswith("google.protobuf.")


def _unknown(name: str) -> StatusError:
    return invalid_argument(
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message."
    )
