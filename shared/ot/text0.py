"""The text0 type that is built into json0: `{"p": offset, "i": text}` and `{"p": offset, "d": text}`, in order.

Offsets and lengths count UTF-16 code units, as JavaScript does. Inside this module a text is therefore a Python
string of units, in which a character beyond U+FFFF is its two halves; callers see ordinary strings.
"""

import re
from typing import Any

from shared.ot.driver import transform_lists
from shared.ot.errors import MalformedOpError, OpMismatchError
from shared.ot.javascript import joined
from shared.ot.values import fault, is_index

NAME = "text0"

Component = dict[str, Any]
Op = list[Component]

_BEYOND_FFFF = re.compile("[\U00010000-\U0010ffff]")
_HALVES = re.compile("[\ud800-\udfff]")


def check(op: Any) -> None:
    """Raise MalformedOpError unless the op is a list of well-formed inserts and deletes."""
    if not isinstance(op, list):
        raise MalformedOpError("a text op is a list of components", reason="TEXT_OP_NOT_A_LIST")
    for component in op:
        if not isinstance(component, dict) or component.keys() not in ({"p", "i"}, {"p", "d"}):
            raise MalformedOpError("a text0 component is {p, i} or {p, d}", reason="BAD_TEXT_PART")
        if not is_index(component["p"]):
            raise MalformedOpError("a text offset is a whole number from 0", reason="BAD_OFFSET")
        text = component["i"] if "i" in component else component["d"]
        if not isinstance(text, str):
            raise MalformedOpError("what a text op inserts or deletes is text", reason="BAD_TEXT_PART")
        if reason := fault(text):
            raise MalformedOpError("a text op holds half a character", reason=reason)


def apply(text: Any, op: Op, *, strict: bool) -> Any:
    """The text after the op; an insert behind the end goes to the end. Unless strict, a list becomes a text as in npm.

    Raises OpMismatchError if deleted text is not the text there, or (strict) if an insert would cut a character in two.
    """
    if not op and not strict:
        return text
    if isinstance(text, list) and not strict:
        text, op = _into_list(text, op[0]), op[1:]
    if not isinstance(text, str):
        raise OpMismatchError("a text op on what is no text", reason="NOT_A_TEXT")
    units = _units(text)
    for component in map(_in_units, op):
        at = component["p"]
        if "i" in component:
            units = units[:at] + component["i"] + units[at:]
            continue
        if not units.startswith(component["d"], at):
            raise OpMismatchError("the deleted text is not the text there", reason="TEXT_DIFFERS")
        units = units[:at] + units[at + len(component["d"]) :]
    result = _characters(units)
    if strict and _HALVES.search(result):
        raise OpMismatchError("the op cuts a character in two", reason="SPLITS_CHARACTER")
    return result


def _into_list(items: list[Any], component: Component) -> Any:
    """What JavaScript makes of a list into which a text is inserted; nothing else can be done to one."""
    if "d" in component:
        return items
    at = component["p"]
    return joined(items[:at]) + component["i"] + joined(items[at:])


def transform(op: Op, other: Op, side: str) -> Op:
    """`op` as it must read on a text that `other` has already changed. Raises OpMismatchError if they contradict."""
    result = transform_lists(_transform_component, _append, list(map(_in_units, op)), list(map(_in_units, other)), side)
    return list(map(_in_characters, result))


def compose(op1: Op, op2: Op) -> Op:
    """One op that does what `op1` and then `op2` do."""
    result = list(map(_in_units, op1))
    for component in op2:
        _append(result, _in_units(component))
    return list(map(_in_characters, result))


def invert(op: Op) -> Op:
    """The op that takes this one back."""
    return [{"p": c["p"], "d": c["i"]} if "i" in c else {"p": c["p"], "i": c["d"]} for c in reversed(op)]


def _append(op: Op, component: Component) -> None:
    text = component["i"] if "i" in component else component["d"]
    if not text:
        return
    if op:
        last, at = op[-1], component["p"]
        if "i" in last and "i" in component and last["p"] <= at <= last["p"] + len(last["i"]):
            cut = at - last["p"]
            op[-1] = {"p": last["p"], "i": last["i"][:cut] + text + last["i"][cut:]}
            return
        if "d" in last and "d" in component and at <= last["p"] <= at + len(text):
            cut = last["p"] - at
            op[-1] = {"p": at, "d": text[:cut] + last["d"] + text[cut:]}
            return
    op.append(component)


def _transform_component(result: Op, component: Component, other: Component, side: str) -> None:
    at = component["p"]
    if "i" in component:
        _append(result, {"p": _moved(at, other, behind_insert=side == "right"), "i": component["i"]})
    elif "i" in other:
        cut = max(0, other["p"] - at)
        deleted = component["d"]
        _append(result, {"p": at, "d": deleted[:cut]})
        _append(result, {"p": at + len(other["i"]), "d": deleted[cut:]})
    else:
        _transform_delete(result, component, other)


def _transform_delete(result: Op, component: Component, other: Component) -> None:
    start, end = component["p"], component["p"] + len(component["d"])
    other_start, other_end = other["p"], other["p"] + len(other["d"])
    if start >= other_end:
        _append(result, {"p": start - len(other["d"]), "d": component["d"]})
    elif end <= other_start:
        _append(result, component)
    else:
        first, last = max(start, other_start), min(end, other_end)
        common = component["d"][first - start : last - start]
        if common != other["d"][first - other_start : last - other_start]:
            raise OpMismatchError("two ops delete different text in one place", reason="TEXT_DIFFERS")
        left_over = component["d"][: first - start] + component["d"][last - start :]
        _append(result, {"p": _moved(start, other, behind_insert=False), "d": left_over})


def _moved(at: int, other: Component, *, behind_insert: bool) -> int:
    """Where a position lies after the other component."""
    if "i" in other:
        pushed = other["p"] < at or (other["p"] == at and behind_insert)
        return int(at + len(other["i"]) if pushed else at)
    end = other["p"] + len(other["d"])
    return int(at - len(other["d"]) if at > end else min(at, other["p"]))


def _units(text: str) -> str:
    if text.isascii():
        return text
    return _BEYOND_FFFF.sub(lambda match: "".join(_halves(ord(match[0]) - 0x10000)), text)


def _halves(code: int) -> tuple[str, str]:
    return chr(0xD800 + (code >> 10)), chr(0xDC00 + (code & 0x3FF))


def _characters(units: str) -> str:
    if units.isascii() or not _HALVES.search(units):
        return units
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _in_units(component: Component) -> Component:
    return _with_text(component, _units)


def _in_characters(component: Component) -> Component:
    return _with_text(component, _characters)


def _with_text(component: Component, convert: Any) -> Component:
    kind = "i" if "i" in component else "d"
    return {"p": component["p"], kind: convert(component[kind])}
