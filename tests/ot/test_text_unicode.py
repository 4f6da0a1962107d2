"""text-unicode by itself, including the `{d: n}` that other clients may keep but Travvy does not take."""

from typing import Any

import pytest

from shared.ot import NotInvertibleError, text_unicode
from shared.ot.values import equal


@pytest.mark.parametrize(
    ("op", "other", "left", "right"),
    [
        pytest.param([1, "a"], [1, "b"], [1, "a"], [2, "a"], id="tie"),
        pytest.param([{"d": 4}], [2, "x"], [{"d": 2}, 1, {"d": 2}], [{"d": 2}, 1, {"d": 2}], id="cut, by number"),
        pytest.param([{"d": "a😀b"}], [2, "x"], *[[{"d": "a😀"}, 1, {"d": "b"}]] * 2, id="cut, by text"),
        pytest.param([3, "x"], [{"d": "ab"}], [1, "x"], [1, "x"], id="skip over what is gone"),
        pytest.param([1, "x"], [{"d": "abc"}], ["x"], ["x"], id="insert into what is gone"),
        pytest.param([1, {"d": "bc"}], [{"d": "ab"}], [{"d": "c"}], [{"d": "c"}], id="delete what is half gone"),
        pytest.param(["x"], [5, "y"], ["x"], ["x"], id="far apart"),
    ],
)
def test_transform(op: Any, other: Any, left: Any, right: Any) -> None:
    assert equal(text_unicode.transform(op, other, "left"), left)
    assert equal(text_unicode.transform(op, other, "right"), right)


@pytest.mark.parametrize(
    ("op1", "op2", "both"),
    [
        pytest.param(["abc"], [1, {"d": "b"}], ["ac"], id="delete what was inserted"),
        pytest.param([2, {"d": "x"}], [{"d": "ab"}], [{"d": "abx"}], id="deletes join"),
        pytest.param([2, {"d": 1}], [{"d": "ab"}], [{"d": 3}], id="a number swallows a text"),
        pytest.param([{"d": "😀"}], [{"d": 2}], [{"d": 3}], id="a text swallows a number"),
        pytest.param([1, "b"], [3, "d"], [1, "b", 1, "d"], id="skips go over inserts"),
        pytest.param([{"d": 5}], [2, "x"], [{"d": 5}, 2, "x"], id="skips do not count deletes"),
        pytest.param([4, {"d": "y"}], [1, {"d": "bc"}], [1, {"d": "bc"}, 1, {"d": "y"}], id="a delete out of a skip"),
    ],
)
def test_compose(op1: Any, op2: Any, both: Any) -> None:
    assert equal(text_unicode.compose(op1, op2), both)


def test_normalize_joins_and_drops() -> None:
    assert text_unicode.normalize([1, 2, "", "a", "b", {"d": 0}, {"d": "x"}, {"d": "y"}, 3]) == [
        3,
        "ab",
        {"d": "xy"},
    ]


def test_a_delete_by_number_cannot_be_inverted() -> None:
    with pytest.raises(NotInvertibleError) as refused:
        text_unicode.invert([{"d": 3}])
    assert refused.value.reason == "DELETE_WITHOUT_TEXT"


def test_a_lenient_delete_is_clipped() -> None:
    assert text_unicode.apply("abc", [1, {"d": 9}], strict=False) == "a"
