"""Transforming json0 ops over each other: what `op` must read once `other` has been applied before it.

The server gives an incoming op the side "left" against each committed one; clients hold their pending op as left
and take incoming ones as right. Of two that set one key, the left one wins.
"""

from collections.abc import Iterable
from typing import Any, Literal

from shared.ot import text0
from shared.ot.apply import apply_leniently
from shared.ot.components import Component, Op, append, depth, from_text0, is_old_text, to_text0
from shared.ot.driver import transform_lists
from shared.ot.over_lists import over_list
from shared.ot.over_objects import over_object
from shared.ot.subtypes import SUBTYPES

Side = Literal["left", "right"]


def transform(op: Op, other: Op, side: Side) -> Op:
    """`op` transformed over `other`; both are well formed and were made against one version of the document.

    Raises OpMismatchError if the two contradict each other, ValueError on another side.
    """
    return transform_past(op, (other,), side)


def transform_past(op: Op, others: Iterable[Op], side: Side = "left") -> Op:
    """`op` transformed over each of the others in turn; raises as `transform`."""
    if side not in ("left", "right"):
        raise ValueError(f"side must be 'left' or 'right', not {side!r}")
    settled: Op | None = None
    for other in others:
        if _meet(op, other):
            op = transform_lists(transform_component, append, op, other, side)
        elif op is not settled:
            # A left op merges neighbours once more with each component that it passes, a right op once in all.
            for _ in other if side == "left" else other[:1]:
                before, op = op, _tidied(op)
                if op is before:
                    settled = op
                    break
    return op


def transform_component(result: Op, component: Component, other: Component, side: str) -> None:
    """Append to the result what is left of one component after one other."""
    component = _with_change_below(component, other)
    component_depth, other_depth = depth(component), depth(other)
    common = other_depth - 1
    if other_depth and (other_depth > component_depth or other["p"][:common] != component["p"][:common]):
        append(result, component)
    elif is_old_text(component) and is_old_text(other):
        _transform_old_text(result, component, other, side)
    elif "t" in other:
        _transform_subtype(result, component, other, side)
    elif "na" in other or is_old_text(other):
        append(result, component)
    elif "li" in other or "ld" in other or "lm" in other:
        same = component_depth == other_depth
        moved = over_list(component, other, at=common, same=same, side=side)
        if moved is not None:
            append(result, moved)
    else:
        same = component_depth == other_depth
        for kept in over_object(component, other, at=common, same=same, side=side):
            append(result, kept)


def _with_change_below(component: Component, other: Component) -> Component:
    """A component that deletes what the other has changed inside must name the changed value."""
    field = "ld" if "ld" in component else "od"
    length = len(component["p"])
    if field in component and depth(component) == length < depth(other) and other["p"][:length] == component["p"]:
        inner = {**other, "p": other["p"][length:]}
        return {**component, field: apply_leniently(component[field], [inner])}
    return component


def _transform_old_text(result: Op, component: Component, other: Component, side: str) -> None:
    for piece in text0.transform([to_text0(component)], [to_text0(other)], side):
        append(result, from_text0(component["p"][:-1], piece))


def _transform_subtype(result: Op, component: Component, other: Component, side: str) -> None:
    if component.get("t") != other["t"]:
        append(result, component)
        return
    changed = SUBTYPES[other["t"]].transform(component["o"], other["o"], side)
    if changed:
        append(result, {**component, "o": changed})


def _tidied(op: Op) -> Op:
    """What passing a component far away leaves: neighbours merged, or the op itself if there is nothing to merge."""
    result: Op = []
    for component in op:
        append(result, component)
    return op if len(result) == len(op) and all(a is b for a, b in zip(result, op, strict=True)) else result


def _meet(op: Op, other: Op) -> bool:
    """Whether any component of one may change, or be changed by, one of the other. Cheap, and errs to yes."""
    return any(_paths_meet(a["p"], b["p"]) for b in other for a in op)


def _paths_meet(a: list[Any], b: list[Any]) -> bool:
    """Two paths are apart where they first differ, unless they differ in an index: then a list may shift."""
    for one, two in zip(a, b, strict=False):
        if one != two:
            return isinstance(one, int) and isinstance(two, int)
    return True
