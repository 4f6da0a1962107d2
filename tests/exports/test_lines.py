"""Where lines break on paper."""

import re

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from shared.exports.fonts import shaping
from shared.exports.lines import broken


def lines(text: str, width: float) -> list[str]:
    return list(broken(text, width, lambda part: sum(2.0 if ord(one) > 0x2E80 else 1.0 for one in part)))


def test_lines_break_at_spaces_and_between_east_asian_characters() -> None:
    assert lines("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert lines("見 伏見稲荷 Inari", 8) == ["見 伏見", "稲荷", "Inari"]
    assert lines("see incomprehensible things", 6) == ["see", "incomp", "rehens", "ible", "things"]
    assert lines("", 5) == [""]


def test_no_line_begins_with_a_full_stop_or_ends_with_a_bracket() -> None:
    assert lines("食べる。次は「京都」へ。", 8) == ["食べる。", "次は「京", "都」へ。"]
    assert lines("茶（Sencha）です", 10) == ["茶", "（Sencha）", "です"]
    assert lines("。「", 8) == ["。「"]
    assert lines("あ。。。。。", 8) == ["あ。。。", "。。"], "unless it is nothing else"


def test_marks_stay_with_their_letter() -> None:
    assert lines("x" + "e\u0301" * 4, 4) == ["xe\u0301", "e\u0301e\u0301", "e\u0301"]
    assert lines("\u0301" * 6, 4) == ["\u0301" * 4, "\u0301" * 2], "and what is nothing but marks is cut anywhere"


@given(st.text(alphabet="ab  伏見。「", max_size=60), st.integers(2, 12))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    found = lines(text, width)
    assert all(sum(2 if ord(one) > 0x2E80 else 1 for one in line) <= width for line in found)
    assert re.sub(" ", "", "".join(found)) == re.sub(" ", "", text)


@pytest.mark.parametrize(
    ("paragraph", "direction"),
    [("10:30 متحف Tokyo", "rtl"), ("Tokyo متحف", "ltr"), ("כותל", "rtl"), ("นารา", "ltr"), ("10:30", None)],
)
def test_a_paragraph_runs_as_its_first_letter_does_on_every_line(paragraph: str, direction: str | None) -> None:
    pdf = FPDF()
    with shaping(pdf, paragraph) as shaped:
        assert shaped is (direction is not None)
        assert (pdf.text_shaping["direction"].name.lower() if pdf.text_shaping else None) == direction
    assert not pdf.text_shaping
