"""The operation that turns one plan into another, as fine as fields so that it merges with what others edit."""

from typing import Any

from shared.plan.models import Op

CONTAINERS = ("days", "stops", "packing")


def difference(before: dict[str, Any], after: dict[str, Any]) -> Op:
    """Components that make `after` out of `before`; empty if they are the same."""
    op = [component for name in CONTAINERS for component in _elements(name, before[name], after[name])]
    if before["notes"] != after["notes"]:
        op.append({"p": ["notes"], "od": before["notes"], "oi": after["notes"]})
    return op


def _elements(container: str, before: dict[str, Any], after: dict[str, Any]) -> Op:
    op: Op = [{"p": [container, key], "od": before[key]} for key in before if key not in after]
    for key, element in after.items():
        if key not in before:
            op.append({"p": [container, key], "oi": element})
        elif element != before[key]:
            op.extend(_fields([container, key], before[key], element))
    return op


def _fields(path: list[str], before: dict[str, Any], after: dict[str, Any]) -> Op:
    op: Op = [{"p": [*path, key], "od": before[key]} for key in before if key not in after]
    for key, value in after.items():
        if key not in before:
            op.append({"p": [*path, key], "oi": value})
        elif value != before[key]:
            op.append({"p": [*path, key], "od": before[key], "oi": value})
    return op
