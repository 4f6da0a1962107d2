"""Field masks, as Google's front end applies them: required, checked against the message, nothing else is answered."""

from __future__ import annotations

from typing import Any, Final

from google.protobuf.field_mask_pb2 import FieldMask

from emulator.common.rpc import invalid

METADATA: Final = "x-goog-fieldmask"
_MISSING: Final = (
    "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters on how to provide it. "
    "As an example, you can set the header 'X-Goog-FieldMask' with value '*' to ask for all available response fields."
)


class Mask:
    """The fields that an answer may carry; `inside` is the field that the paths begin with in a search."""

    def __init__(self, text: str | None, message: Any, inside: str = "") -> None:
        """Raises StatusError (INVALID_ARGUMENT) without a mask, or for a field that `message` does not have."""
        paths = [part.strip() for part in (text or "").split(",") if part.strip()]
        if not paths:
            raise invalid(_MISSING)
        within = [_within(path, inside) for path in paths]
        self.everything = "*" in paths or "" in within
        self._mask = FieldMask()
        if self.everything:
            return
        self._mask.FromJsonString(",".join(within))
        if not self._mask.IsValidForDescriptor(message.DESCRIPTOR):
            raise invalid(f"Request contains an invalid field mask: {text}.")

    def of(self, message: Any) -> Any:
        """The message with these fields only."""
        if self.everything:
            return message
        kept = type(message)()
        self._mask.MergeMessage(message, kept)
        return kept


def _within(path: str, inside: str) -> str:
    """The path below the field `inside`; empty for all of it."""
    if not inside or path == "*":
        return path
    head, _, rest = path.partition(".")
    if head != inside:
        raise invalid(f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'.")
    return rest
