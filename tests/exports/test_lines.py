"""Where lines break on paper."""

import re

from hypothesis import given
from hypothesis import strategies as st

from shared.exports.lines import broken


def lines(text: str, width: float) -> list[str]:
    return list(broken(text, width, lambda character: 2.0 if ord(character) > 0x2E80 else 1.0))


def test_lines_break_at_spaces_and_between_east_asian_characters() -> None:
    assert lines("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert lines("見 伏見稲荷 Inari", 8) == ["見 伏見", "稲荷", "Inari"]
    assert lines("see incomprehensible things", 6) == ["see", "incomp", "rehens", "ible", "things"]
    assert lines("", 5) == [""]


@given(st.text(alphabet="ab  伏見稲", max_size=60), st.integers(2, 12))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    found = lines(text, width)
    assert all(sum(2 if ord(one) > 0x2E80 else 1 for one in line) <= width for line in found)
    assert re.sub(" ", "", "".join(found)) == re.sub(" ", "", text)
