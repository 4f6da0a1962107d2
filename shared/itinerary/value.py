"""What problems and solutions are made of: values that are equal when their fields are."""

from __future__ import annotations

import typing
from dataclasses import fields


class Value:
    """The methods that frozen dataclasses share: generating them for each of the classes would slow the import."""

    __slots__ = ()

    def _compared(self) -> tuple[object, ...]:
        return tuple(getattr(self, one.name) for one in fields(typing.cast(typing.Any, self)) if one.compare)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Value) or type(other) is not type(self):
            return NotImplemented
        return self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self._compared())

    def __repr__(self) -> str:
        shown = [one.name for one in fields(typing.cast(typing.Any, self)) if one.repr]
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
