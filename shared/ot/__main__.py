"""Try the type on cases: JSON lines in, JSON lines out.

A case is `{"doc": …, "op1": […], "op2": […], "side": "left" | "right"}`; `op2` is made against `doc` (concurrent with
`op1`) or against what `op1` leaves of it. The answer to a case is one line

    {"apply":     the document after op1,
     "transform": op1 transformed over op2, op1 being the given side,
     "compose":   op1 with the components of op2 appended and merged, whichever of the two op2 is,
     "invert":    the op that takes op1 back}

or `{"error": {"reason": …, "message": …, …}}` if a line is no case or is nested too deeply (TOO_DEEP), if op1 does not
fit doc, if op2 fits neither, if either is damaged (see `shared.ot.form` and `shared.ot.apply`), or if any of the four
parts cannot be had.
All kinds of json0 are taken here, unlike by `shared.ot.check`. An error never ends the stream.
"""

import json
import sys
import threading
from typing import Any, NoReturn, TextIO

from shared.ot import MalformedOpError, OpMismatchError, OtError, apply, compose, invert, transform

# The JSON reader and writer recurse; documents nested this deep still pass through them.
_DEEPEST = 50_000
_STACK_BYTES = 512 * 1024 * 1024


def answer(line: str) -> dict[str, Any]:
    """The answer to one line, as the module says."""
    try:
        case = json.loads(line, parse_constant=_refuse_constant)
        doc, op1, op2, side = _parts(case)
        after = apply(doc, op1)
        _check_fits(op2, doc, after)
        return {
            "apply": after,
            "transform": transform(op1, op2, side),
            "compose": compose(op1, op2),
            "invert": invert(op1),
        }
    except OtError as error:
        return {"error": {"reason": error.reason, "message": str(error), **error.metadata}}
    except ValueError as error:
        return _error("NOT_JSON", str(error))


def _parts(case: Any) -> tuple[Any, Any, Any, Any]:
    if not isinstance(case, dict) or not {"doc", "op1", "op2", "side"} <= case.keys():
        raise MalformedOpError("a case has doc, op1, op2 and side", reason="NOT_A_CASE")
    if case["side"] not in ("left", "right"):
        raise MalformedOpError("side is left or right", reason="BAD_SIDE")
    return case["doc"], case["op1"], case["op2"], case["side"]


def _check_fits(op2: Any, doc: Any, after: Any) -> None:
    try:
        apply(doc, op2)
    except OpMismatchError:
        apply(after, op2)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _error(reason: str, message: str) -> dict[str, Any]:
    return {"error": {"reason": reason, "message": message}}


def answer_line(line: str) -> str:
    """The answer to one line, as one line of JSON."""
    try:
        return json.dumps(answer(line), separators=(",", ":"))
    except RecursionError:
        return json.dumps(_error("TOO_DEEP", "the JSON is nested too deeply for this tool"), separators=(",", ":"))


def run(source: TextIO, target: TextIO) -> None:
    """Answer each line of the source that is not blank."""
    for line in source:
        if line.strip():
            target.write(answer_line(line) + "\n")
            target.flush()


def main() -> None:
    """Answer standard input on standard output."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.setrecursionlimit(_DEEPEST)
    threading.stack_size(_STACK_BYTES)
    worker = threading.Thread(target=run, args=(sys.stdin, sys.stdout))
    worker.start()
    worker.join()


if __name__ == "__main__":
    main()
