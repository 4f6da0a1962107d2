"""Applying a json0 op to a document, without changing the document."""

from typing import Any

from shared.ot import text0
from shared.ot.components import Component, Op, add_leniently, add_numbers, is_old_text, to_text0
from shared.ot.errors import OpMismatchError, OtError
from shared.ot.form import check_form
from shared.ot.subtypes import SUBTYPES
from shared.ot.values import equal

_ROOT = "data"


def apply(doc: Any, op: Op) -> Any:
    """The document after the op; unchanged parts are shared with `doc`.

    Every component is compared with the value that it finds, because clients diverge over an op that does not fit:
    deleted values and texts must be those there, an insert's key must be free, indices must be in range.

    Raises MalformedOpError and OpMismatchError.
    """
    check_form(op)
    return _apply(doc, op, strict=True)


def apply_leniently(doc: Any, op: Op) -> Any:
    """As npm applies an op: deleted values are not compared, indices are clamped. For values that ops carry along."""
    return _apply(doc, op, strict=False)


def _apply(doc: Any, op: Op, *, strict: bool) -> Any:
    draft = _Draft(doc, strict=strict)
    for index, component in enumerate(op):
        try:
            draft.apply(component)
        except OtError as error:
            raise error.at(index, component["p"]) from None
    return draft.root[_ROOT]


class _Draft:
    """A document under change: containers are copied once, when first touched."""

    def __init__(self, doc: Any, *, strict: bool) -> None:
        self.root: dict[str, Any] = {_ROOT: doc}
        self._strict = strict
        # By id; holding the container keeps its id from being given to another.
        self._own: dict[int, Any] = {id(self.root): self.root}

    def apply(self, component: Component) -> None:
        """Apply one component. Raises OpMismatchError."""
        path = component["p"]
        if is_old_text(component):
            self._edit_text(path[:-1], text0.NAME, [to_text0(component)])
            return
        if "t" in component:
            self._edit_text(path, component["t"], component["o"])
            return
        parent, key = self._open(path)
        if "na" in component:
            parent[key] = _sum(_value(parent, key), component["na"], strict=self._strict)
        elif "li" in component or "ld" in component or "lm" in component:
            self._change_list(parent, key, component)
        else:
            self._change_object(parent, key, component)

    def _open(self, path: list[Any]) -> tuple[Any, Any]:
        """The container that the path's last element is in, ready to be written, and that element."""
        parent: Any = self.root
        key: Any = _ROOT
        for step in path:
            child = _value(parent, key)
            if not isinstance(child, dict if isinstance(step, str) else list):
                expected = "an object" if isinstance(step, str) else "a list"
                raise OpMismatchError(f"the path expects {expected} above {step!r}", reason="PATH_INVALID")
            if id(child) not in self._own:
                child = child.copy()
                self._own[id(child)] = child
                parent[key] = child
            parent, key = child, step
        return parent, key

    def _edit_text(self, path: list[Any], name: str, edits: list[Any]) -> None:
        if self._strict:
            parent, key = self._open(path)
            parent[key] = SUBTYPES[name].apply(_value(parent, key), edits, strict=True)
            return
        parent, key, value = None, _ROOT, self.root[_ROOT]
        for step in path:
            parent, key, value = value, step, _member(value, step)
        # npm asks of an empty text0 edit no text at all: a list grows to it.
        edited = value if name == text0.NAME and not edits else SUBTYPES[name].apply(value, edits, strict=False)
        if isinstance(parent, list) and isinstance(key, int) and key >= len(parent):
            above, at = self._open(path[:-1])
            above[at] = parent + [None] * (key + 1 - len(parent))
        elif edited is not value and not isinstance(parent, str):
            inner, at = self._open(path)
            inner[at] = edited

    def _change_list(self, items: Any, index: Any, component: Component) -> None:
        if not isinstance(items, list):
            raise OpMismatchError("a list op on what is no list", reason="NOT_A_LIST")
        inserts, deletes = "li" in component, "ld" in component
        if self._strict:
            _check_index(index, len(items) + (inserts and not deletes))
            _check_index(component.get("lm", 0), len(items) or 1)
            if deletes:
                self._compare(items[index], component["ld"])
        if inserts and deletes:
            items.extend([None] * (index - len(items)))
            items[index : index + 1] = [component["li"]]
        elif inserts:
            items.insert(index, component["li"])
        elif deletes:
            del items[index : index + 1]
        elif index != component["lm"]:
            moved = items[index : index + 1] or [None]
            del items[index : index + 1]
            items[component["lm"] : component["lm"]] = moved

    def _change_object(self, items: Any, key: Any, component: Component) -> None:
        if not isinstance(items, dict):
            raise OpMismatchError("an object op on what is no object", reason="NOT_AN_OBJECT")
        present = key in items
        if "od" in component:
            if self._strict and not present:
                raise OpMismatchError(f"there is no {key!r} to delete", reason="KEY_MISSING")
            if present:
                self._compare(items[key], component["od"])
        elif self._strict and present and items is not self.root:
            raise OpMismatchError(f"{key!r} is there already, and the op does not replace it", reason="KEY_TAKEN")
        if "oi" in component:
            items[key] = component["oi"]
        else:
            items.pop(key, None)

    def _compare(self, present: Any, named: Any) -> None:
        if self._strict and not equal(present, named):
            raise OpMismatchError("the value that the op deletes is not the value there", reason="VALUE_DIFFERS")


def _value(parent: Any, key: Any) -> Any:
    if isinstance(parent, dict):
        if key in parent:
            return parent[key]
    elif key < len(parent):
        return parent[key]
    raise OpMismatchError(f"there is nothing at {key!r}", reason="PATH_INVALID")


def _check_index(index: int, end: int) -> None:
    if index >= end:
        raise OpMismatchError(f"index {index} is not below {end}", reason="INDEX_OUT_OF_RANGE", end=end)


def _member(value: Any, step: Any) -> Any:
    """What JavaScript reads there: nothing where there is no such member, and characters of a text.

    Raises OpMismatchError below nothing.
    """
    if value is None:
        raise OpMismatchError(f"there is nothing above {step!r}", reason="PATH_INVALID")
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list | str) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _sum(present: Any, added: float, *, strict: bool) -> float:
    if isinstance(present, bool) or not isinstance(present, int | float):
        raise OpMismatchError("a number is added to what is no number", reason="NOT_A_NUMBER")
    return add_numbers(present, added) if strict else add_leniently(present, added)
