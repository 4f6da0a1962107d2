"""The ways in which an operation can be refused.

    OtError                what all of them are
    ├── MalformedOpError   is no op in any document: shape, types, forbidden keys, numbers or characters
    ├── OpMismatchError    is an op, but of another document than the one at hand
    ├── NotInvertibleError does not say what it deleted
    └── OpNotAllowedError  is a fine op, of a kind that this application does not take

`reason` is one UPPER_SNAKE word per cause; `metadata` says where: `component` (index in the op) and `path`.
"""

from typing import Any


class OtError(ValueError):
    """An operation was refused; nothing was changed."""

    def __init__(self, message: str, *, reason: str, **metadata: Any) -> None:
        super().__init__(message)
        self.reason = reason
        self.metadata = metadata

    def at(self, component: int, path: list[Any]) -> "OtError":
        """The same error, with the place of the component that caused it."""
        self.metadata = {"component": component, "path": path, **self.metadata}
        return self

    def __str__(self) -> str:
        place = f"component {self.metadata['component']}: " if "component" in self.metadata else ""
        return place + str(self.args[0])


class MalformedOpError(OtError):
    """The op is not well formed, whatever the document."""


class OpMismatchError(OtError):
    """The op is well formed but contradicts the document: made against another version, or damaged."""


class NotInvertibleError(OtError):
    """The op deletes text without naming it (`{d: 3}`), so nothing can bring it back."""


class OpNotAllowedError(OtError):
    """The op is of a kind, or of a size, that is not taken from outside."""
