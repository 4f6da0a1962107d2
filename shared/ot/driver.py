"""Transforming one list of components over another, given how one component is transformed over one other."""

from collections.abc import Callable
from typing import Any

Component = Any
Op = list[Component]
TransformComponent = Callable[[Op, Component, Component, str], None]
Append = Callable[[Op, Component], None]


class _Frame:
    """One pass of a left op under a right op; `right` is consumed from its end, so it is held reversed."""

    __slots__ = ("left", "left_out", "right", "right_out")

    def __init__(self, left: Op, right: Op) -> None:
        self.left = left
        self.right = right[::-1]
        self.left_out: Op = []
        self.right_out: Op = []


def transform_lists(transform: TransformComponent, append: Append, op: Op, other: Op, side: str) -> Op:
    """`op` transformed over `other`; raises ValueError on a side that is neither "left" nor "right"."""
    if side not in ("left", "right"):
        raise ValueError(f"side must be 'left' or 'right', not {side!r}")
    if not other:
        return op
    if len(op) == 1 and len(other) == 1:
        result: Op = []
        transform(result, op[0], other[0], side)
        return result
    return _cross(transform, append, op, other)[0] if side == "left" else _cross(transform, append, other, op)[1]


def _cross(transform: TransformComponent, append: Append, left: Op, right: Op) -> tuple[Op, Op]:
    """Both ops, each transformed over the other. A stack of frames, because splitting components nest without bound."""
    stack = [_Frame(left, right)]
    while True:
        frame = stack[-1]
        if frame.right:
            component = frame.right.pop()
            frame.left_out = []
            rest, pieces = _pass(transform, append, frame.left, component, frame.left_out)
            if len(pieces) > 1:
                stack.append(_Frame(rest, pieces))
                continue
            _append_all(append, frame.left_out, rest)
            _append_all(append, frame.right_out, pieces)
            frame.left = frame.left_out
            continue
        stack.pop()
        if not stack:
            return frame.left, frame.right_out
        below = stack[-1]
        _append_all(append, below.left_out, frame.left)
        _append_all(append, below.right_out, frame.right_out)
        below.left = below.left_out


def _pass(transform: TransformComponent, append: Append, left: Op, component: Component, left_out: Op) -> tuple[Op, Op]:
    """Take a right component past the left ones until it vanishes or splits: (those not passed, what it became)."""
    for index, passed in enumerate(left):
        transform(left_out, passed, component, "left")
        pieces: Op = []
        transform(pieces, component, passed, "right")
        if len(pieces) != 1:
            return left[index + 1 :], pieces
        component = pieces[0]
    return [], [component]


def _append_all(append: Append, op: Op, components: Op) -> None:
    for component in components:
        append(op, component)
