"""Making one json0 op of several components."""

from typing import Any

from shared.ot.components import Component, Op, append


def compose(op1: Op, op2: Op) -> Op:
    """One op that does what `op1` and then `op2` do. Both must be well formed."""
    result = list(op1)
    for component in op2:
        append(result, component)
    return result


def normalize(op: Op | Component) -> Op:
    """The op with neighbours merged; takes a bare component too, and a missing path for the root."""
    components: list[dict[str, Any]] = op if isinstance(op, list) else [op]
    result: Op = []
    for component in components:
        append(result, component if component.get("p") is not None else {**component, "p": []})
    return result
