"""Field masks, as Google's front end applies them: required, checked against the message, nothing else is answered."""

from __future__ import annotations

import re
from typing import Any, Final

from emulator.common.rpc import invalid

METADATA: Final = "x-goog-fieldmask"
_MISSING: Final = (
    "FieldMask is a required parameter. See https://cloud.google.com/apis/docs/system-parameters on how to provide it. "
    "As an example, you can set the header 'X-Goog-FieldMask' with value '*' to ask for all available response fields."
)

_Tree = dict[str, Any]


class Mask:
    """The fields that an answer may carry. Unlike those of google.protobuf, paths lead through repeated fields."""

    def __init__(self, text: str, message: Any) -> None:
        """Raises StatusError (INVALID_ARGUMENT) without a mask, or for a field that `message` does not have."""
        paths = [part.strip() for part in text.split(",") if part.strip()]
        if not paths:
            raise invalid(_MISSING)
        self._tree: _Tree | None = None if "*" in paths else {}
        for path in paths if self._tree is not None else ():
            _add(self._tree, path, message.DESCRIPTOR)

    def of(self, message: Any) -> Any:
        """The message with these fields only."""
        return message if self._tree is None else _kept(message, self._tree)


def _add(tree: _Tree | None, path: str, descriptor: Any) -> None:
    """A field with an empty tree is wanted whole."""
    names = [re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name) for name in path.split(".")]
    for number, name in enumerate(names):
        field = descriptor.fields_by_name.get(name) if descriptor else None
        if field is None:
            raise invalid(f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'.")
        if tree is not None:
            whole = number == len(names) - 1 or (name in tree and not tree[name])
            tree[name] = {} if whole else tree.get(name, {})
            tree = None if whole else tree[name]
        descriptor = field.message_type


def _kept(message: Any, tree: _Tree) -> Any:
    kept = type(message)()
    for field, value in message.ListFields():
        if field.name not in tree:
            continue
        inner = tree[field.name]
        if not inner:
            _copy(kept, field, value)
        elif field.is_repeated:
            getattr(kept, field.name).extend(_kept(one, inner) for one in value)
        else:
            getattr(kept, field.name).CopyFrom(_kept(value, inner))
    return kept


def _copy(kept: Any, field: Any, value: Any) -> None:
    if field.is_repeated:
        getattr(kept, field.name).extend(value)
    elif field.message_type:
        getattr(kept, field.name).CopyFrom(value)
    else:
        setattr(kept, field.name, value)
