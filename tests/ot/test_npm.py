"""The npm packages that clients use give the same answers, case by case."""

import json
from typing import Any

import pytest

from shared import ot
from shared.ot.__main__ import answer
from shared.ot.values import equal
from tests.ot import cases, damage, tables
from tests.ot.conftest import Npm

CASES = 2_500
PARTS = 8
"""Of a test that takes long, so that several processes share it."""
IN_A_ROW = 3_000
DAMAGED = 5_000

Case = dict[str, Any]


def concurrent(rng: cases.RoundingDice) -> Case:
    doc = cases.document(rng)
    op1 = cases.op(rng, doc, rng.choice((1, 1, 2, 3, 5)))
    op2 = cases.op(rng, doc, rng.choice((0, 1, 1, 2, 3, 5)))
    return {"doc": doc, "op1": op1, "op2": op2, "side": rng.choice(("left", "right"))}


def in_a_row(rng: cases.RoundingDice) -> Case:
    doc = cases.document(rng)
    op1 = cases.op(rng, doc, rng.choice((1, 2, 4)))
    return {"doc": doc, "op1": op1, "op2": cases.op(rng, ot.apply(doc, op1), rng.choice((1, 2, 4)))}


def transforms_alike(case: Case, theirs: dict[str, Any]) -> bool:
    """Whether both transform the op, which they then do alike; else both refuse."""
    try:
        ours = ot.transform(case["op1"], case["op2"], case["side"])
    except ot.OpMismatchError:
        assert "error" in theirs, case
        return False
    assert equal(json.loads(json.dumps(ours)), theirs.get("transform")), case
    return True


@pytest.mark.parametrize("part", range(PARTS))
def test_concurrent_ops(part: int, seed: int, npm: Npm) -> None:
    rng = cases.RoundingDice(PARTS * seed + part)
    lines = [json.dumps(concurrent(rng)) for _ in range(CASES)]
    refused = 0
    for line, theirs in zip(lines, npm([json.loads(line) for line in lines]), strict=True):
        ours = json.loads(json.dumps(answer(line)))
        if "error" in theirs:
            assert "error" in ours, line
            refused += 1
            continue
        case = json.loads(line)
        assert equal({**ours, "normalize": ot.normalize(case["op1"] + case["op2"])}, theirs), line
    # Edits under a root that is set without its old value contradict each other in json0 itself.
    assert refused < CASES // 100


@pytest.mark.parametrize(
    "value", [3.75, True, "", "text", None, {}, {"a": ""}, {"a": {}}, [], ["x"], [["x"]], 2**53 - 1], ids=json.dumps
)
def test_a_value_that_an_op_deletes_changes_as_in_npm_whatever_the_other_does_to_it(value: Any, npm: Npm) -> None:
    """The other may contradict it, if a root was set without its old value; npm lets odd things pass then."""
    made: list[Case] = [
        {"op1": [{"p": [], "od": value, "oi": 1}], "op2": [{"p": path, **other}], "side": side}
        for path in ([], ["a"], ["b"], ["a", "b"], [0], [3], [0, 0], [0, "a"], ["a", 0])
        for other in (
            {"t": "text0", "o": []},
            {"t": "text-unicode", "o": []},
            {"t": "text-unicode", "o": ["x"]},
            {"na": 0.5},
            {"na": 2},
        )
        for side in ("left", "right")
    ]
    for case, theirs in zip(made, npm(made), strict=True):
        transforms_alike(case, theirs)


def test_a_list_that_an_op_deletes_becomes_a_text_as_javascript_writes_it(seed: int, npm: Npm) -> None:
    """npm joins what it inserts a text into. Only values that contradict the document come to that."""
    rng = cases.Dice(seed)
    numbers = [-0.0, 0.1, 1e20, 123456789012345680000.0, 1e21, -1.5e22, 1e-6, 1.25e-7, 5e-324, 1.7e308, 2**53 - 1]
    numbers += [rng.choice((-1, 1)) * rng.random() * 10.0 ** rng.randrange(-12, 30) for _ in range(200)]
    lists = [numbers, [], [[]], [None, True, False, "a,b", "\U0001f600", {"a": 1}, {}], [[1, [2, [], [None, 3]]], "x"]]
    made: list[Case] = [
        {"op1": [{"p": [], "od": value, "oi": 1}], "op2": [other], "side": "right"}
        for value in lists
        for other in (
            {"p": [1], "si": "-"},
            {"p": [1], "sd": ","},
            {"p": [], "t": "text0", "o": [{"p": 0, "i": "-"}, {"p": 2, "i": "+"}]},
            {"p": [], "t": "text0", "o": [{"p": 9, "i": ""}, {"p": 0, "d": ""}]},
            {"p": [], "t": "text0", "o": [{"p": 0, "d": ""}, {"p": 0, "i": "-"}]},
            {"p": [], "t": "text-unicode", "o": ["-"]},
        )
    ]
    joined = 0
    for case, theirs in zip(made, npm(made), strict=True):
        joined += transforms_alike(case, theirs)
    assert joined == 3 * len(lists)


def test_ops_in_a_row(seed: int, npm: Npm) -> None:
    rng = cases.RoundingDice(seed)
    made = [in_a_row(rng) for _ in range(IN_A_ROW)]
    for case, theirs in zip(made, npm(made), strict=True):
        doc, op1, op2 = case["doc"], case["op1"], case["op2"]
        ours = {
            "apply": ot.apply(doc, op1),
            "compose": ot.compose(op1, op2),
            "invert": ot.invert(op1),
            "normalize": ot.normalize(op1 + op2),
        }
        assert equal(json.loads(json.dumps(ours)), theirs), case


def test_damaged_ops_are_refused_or_mean_the_same(seed: int, npm: Npm) -> None:
    rng = cases.Dice(seed)
    taken: list[tuple[str, Any]] = []
    for _ in range(DAMAGED):
        case = concurrent(rng)
        for name in rng.choice((("op1",), ("op2",), ("op1", "op2"))):
            case[name] = damage.damaged(rng, case[name])
        ours = answer(line := json.dumps(case))
        if "error" not in ours and all(damage.of_one_kind_each(case[name]) for name in ("op1", "op2")):
            taken.append((line, json.loads(json.dumps(ours))))
    assert DAMAGED // 10 < len(taken) < DAMAGED // 2
    for (line, ours), theirs in zip(taken, npm([json.loads(line) for line, _ in taken]), strict=True):
        theirs.pop("normalize", None)
        assert equal(ours, theirs), line


def test_the_tables_are_npms_too(npm: Npm) -> None:
    assert [a["apply"] for a in npm([{"doc": d, "op1": op, "op2": []} for _, d, op, _ in tables.APPLIED])] == [
        after for *_, after in tables.APPLIED
    ]
    for side, column in (("left", 3), ("right", 4)):
        answers = npm([{"op1": row[1], "op2": row[2], "side": side} for row in tables.TRANSFORMED])
        assert [a["transform"] for a in answers] == [row[column] for row in tables.TRANSFORMED]
    assert [a["compose"] for a in npm([{"op1": a, "op2": b} for _, a, b, _ in tables.COMPOSED])] == [
        both for *_, both in tables.COMPOSED
    ]
    assert [a["invert"] for a in npm([{"op1": op, "op2": []} for _, op, _ in tables.INVERTED])] == [
        inverse for *_, inverse in tables.INVERTED
    ]
