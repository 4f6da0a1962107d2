"""The text-unicode type (ot-text-unicode 4.0.0): an op walks the text once, counting in code points.

An op is a list of parts: `n` skips n characters, `"text"` inserts, `{"d": "text"}` or `{"d": n}` deletes.
Python strings count in code points too, so offsets need no conversion.
"""

from typing import Any

from shared.ot.errors import MalformedOpError, NotInvertibleError, OpMismatchError
from shared.ot.values import fault, is_index

NAME = "text-unicode"

Part = Any  # int | str | {"d": int | str}
Op = list[Part]


def check(op: Any) -> None:
    """Raise MalformedOpError unless the op is one that every client understands the same way.

    Stricter than npm: a delete names its text (it can then be checked, and undone), two inserts in a row are
    refused (clients would order them differently), and counts are whole numbers.
    """
    if not isinstance(op, list):
        raise MalformedOpError("a text op is a list of parts", reason="TEXT_OP_NOT_A_LIST")
    last: Part = None
    for part in op:
        if isinstance(part, str):
            if not part:
                raise MalformedOpError("an insert is empty", reason="EMPTY_INSERT")
            if isinstance(last, str):
                raise MalformedOpError("two inserts in a row must be one", reason="ADJACENT_INSERTS")
            if reason := fault(part):
                raise MalformedOpError("an insert holds half a character", reason=reason)
        elif isinstance(part, dict):
            _check_delete(part)
        elif not is_index(part) or part == 0:
            raise MalformedOpError("a skip is a whole number above 0", reason="BAD_SKIP")
        elif isinstance(last, int):
            raise MalformedOpError("two skips in a row must be one", reason="ADJACENT_SKIPS")
        last = part
    if isinstance(last, int):
        raise MalformedOpError("a skip at the end says nothing", reason="TRAILING_SKIP")


def _check_delete(part: dict[str, Any]) -> None:
    if part.keys() != {"d"}:
        raise MalformedOpError("a part is a skip, an insert or {d: text}", reason="BAD_TEXT_PART")
    deleted = part["d"]
    if not isinstance(deleted, str):
        raise MalformedOpError("a delete names the text that it deletes", reason="DELETE_WITHOUT_TEXT")
    if not deleted:
        raise MalformedOpError("a delete is empty", reason="EMPTY_DELETE")
    if reason := fault(deleted):
        raise MalformedOpError("a delete holds half a character", reason=reason)


def apply(text: Any, op: Op, *, strict: bool) -> str:
    """The text after the op. Strict compares deleted text with the text there; otherwise npm's leniency holds.

    Raises OpMismatchError.
    """
    if not isinstance(text, str):
        raise OpMismatchError("a text op on what is no text", reason="NOT_A_TEXT")
    result = []
    at = 0
    for part in op:
        if isinstance(part, str):
            result.append(part)
        elif isinstance(part, int):
            if at + part > len(text):
                raise OpMismatchError("the op is longer than the text", reason="TEXT_TOO_SHORT")
            result.append(text[at : at + part])
            at += part
        else:
            deleted = part["d"]
            if strict and not (isinstance(deleted, str) and text.startswith(deleted, at)):
                raise OpMismatchError("the deleted text is not the text there", reason="TEXT_DIFFERS")
            at += _count(deleted)
    result.append(text[at:])
    return "".join(result)


def transform(op: Op, other: Op, side: str) -> Op:
    """`op` as it must read on a text that `other` has already changed; on a tie, left's insert comes first."""
    result: Op = []
    walk = _Walk(op)
    for part in other:
        if isinstance(part, str):
            if side == "left" and isinstance(walk.next(), str):
                _append(result, walk.rest())
            _append(result, len(part))
            continue
        skipping = isinstance(part, int)
        length = part if skipping else _count(part["d"])
        while length > 0:
            taken = walk.take(length, whole=str)
            if isinstance(taken, str):
                _append(result, taken)
                continue
            if skipping:
                _append(result, taken)
            length -= _length(taken)
    return _finish(result, walk)


def compose(op1: Op, op2: Op) -> Op:
    """One op that does what `op1` and then `op2` do."""
    result: Op = []
    walk = _Walk(op1)
    for part in op2:
        if isinstance(part, str):
            _append(result, part)
        elif isinstance(part, int):
            while part > 0:
                taken = walk.take(part, whole=dict)
                _append(result, taken)
                if not isinstance(taken, dict):
                    part -= _length(taken)
        else:
            deleted = part["d"]
            at, length = 0, _count(deleted)
            while at < length:
                taken = walk.take(length - at, whole=dict)
                if isinstance(taken, dict):
                    _append(result, taken)
                    continue
                if isinstance(taken, int):
                    _append(result, {"d": deleted[at : at + taken] if isinstance(deleted, str) else taken})
                at += _length(taken)
    return _finish(result, walk)


def normalize(op: Op) -> Op:
    """The same op with neighbours of one kind joined and nothing empty."""
    result: Op = []
    for part in op:
        _append(result, part)
    return _trim(result)


def invert(op: Op) -> Op:
    """The op that takes this one back. Raises NotInvertibleError on a delete that does not name its text."""
    result: Op = []
    for part in op:
        if isinstance(part, str):
            _append(result, {"d": part})
        elif isinstance(part, int):
            _append(result, part)
        elif isinstance(part["d"], str):
            _append(result, part["d"])
        else:
            raise NotInvertibleError("the op deletes characters without naming them", reason="DELETE_WITHOUT_TEXT")
    return _trim(result)


class _Walk:
    """Takes an op piece by piece, off its front; behind its end it skips for ever."""

    __slots__ = ("_index", "_offset", "_op")

    def __init__(self, op: Op) -> None:
        self._op = op
        self._index = 0
        self._offset = 0

    def next(self) -> Part:
        """The part that `take` would take from, whole, or None behind the end."""
        return self._op[self._index] if self._index < len(self._op) else None

    def take(self, most: int, whole: type) -> Part:
        """At most that many characters of the next part, or all of it if it is of the indivisible kind."""
        if self._index == len(self._op):
            return most
        part = self._op[self._index]
        if isinstance(part, whole) or _length(part) - self._offset <= most:
            return self.rest()
        start, end = self._offset, self._offset + most
        self._offset = end
        if isinstance(part, int):
            return most
        if isinstance(part, str):
            return part[start:end]
        return {"d": part["d"][start:end] if isinstance(part["d"], str) else most}

    def rest(self) -> Part:
        """What is left of the next part."""
        part, start = self._op[self._index], self._offset
        self._index += 1
        self._offset = 0
        if not start:
            return part
        if isinstance(part, int):
            return part - start
        if isinstance(part, str):
            return part[start:]
        return {"d": part["d"][start:] if isinstance(part["d"], str) else part["d"] - start}


def _finish(result: Op, walk: _Walk) -> Op:
    while walk.next() is not None:
        _append(result, walk.rest())
    return _trim(result)


def _append(op: Op, part: Part) -> None:
    if not part or (isinstance(part, dict) and not part["d"]):
        return
    if not op or type(op[-1]) is not type(part):
        op.append(part)
    elif isinstance(part, dict):
        one, two = op[-1]["d"], part["d"]
        named = isinstance(one, str) and isinstance(two, str)
        op[-1] = {"d": one + two if named else _count(one) + _count(two)}
    else:
        op[-1] += part


def _trim(op: Op) -> Op:
    if op and isinstance(op[-1], int):
        op.pop()
    return op


def _length(part: Part) -> int:
    if isinstance(part, int):
        return part
    return len(part) if isinstance(part, str) else _count(part["d"])


def _count(deleted: str | int) -> int:
    return deleted if isinstance(deleted, int) else len(deleted)
