"""Making one json0 op of several components, and writing it in one way."""

from typing import Any

from shared.ot.components import Component, Op, append
from shared.ot.form import VALUES
from shared.ot.values import with_plain_numbers


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


def canonical(op: Op) -> Op:
    """The well-formed op with the numbers in its values as JavaScript writes them: 35.0, which other languages keep
    apart from 35, would never match what a JavaScript client says that it deletes. Paths and counts stay as they are.
    """
    return [{field: with_plain_numbers(v) if field in VALUES else v for field, v in c.items()} for c in op]
