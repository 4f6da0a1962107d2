"""`python -m shared.ot`, as others use it: lines in, lines out."""

import json
import subprocess
import sys
from typing import Any

from tests.ot.test_refused import DAMAGED, DOC


def answers(lines: list[str]) -> list[Any]:
    done = subprocess.run(
        [sys.executable, "-m", "shared.ot"], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def case(op1: Any, op2: Any = None, doc: Any = DOC, side: str = "left") -> str:
    return json.dumps({"doc": doc, "op1": op1, "op2": [] if op2 is None else op2, "side": side})


def test_a_case() -> None:
    op1 = [{"p": ["a"], "od": 1, "oi": "😀"}]
    op2 = [{"p": ["a"], "od": 1, "oi": 3}]
    assert answers([case(op1, op2, {"a": 1})]) == [
        {
            "apply": {"a": "😀"},
            "transform": [{"p": ["a"], "od": 3, "oi": "😀"}],
            "compose": [{"p": ["a"], "od": 1, "oi": 3}],
            "invert": [{"p": ["a"], "od": "😀", "oi": 1}],
        }
    ]


def test_kinds_that_the_door_refuses_are_fine_here() -> None:
    ops = (
        [{"p": [], "oi": 1}],
        [{"p": ["s", 1], "si": "b"}],
        [{"p": ["l", 0], "li": {}}],
        [{"p": ["f"], "na": 0.25}],
        [{"p": ["s"], "t": "text0", "o": []}],
    )
    assert all("error" not in answer for answer in answers([case(op) for op in ops]))


def test_damage_is_refused_as_either_op() -> None:
    writable = [row for row in DAMAGED if row[1] not in ("NUMBER_NOT_FINITE", "NOT_JSON", "KEY_NOT_TEXT")]
    given = answers([case(op) for _, _, op, _ in writable] + [case([], op) for _, _, op, _ in writable])
    reasons = [row[1] for row in writable]
    assert [answer["error"]["reason"] for answer in given] == reasons * 2


def test_the_second_op_may_follow_the_first() -> None:
    assert answers([case([{"p": ["z"], "oi": {}}], [{"p": ["z", "y"], "oi": 1}])])[0]["compose"] == [
        {"p": ["z"], "oi": {}},
        {"p": ["z", "y"], "oi": 1},
    ]


def test_no_line_stops_the_stream() -> None:
    lines = ["", "{", "7", "{}", case([], side="up"), '{"doc":NaN,"op1":[],"op2":[],"side":"left"}', "[" * 99_999]
    deep = [f'{{"doc":{"[" * depth}{"]" * depth},"op1":[],"op2":[],"side":"left"}}' for depth in (60_000, 49_990)]
    given = answers([*lines, *deep, case([])])
    assert [answer["error"]["reason"] for answer in given[:-1]] == [
        "NOT_JSON",
        "NOT_A_CASE",
        "NOT_A_CASE",
        "BAD_SIDE",
        "NOT_JSON",
        "TOO_DEEP",
        *["TOO_DEEP"] * len(deep),
    ]
    assert given[-1]["apply"] == DOC


def test_deep_cases_pass_through() -> None:
    deep = '{"a":' * 10_000 + "1" + "}" * 10_000
    given = subprocess.run(
        [sys.executable, "-m", "shared.ot"],
        input=f'{{"doc":{deep},"op1":[],"op2":[],"side":"left"}}\n',
        capture_output=True,
        text=True,
        check=True,
    )
    assert given.stdout == f'{{"apply":{deep},"transform":[],"compose":[],"invert":[]}}\n'
