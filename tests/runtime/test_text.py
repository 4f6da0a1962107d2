"""What people write: what is kept, what is taken out, what is refused."""

import contextlib
import unicodedata
from typing import Annotated

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from shared.runtime.errors import InvalidArgument
from shared.runtime.models import Request
from shared.runtime.text import MOST_MARKS, Line, Text, check_plain, tidy
from shared.runtime.validation import parse

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HIDDEN = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u3164"
JOINED = [
    "می\u200cخواهم",  # Persian: "I want"
    "ശ്രീ\u200dലങ്ക",
    "അവന്\u200d",  # Malayalam with an old chillu at its end
    "क्\u200dष",
    "👩\u200d👩\u200d👧\u200d👦",
    "👩🏽\u200d🚀",
    "❤️\u200d🔥",
    "🏳️\u200d🌈",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland
    "葛\U000e0100",  # a variant of a Japanese surname
]
hostile = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    st.sampled_from(HIDDEN + "\u200c\u200d\t\n\r\v\x85\u2028 aée\u0301\u0327\u2329क\u094d👩가\u1100\u1161\U000e0067🏴")
)


class Post(Request):
    title: Annotated[str, Line(1, 20)]
    body: Annotated[str, Text(0, 50)] = ""


@pytest.mark.parametrize("text", JOINED)
def test_scripts_and_emoji_keep_their_joiners(text):
    assert tidy(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("character", HIDDEN + "\u200c\u200d\x01\x1b\x7f\x9f\ufffe\U000e0041")
def test_what_nobody_sees_is_taken_out(character):
    assert tidy(f"pay{character}pal") == "paypal"


def test_one_form_of_what_looks_the_same():
    assert tidy("Cafe\u0301") == tidy("Café") == "Café"
    assert tidy("e\u200b\u0301") == "é", "composed across what was taken out"


def test_lines():
    post = Post(title=" Two\r\nlines\tof\u2028it ", body="\r\n one\r\ntwo\rthree\u2028four\tfive\n\n")
    assert post.title == "Two lines of it"
    assert post.body == "one\ntwo\nthree\nfour\tfive"


@pytest.mark.parametrize(
    "title", ["", " \t\n", "\u200b\u202e", "\u3164", "x" * 21, "x" * 81, "a\x00b", "e" + "\u0301" * 31]
)
def test_refused_by_the_fields_name(title):
    with pytest.raises(InvalidArgument) as refused:
        parse(Post, {"title": title})
    assert [violation.field for violation in refused.value.violations] == ["title"]


def test_half_a_character_is_refused():
    with pytest.raises(ValidationError, match="surrogate"):
        Post(title="\ud83d")


def test_length_is_counted_in_characters_once_clean():
    family = "👩\u200d👩\u200d👧\u200d👦"
    assert Post(title=" " + family * 2 + "\u200b" * 40).title == family * 2
    assert Post(title="e\u0301" * 20).title == "é" * 20


def test_described_with_its_bounds():
    fields = Post.model_json_schema()["properties"]
    assert {"type": "string", "minLength": 1, "maxLength": 20}.items() <= fields["title"].items()
    assert {"type": "string", "maxLength": 50}.items() <= fields["body"].items()


@given(hostile)
@example("\u2329\u200d")
@example("\u1100\u1161\u200d")
def test_clean_text_stays_as_it_is(text):
    for one_line in (False, True):
        cleaned = tidy(text, one_line=one_line)
        assert tidy(cleaned, one_line=one_line) == cleaned
        assert unicodedata.is_normalized("NFC", cleaned)
        assert not set(cleaned) & set(HIDDEN)
        assert all(unicodedata.category(character) != "Cc" or character in "\n\t" for character in cleaned)
        assert not (one_line and set("\n\t") & set(cleaned))


@given(hostile, st.integers(0, 60))
def test_kept_or_refused_never_cut(text, most):
    with contextlib.suppress(PydanticCustomError):
        kept = Text(0, most).clean(text)
        assert kept == tidy(text)
        assert len(kept) <= most
        assert len(kept.encode()) <= 4 * most


def test_marks_up_to_the_bound_are_somebodys_language():
    assert len(tidy("q" + "\u0323" * MOST_MARKS)) == MOST_MARKS + 1


@pytest.mark.parametrize("text", ["a\x00", "\x1b[2J", "\x85", "\ud800", *OVERRIDES])
def test_operations_have_neither_control_characters_nor_overrides(text):
    with pytest.raises(ValueError, match=r"U\+"):
        check_plain(text)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=OVERRIDES) | st.sampled_from("\n\t\r"))
)
def test_everything_else_may_stand_in_an_operation(text):
    check_plain(text)
