"""The proto3 JSON mapping of requests and responses."""

import json
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError

from emulator.firestore.errors import invalid_argument
from emulator.firestore.protos import Write

_VERIFY_FIELD_TAG = b"\x2a"


def encode(message: Any) -> str:
    """The message as ASCII JSON."""
    return json.dumps(MessageToDict(message), separators=(",", ":"))


def load(text: bytes | str) -> dict[str, Any]:
    """A JSON object; nothing at all counts as an empty one. Raises INVALID_ARGUMENT."""
    try:
        value = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError) as error:
        raise invalid_argument(f"Invalid JSON payload received. {error}") from error
    if not isinstance(value, dict):
        raise invalid_argument("Invalid JSON payload received. The message must be an object.")
    return value


def decode(message_type: Any, value: dict[str, Any]) -> Any:
    """A message of this type. Raises INVALID_ARGUMENT for an unknown field or a value of a wrong type."""
    verified = _take_verified(value)
    try:
        message = ParseDict(value, message_type())
        for index, name in verified.items():
            message.writes[index].MergeFromString(_verify(name))
    except (ParseError, ValueError, RecursionError) as error:
        raise invalid_argument(f"Invalid JSON payload received. {error}") from error
    return message


def _take_verified(value: dict[str, Any]) -> dict[int, str]:
    """Takes `verify` out of the writes, by index: web transactions send it, the Python types do not have it, and the
    service reads it as an unknown field."""
    verified: dict[int, str] = {}
    writes = value.get("writes")
    for index, write in enumerate(writes if isinstance(writes, list) else ()):
        if isinstance(write, dict) and isinstance(write.get("verify"), str):
            verified[index] = write.pop("verify")
    return verified


def _verify(name: str) -> bytes:
    """A serialised Write with `verify`: the bytes of one with `delete`, a string too, under another field's tag."""
    return _VERIFY_FIELD_TAG + bytes(Write(delete=name).SerializeToString()[1:])
