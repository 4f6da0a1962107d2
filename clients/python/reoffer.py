"""Offering edits again on a plan they were not made against: after a resync, or when what they built on was refused.

There is nothing to transform over, so each edit is repeated by what it meant, or given back.
"""

from typing import Any

from shared import ot

Op = list[dict[str, Any]]
MISSING = object()


def reoffer(before: Any, op: Op, after: Any, *, maybe_done: bool = False) -> tuple[Op, Op]:
    """What of `op`, made on `before`, can be done on `after` with the same meaning; and what would be a guess.

    `maybe_done`: the server may have committed it, so only what can be done twice (setting, deleting) is repeated.
    """
    kept: Op = []
    lost: Op = []
    for component in op:
        again = _repeated(before, component, after, maybe_done)
        if again is None:
            lost.append(component)
        elif again:
            kept += again
            after = ot.apply(after, again)
        before = ot.apply(before, [component])
    return kept, lost


def _repeated(before: Any, component: dict[str, Any], after: Any, maybe_done: bool) -> Op | None:
    """The component for `after`; empty if it is done there already, None if it cannot be repeated."""
    path = component["p"]
    present = _at(after, path)
    if "oi" in component or "od" in component:
        if not isinstance(_at(after, path[:-1]), dict):
            return None if "oi" in component else []
        if present == component.get("oi", MISSING):
            return []
        again = {key: component[key] for key in ("p", "oi") if key in component}
        return [again if present is MISSING else {**again, "od": present}]
    if maybe_done:
        return None
    if "na" in component:
        return [component] if isinstance(present, int) and not isinstance(present, bool) else None
    target = path if "t" in component else path[:-1]
    return [component] if present is not MISSING and _at(before, target) == _at(after, target) else None


def _at(doc: Any, path: list[Any]) -> Any:
    for key in path:
        inside = key in doc if isinstance(doc, dict) else isinstance(doc, list) and key < len(doc)
        if not inside:
            return MISSING
        doc = doc[key]
    return doc
