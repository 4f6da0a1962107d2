"""Which match blocks a path falls into, and what their captures are then."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from emulator.firestore.rules.nodes import Capture
from emulator.firestore.rules.values import Path


class Unknown(Enum):
    """What a query leaves open in the path of its documents."""

    ONE = "any id"
    MANY = "any number of collections and ids"


Target = Sequence[str | Unknown]
Pattern = Sequence[str | Capture]


def match(pattern: Pattern, target: Target, version: int) -> dict[str, Any] | None:
    """The captures, None standing for one that the query leaves open; None if not every such path matches.

    `{x=**}` takes any number of segments in version 2, and at least one in version 1.
    """
    if not _begins(pattern, target):
        return None
    steps = _align(pattern, target, 1 if version == 1 else 0)
    if steps is None:
        return None
    captures: dict[str, Any] = {}
    for part, (start, stop) in zip(pattern, steps, strict=True):
        if isinstance(part, Capture):
            captures[part.name] = _capture(part, target[start:stop])
    return captures


def _begins(pattern: Pattern, target: Target) -> bool:
    """Whether the part before the first `**` fits: what turns most patterns away."""
    for position, part in enumerate(pattern):
        if isinstance(part, Capture) and part.many:
            return True
        if position >= len(target) or not _takes(part, target[position]):
            return False
    return len(pattern) == len(target)


def _capture(part: Capture, taken: Target) -> Any:
    known = tuple(segment for segment in taken if isinstance(segment, str))
    if len(known) < len(taken):
        return None
    return Path(known) if part.many else known[0]


def _align(pattern: Pattern, target: Target, least: int) -> list[tuple[int, int]] | None:
    """For each part of the pattern the span of the target that it takes, `**` taking as little as possible."""
    reachable = _reachable(pattern, target, least)
    if not reachable[0][0]:
        return None
    spans, at = [], 0
    for position, part in enumerate(pattern):
        width = 1
        if isinstance(part, Capture) and part.many:
            width = next(width for width in range(least, len(target) - at + 1) if reachable[position + 1][at + width])
        spans.append((at, at + width))
        at += width
    return spans


def _reachable(pattern: Pattern, target: Target, least: int) -> list[list[bool]]:
    """`[p][t]`: whether the pattern from p on matches the target from t on."""
    size = len(target)
    table = [[False] * (size + 1) for _ in range(len(pattern) + 1)]
    table[-1][size] = True
    for position in range(len(pattern) - 1, -1, -1):
        part, after, row = pattern[position], table[position + 1], table[position]
        if isinstance(part, Capture) and part.many:
            any_after = False
            for at in range(size, -1, -1):
                if at + least <= size:
                    any_after = any_after or after[at + least]
                row[at] = any_after
        else:
            for at in range(size):
                row[at] = after[at + 1] and _takes(part, target[at])
    return table


def _takes(part: str | Capture, segment: str | Unknown) -> bool:
    if isinstance(part, Capture):
        return segment is not Unknown.MANY
    return part == segment
