"""Documents that go 10,000 levels down are no different."""

import inspect
import sys
from typing import Any

import pytest

from shared import ot
from shared.ot.values import equal

LEVELS = 10_000
PATH: list[Any] = ["a", 0] * (LEVELS // 2)


def nested(leaf: Any) -> Any:
    result = leaf
    for step in reversed(PATH):
        result = {"a": result} if step == "a" else [result]
    return result


def test_everything_works_far_down() -> None:
    doc = nested({"n": 1})
    deep_op = [{"p": [*PATH, "n"], "na": 1}]
    after = ot.apply(doc, deep_op)
    assert equal(after, nested({"n": 2}))
    assert not equal(after, doc)
    assert equal(ot.apply(after, ot.invert(deep_op)), doc)

    deletion = [{"p": ["a"], "od": doc["a"]}]
    ot.check(deletion)
    assert ot.transform(deep_op, deletion, "left") == []
    assert ot.apply(after, ot.transform(deletion, deep_op, "right")) == {}
    assert equal(ot.apply({}, ot.invert(deletion)), doc)
    assert ot.compose(ot.invert(deletion), deletion) == []


def test_faults_far_down_are_found() -> None:
    with pytest.raises(ot.MalformedOpError) as refused:
        ot.check([{"p": ["k"], "oi": nested("\ud83d")}])
    assert refused.value.reason == "LONE_SURROGATE"


def test_ops_that_keep_splitting_each_other_do_not_exhaust_the_stack() -> None:
    splits = 200
    letters = "".join(chr(ord("a") + n % 26) for n in range(2 * splits))
    inserts = [{"p": ["s", 3 * n + 1], "si": "-"} for n in range(splits)]
    deletion = [{"p": ["s", 0], "sd": letters}]
    doc = {"s": letters}
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + splits // 2)
    try:
        after = ot.apply(ot.apply(doc, inserts), ot.transform(deletion, inserts, "right"))
        also = ot.apply(ot.apply(doc, deletion), ot.transform(inserts, deletion, "left"))
    finally:
        sys.setrecursionlimit(limit)
    assert after == also == {"s": "-" * splits}
