"""json0 components: what they reach, the old form of text, and how one is appended to an op.

A component is a dict with a path `p` and the fields of its kind. Nothing here changes a component in place.
"""

from math import isfinite
from typing import Any

from shared.ot import text0
from shared.ot.errors import MalformedOpError
from shared.ot.subtypes import SUBTYPES
from shared.ot.values import SMALLEST_WITH_EXPONENT, equal, is_scalar, number_fault

Component = dict[str, Any]
Op = list[Component]
Path = list[str | int]


def depth(component: Component) -> int:
    """How many path elements the component depends on; a number or text op counts what it is inside of as well."""
    inside = "na" in component or "t" in component
    return len(component["p"]) + inside


def is_old_text(component: Component) -> bool:
    """Whether the component is `si` or `sd`, the form of text0 that keeps the offset in the path."""
    return "si" in component or "sd" in component


def to_text0(component: Component) -> dict[str, Any]:
    """The text0 component that an `si` or `sd` stands for."""
    kind, field = ("i", "si") if "si" in component else ("d", "sd")
    return {"p": component["p"][-1], kind: component[field]}


def from_text0(path: Path, component: dict[str, Any]) -> Component:
    """The `si` or `sd` that stands for a text0 component at that path."""
    kind, field = ("i", "si") if "i" in component else ("d", "sd")
    return {"p": [*path, component["p"]], field: component[kind]}


def add_numbers(a: float, b: float) -> float:
    """The sum as JavaScript has it, where a whole float is the same number as the integer. Raises MalformedOpError."""
    if reason := number_fault(a + b):
        raise MalformedOpError("the sum is not finite, or an integer beyond 2^53", reason=reason)
    return add_leniently(a, b)


def add_leniently(a: float, b: float) -> float:
    """The sum however large, as JavaScript has and writes it. Raises MalformedOpError if it is not finite."""
    total = float(a) + float(b)
    if not isfinite(total):
        raise MalformedOpError("the sum is not finite", reason="NUMBER_NOT_FINITE")
    return int(total) if total.is_integer() and abs(total) < SMALLEST_WITH_EXPONENT else total


def append(op: Op, component: Component) -> None:
    """Add a component behind an op, merged with the last one where json0 merges."""
    if not op:
        op.append(component)
        return
    last = op[-1]
    if is_old_text(component) and is_old_text(last):
        _append_old_text(op, component)
    elif last["p"] != component["p"]:
        op.append(component)
    elif "t" in component and component["t"] == last.get("t") in SUBTYPES:
        op[-1] = {**last, "o": SUBTYPES[component["t"]].compose(last["o"], component["o"])}
    elif "na" in last and "na" in component:
        op[-1] = {"p": last["p"], "na": add_numbers(last["na"], component["na"])}
    elif "li" in last and "li" not in component and "ld" in component and _same_scalar(last["li"], component["ld"]):
        _replace_last(op, last, "li", keep="ld" in last)
    elif "od" in last and "oi" not in last and "oi" in component and "od" not in component:
        op[-1] = {**last, "oi": component["oi"]}
    elif "oi" in last and "od" in component:
        if "oi" in component:
            op[-1] = {**last, "oi": component["oi"]}
        else:
            _replace_last(op, last, "oi", keep="od" in last)
    elif "lm" not in component or component["lm"] != component["p"][-1]:
        op.append(component)


def without(component: Component, field: str) -> Component:
    """The component without that field."""
    return {name: value for name, value in component.items() if name != field}


def _append_old_text(op: Op, component: Component) -> None:
    last = op[-1]
    path = component["p"][:-1]
    if last["p"][:-1] != path:
        op.append(component)
    else:
        pieces = text0.compose([to_text0(last)], [to_text0(component)])
        op[-1:] = [from_text0(path, piece) for piece in pieces]


def _replace_last(op: Op, last: Component, undone: str, *, keep: bool) -> None:
    if keep:
        op[-1] = without(last, undone)
    else:
        op.pop()


def _same_scalar(a: Any, b: Any) -> bool:
    return is_scalar(a) and equal(a, b)
