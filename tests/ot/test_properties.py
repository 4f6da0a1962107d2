"""What must hold for all ops: convergence, undoing, composing; and that arguments are left alone."""

import json
from typing import Any

import pytest

from shared import ot
from shared.ot.values import equal
from tests.ot import cases

ROUNDS = 2000


@pytest.fixture
def rng(seed: int) -> cases.Dice:
    return cases.Dice(seed)


def plan_op(rng: cases.Dice, doc: Any) -> list[dict[str, Any]]:
    """An op of the kinds that the door takes."""
    result: list[dict[str, Any]] = []
    for _ in range(rng.randint(1, 3) * 4):
        component = cases.component(rng, doc)
        try:
            ot.check([component])
            doc = ot.apply(doc, [component])
        except ot.OtError:
            continue
        result.append(component)
    return result[:4]


def test_two_people_converge(rng: cases.Dice) -> None:
    """TP1: whichever of two concurrent ops comes first, the document ends up the same."""
    for _ in range(ROUNDS):
        doc = cases.document(rng)
        a, b = plan_op(rng, doc), plan_op(rng, doc)
        one = ot.apply(ot.apply(doc, a), ot.transform(b, a, "right"))
        two = ot.apply(ot.apply(doc, b), ot.transform(a, b, "left"))
        assert equal(one, two), (doc, a, b)


def test_a_late_op_converges_past_many(rng: cases.Dice) -> None:
    for _ in range(ROUNDS // 10):
        doc = now = cases.document(rng)
        late = plan_op(rng, doc)
        seen, others, waiting = ot.apply(doc, late), [], late
        for _ in range(8):
            others.append(plan_op(rng, now))
            now = ot.apply(now, others[-1])
            seen = ot.apply(seen, ot.transform(others[-1], waiting, "right"))
            waiting = ot.transform(waiting, others[-1], "left")
        assert equal(ot.apply(now, ot.transform_past(late, others)), seen), (doc, late, others)


def test_an_inverse_restores_the_document(rng: cases.Dice) -> None:
    for _ in range(ROUNDS):
        doc = cases.document(rng)
        op = cases.op(rng, doc, 4)
        if any(not c["p"] and c.keys() == {"p", "oi"} for c in op):
            continue  # a root set without its old value does not know what to go back to
        assert equal(ot.apply(ot.apply(doc, op), ot.invert(op)), doc), (doc, op)


def test_composing_is_applying_one_after_the_other(rng: cases.Dice) -> None:
    """And it is associative in its effect."""
    for _ in range(ROUNDS):
        doc = cases.document(rng)
        a = cases.op(rng, doc, 2)
        after_a = ot.apply(doc, a)
        b = cases.op(rng, after_a, 2)
        after_b = ot.apply(after_a, b)
        c = cases.op(rng, after_b, 2)
        after_c = ot.apply(after_b, c)
        for composed in (ot.compose(ot.compose(a, b), c), ot.compose(a, ot.compose(b, c)), ot.normalize(a + b + c)):
            assert equal(ot.apply(doc, composed), after_c), (doc, a, b, c)


def test_arguments_are_left_alone(rng: cases.Dice) -> None:
    for _ in range(ROUNDS):
        doc = cases.document(rng)
        a, b = cases.op(rng, doc, 3), cases.op(rng, doc, 3)
        before = json.dumps([doc, a, b])
        ot.apply(doc, a)
        ot.compose(a, b)
        ot.invert(a)
        ot.normalize(a)
        try:
            ot.transform(a, b, "left")
            ot.transform(b, a, "right")
        except ot.OtError:
            pass
        assert json.dumps([doc, a, b]) == before


def test_untouched_parts_are_shared_and_touched_ones_are_not() -> None:
    doc = {"a": {"x": [1]}, "b": {"y": [1]}}
    inserted: dict[str, Any] = {"z": []}
    after = ot.apply(doc, [{"p": ["c"], "oi": inserted}, {"p": ["c", "z", 0], "li": 1}, {"p": ["a", "x", 0], "na": 1}])
    assert after == {"a": {"x": [2]}, "b": {"y": [1]}, "c": {"z": [1]}}
    assert after["b"] is doc["b"]
    assert doc == {"a": {"x": [1]}, "b": {"y": [1]}}
    assert inserted == {"z": []}
