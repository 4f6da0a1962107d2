"""Every rule of the type has its row, and gives the outcome that is written there."""

from typing import Any

import pytest

from shared import ot
from shared.ot.values import equal
from tests.ot import tables

Op = list[dict[str, Any]]


def by_name(table: list[Any]) -> Any:
    return [pytest.param(*row[1:], id=row[0]) for row in table]


@pytest.mark.parametrize(("doc", "op", "after"), by_name(tables.APPLIED))
def test_apply(doc: Any, op: Op, after: Any) -> None:
    assert equal(ot.apply(doc, op), after)


@pytest.mark.parametrize(("op", "other", "left", "right"), by_name(tables.TRANSFORMED))
def test_transform(op: Op, other: Op, left: Op, right: Op) -> None:
    assert equal(ot.transform(op, other, "left"), left)
    assert equal(ot.transform(op, other, "right"), right)


@pytest.mark.parametrize(("op1", "op2", "both"), by_name(tables.COMPOSED))
def test_compose(op1: Op, op2: Op, both: Op) -> None:
    assert equal(ot.compose(op1, op2), both)
    assert equal(ot.normalize(op1 + op2), both)


@pytest.mark.parametrize(("op", "inverse"), by_name(tables.INVERTED))
def test_invert(op: Op, inverse: Op) -> None:
    assert equal(ot.invert(op), inverse)
    assert equal(ot.invert(inverse), op)


def test_normalize_takes_a_bare_component_and_a_missing_path() -> None:
    assert ot.normalize({"na": 1}) == [{"p": [], "na": 1}]
    assert ot.normalize([{"p": None, "na": 1}, {"na": 2}]) == [{"p": [], "na": 3}]


@pytest.mark.parametrize("side", ["middle", "", None, "LEFT"])
def test_another_side_is_refused(side: Any) -> None:
    with pytest.raises(ValueError, match="side"):
        ot.transform([], [], side)


def test_canonical_values_are_written_as_javascript_writes_them() -> None:
    op = [{"p": ["k"], "od": 1.0, "oi": {"lat": 35.0, "lng": 135.5, "l": [-0.0, [2.0], 1e300, True]}}, tables.lm(0, 1)]
    made = ot.canonical(op)
    assert equal(made[0], {"p": ["k"], "od": 1, "oi": {"lat": 35, "lng": 135.5, "l": [0, [2], 1e300, True]}})
    assert made[1] == tables.lm(0, 1)
    assert equal(op[0]["od"], 1.0)


def test_canonical_does_not_repair_indices() -> None:
    assert equal(ot.canonical([{"p": ["l", 1.0], "lm": 2.0}]), [{"p": ["l", 1.0], "lm": 2.0}])


def test_a_key_never_matches_an_index() -> None:
    """Unlike in JavaScript, where "1" can be counted up."""
    keyed = [tables.na(["l", "1"], 1)]
    assert ot.transform(keyed, [tables.li(0)], "left") == keyed
    assert ot.transform(keyed, [tables.ld(1)], "left") == keyed


def test_transform_past_takes_the_others_in_turn() -> None:
    others = [[tables.li(0)], [tables.oi("far", 1)], [tables.li(0)], [tables.ld(5)]]
    assert ot.transform_past([tables.ld(3)], others) == []
    assert ot.transform_past([tables.ld(3)], others[:3]) == [tables.ld(5)]
    assert ot.transform_past([tables.li(0)], others[:3], "right") == [tables.li(2)]
