"""Damaged ops: each kind is refused with its reason, and the document is as it was."""

import copy
from typing import Any

import pytest

from shared import ot

DOC: dict[str, Any] = {"n": 1, "l": ["a", "b"], "k": {"x": None}, "s": "a😀c", "f": 0.5, "big": 2**53 - 1}
CRAZY = "\ud83d"

# Name, reason, op, whether it is wrong by itself (and not for this document only).
DAMAGED: list[tuple[str, str, Any, bool]] = [
    ("op no list", "OP_NOT_A_LIST", {"p": ["n"], "na": 1}, True),
    ("component no object", "COMPONENT_NOT_AN_OBJECT", [7], True),
    ("no path", "BAD_PATH", [{"na": 1}], True),
    ("path null", "BAD_PATH", [{"p": None, "na": 1}], True),
    ("no instruction", "NO_INSTRUCTION", [{"p": ["n"]}], True),
    ("unknown field", "UNKNOWN_FIELD", [{"p": ["n"], "na": 1, "x": 1}], True),
    # indices
    ("li behind the end", "INDEX_OUT_OF_RANGE", [{"p": ["l", 3], "li": 1}], False),
    ("ld behind the end", "INDEX_OUT_OF_RANGE", [{"p": ["l", 2], "ld": "b"}], False),
    ("ld+li behind the end", "INDEX_OUT_OF_RANGE", [{"p": ["l", 2], "ld": "b", "li": 1}], False),
    ("lm from behind the end", "INDEX_OUT_OF_RANGE", [{"p": ["l", 2], "lm": 0}], False),
    ("lm to behind the end", "INDEX_OUT_OF_RANGE", [{"p": ["l", 0], "lm": 2}], False),
    ("lm in an empty list", "INDEX_OUT_OF_RANGE", [{"p": ["e"], "oi": []}, {"p": ["e", 0], "lm": 0}], False),
    ("negative index", "BAD_PATH", [{"p": ["l", -1], "li": 1}], True),
    ("float index", "BAD_PATH", [{"p": ["l", 0.5], "li": 1}], True),
    ("1.0 for 1", "BAD_PATH", [{"p": ["l", 1.0], "li": 1}], True),
    ("true for 1", "BAD_PATH", [{"p": ["l", True], "li": 1}], True),
    ("text for an index", "BAD_PATH", [{"p": ["l", "1"], "li": 1}], True),
    ("text for an index on the way", "PATH_INVALID", [{"p": ["l", "1", "x"], "oi": 1}], False),
    ("index for a key on the way", "PATH_INVALID", [{"p": ["k", 0, "x"], "oi": 1}], False),
    ("lm float", "BAD_INDEX", [{"p": ["l", 0], "lm": 1.0}], True),
    ("lm true", "BAD_INDEX", [{"p": ["l", 0], "lm": True}], True),
    ("lm negative", "BAD_INDEX", [{"p": ["l", 0], "lm": -1}], True),
    # values
    ("ld of another value", "VALUE_DIFFERS", [{"p": ["l", 0], "ld": "b"}], False),
    ("ld+li of another value", "VALUE_DIFFERS", [{"p": ["l", 0], "ld": "b", "li": "c"}], False),
    ("od of another value", "VALUE_DIFFERS", [{"p": ["n"], "od": 2}], False),
    ("od of true for 1", "VALUE_DIFFERS", [{"p": ["n"], "od": True}], False),
    ("od of 1.0 for 1", "VALUE_DIFFERS", [{"p": ["n"], "od": 1.0}], False),
    ("od deep inside", "VALUE_DIFFERS", [{"p": ["k"], "od": {"x": 0}}], False),
    ("od of a null that is not there", "VALUE_DIFFERS", [{"p": ["k"], "od": {}}], False),
    ("od of the root", "VALUE_DIFFERS", [{"p": [], "od": {}, "oi": {}}], False),
    ("od without the key", "KEY_MISSING", [{"p": ["z"], "od": 1}], False),
    ("od of null without the key", "KEY_MISSING", [{"p": ["z"], "od": None}], False),
    ("od+oi without the key", "KEY_MISSING", [{"p": ["z"], "od": None, "oi": 1}], False),
    ("oi on a key", "KEY_TAKEN", [{"p": ["n"], "oi": 2}], False),
    ("oi on a null", "KEY_TAKEN", [{"p": ["k", "x"], "oi": 2}], False),
    ("od of the root alone", "ROOT_DELETED", [{"p": [], "od": DOC}], True),
    ("li at the root", "BAD_PATH", [{"p": [], "li": 1}], True),
    ("a path through nothing", "PATH_INVALID", [{"p": ["z", "y"], "oi": 1}], False),
    ("a path through null", "PATH_INVALID", [{"p": ["k", "x", "y"], "oi": 1}], False),
    ("oi in a list", "NOT_AN_OBJECT", [{"p": ["l", 0], "oi": 1}], False),
    ("na on a text", "NOT_A_NUMBER", [{"p": ["s"], "na": 1}], False),
    ("na on nothing", "PATH_INVALID", [{"p": ["z"], "na": 1}], False),
    # numbers
    ("na true", "BAD_NUMBER", [{"p": ["n"], "na": True}], True),
    ("na 1.0 for 1", "BAD_NUMBER", [{"p": ["n"], "na": 1.0}], True),
    ("na text", "BAD_NUMBER", [{"p": ["n"], "na": "1"}], True),
    ("na null", "BAD_NUMBER", [{"p": ["n"], "na": None}], True),
    ("na infinite", "NUMBER_NOT_FINITE", [{"p": ["n"], "na": float("inf")}], True),
    ("na beyond 2^53", "INTEGER_TOO_LARGE", [{"p": ["n"], "na": 2**53 + 1}], True),
    ("na beyond what a float holds", "INTEGER_TOO_LARGE", [{"p": ["n"], "na": -(10**400)}], True),
    ("value beyond what a float holds", "INTEGER_TOO_LARGE", [{"p": ["z"], "oi": [10**400]}], True),
    ("sum beyond 2^53", "INTEGER_TOO_LARGE", [{"p": ["big"], "na": 1}], False),
    ("value not finite", "NUMBER_NOT_FINITE", [{"p": ["z"], "oi": [float("nan")]}], True),
    ("value beyond 2^53", "INTEGER_TOO_LARGE", [{"p": ["z"], "oi": {"a": -(2**53) - 1}}], True),
    ("float that JavaScript writes as such", "INTEGER_TOO_LARGE", [{"p": ["z"], "oi": 1e17}], True),
    ("value no JSON", "NOT_JSON", [{"p": ["z"], "oi": (1, 2)}], True),
    # keys
    *(
        (f"key {name}", "FORBIDDEN_KEY", [{"p": [name], "oi": 1}], True)
        for name in ("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "__defineGetter__")
    ),
    ("key in a value", "FORBIDDEN_KEY", [{"p": ["z"], "oi": [{"__proto__": 1}]}], True),
    ("key on the way", "FORBIDDEN_KEY", [{"p": ["__proto__", "x"], "na": 1}], True),
    ("key no text", "KEY_NOT_TEXT", [{"p": ["z"], "oi": {1: 1}}], True),
    # text
    ("delete of another text", "TEXT_DIFFERS", [{"p": ["s"], "t": "text-unicode", "o": [{"d": "b"}]}], False),
    ("delete past the end", "TEXT_DIFFERS", [{"p": ["s"], "t": "text-unicode", "o": [2, {"d": "cd"}]}], False),
    ("offset in UTF-16", "TEXT_TOO_SHORT", [{"p": ["s"], "t": "text-unicode", "o": [4, "x"]}], False),
    ("delete by number", "DELETE_WITHOUT_TEXT", [{"p": ["s"], "t": "text-unicode", "o": [{"d": 1}]}], True),
    ("two inserts", "ADJACENT_INSERTS", [{"p": ["s"], "t": "text-unicode", "o": ["a", "b"]}], True),
    ("two skips", "ADJACENT_SKIPS", [{"p": ["s"], "t": "text-unicode", "o": [1, 1, "b"]}], True),
    ("skip at the end", "TRAILING_SKIP", [{"p": ["s"], "t": "text-unicode", "o": ["b", 1]}], True),
    ("skip of 0", "BAD_SKIP", [{"p": ["s"], "t": "text-unicode", "o": [0, "b"]}], True),
    ("skip of 1.0", "BAD_SKIP", [{"p": ["s"], "t": "text-unicode", "o": [1.0, "b"]}], True),
    ("skip of true", "BAD_SKIP", [{"p": ["s"], "t": "text-unicode", "o": [True, "b"]}], True),
    ("empty insert", "EMPTY_INSERT", [{"p": ["s"], "t": "text-unicode", "o": [""]}], True),
    ("empty delete", "EMPTY_DELETE", [{"p": ["s"], "t": "text-unicode", "o": [{"d": ""}]}], True),
    ("delete and more", "BAD_TEXT_PART", [{"p": ["s"], "t": "text-unicode", "o": [{"d": "a", "i": "b"}]}], True),
    ("half a character inserted", "LONE_SURROGATE", [{"p": ["s"], "t": "text-unicode", "o": [CRAZY]}], True),
    ("half a character deleted", "LONE_SURROGATE", [{"p": ["s"], "t": "text-unicode", "o": [{"d": CRAZY}]}], True),
    ("half a character in a value", "LONE_SURROGATE", [{"p": ["z"], "oi": "\ude00x"}], True),
    ("half a character in a key", "LONE_SURROGATE", [{"p": ["z" + CRAZY], "oi": 1}], True),
    ("half a character in si", "LONE_SURROGATE", [{"p": ["s", 0], "si": CRAZY}], True),
    ("text op no list", "TEXT_OP_NOT_A_LIST", [{"p": ["s"], "t": "text-unicode", "o": "a"}], True),
    ("text on a number", "NOT_A_TEXT", [{"p": ["n"], "t": "text-unicode", "o": ["a"]}], False),
    ("unknown type", "UNKNOWN_SUBTYPE", [{"p": ["s"], "t": "rich-text", "o": ["a"]}], True),
    ("type without op", "BAD_SUBTYPE", [{"p": ["s"], "t": "text-unicode"}], True),
    ("text0 of another text", "TEXT_DIFFERS", [{"p": ["s"], "t": "text0", "o": [{"p": 0, "d": "b"}]}], False),
    ("text0 into a character", "SPLITS_CHARACTER", [{"p": ["s"], "t": "text0", "o": [{"p": 2, "i": "b"}]}], False),
    ("text0 of neither", "BAD_TEXT_PART", [{"p": ["s"], "t": "text0", "o": [{"p": 0}]}], True),
    ("text0 of both", "BAD_TEXT_PART", [{"p": ["s"], "t": "text0", "o": [{"p": 0, "i": "a", "d": "a"}]}], True),
    ("text0 offset negative", "BAD_OFFSET", [{"p": ["s"], "t": "text0", "o": [{"p": -1, "i": "a"}]}], True),
    ("sd of another text", "TEXT_DIFFERS", [{"p": ["s", 0], "sd": "b"}], False),
    ("si without offset", "BAD_PATH", [{"p": ["s"], "si": "b"}], True),
    ("si null", "BAD_TEXT_PART", [{"p": ["s", 0], "si": None}], True),
    ("si and sd", "BAD_TEXT_PART", [{"p": ["s", 0], "si": "b", "sd": "a"}], True),
]

PARAMETERS = [pytest.param(*row[1:], id=row[0]) for row in DAMAGED]


@pytest.mark.parametrize(("reason", "op", "by_itself"), PARAMETERS)
def test_apply_refuses(reason: str, op: Any, by_itself: bool) -> None:
    doc = copy.deepcopy(DOC)
    with pytest.raises(ot.OtError) as refused:
        ot.apply(doc, op)
    assert refused.value.reason == reason
    assert isinstance(refused.value, ot.MalformedOpError) == (by_itself or reason == "INTEGER_TOO_LARGE")
    assert doc == DOC


@pytest.mark.parametrize(("reason", "op", "by_itself"), PARAMETERS)
def test_check_refuses_what_is_wrong_in_any_document(reason: str, op: Any, by_itself: bool) -> None:
    if not by_itself:
        return
    with pytest.raises(ot.OtError) as refused:
        ot.check(op)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("reason", "component"),
    [
        ("ROOT_OP", {"p": [], "oi": 1}),
        ("ROOT_OP", {"p": [], "t": "text-unicode", "o": ["a"]}),
        ("TEXT_TYPE", {"p": ["s", 0], "si": "a"}),
        ("TEXT_TYPE", {"p": ["s", 0], "sd": "a"}),
        ("TEXT_TYPE", {"p": ["s"], "t": "text0", "o": [{"p": 0, "i": "a"}]}),
        ("NUMBER_NOT_WHOLE", {"p": ["n"], "na": 0.5}),
        ("LIST_OF_CONTAINERS", {"p": ["l", 0], "li": {}}),
        ("LIST_OF_CONTAINERS", {"p": ["l", 0], "ld": ["a"]}),
        ("SEVERAL_KINDS", {"p": ["l", 0], "li": 1, "lm": 1}),
        ("SEVERAL_KINDS", {"p": ["n"], "na": 1, "oi": 1}),
        ("KEY_EXPECTED", {"p": ["l", 0], "oi": 1}),
    ],
)
def test_the_door_takes_less_than_the_type(reason: str, component: dict[str, Any]) -> None:
    with pytest.raises(ot.OpNotAllowedError) as refused:
        ot.check([{"p": ["fine"], "oi": 1}, component])
    assert refused.value.reason == reason
    assert refused.value.metadata == {"component": 1, "path": component["p"]}


@pytest.mark.parametrize(
    "component",
    [
        {"p": ["a"], "oi": {"b": [{}]}},
        {"p": ["a"], "od": None},
        {"p": ["a"], "od": [], "oi": None},
        {"p": ["a"], "na": -1},
        {"p": ["a"], "t": "text-unicode", "o": [1, "a", {"d": "b"}]},
        {"p": ["l", 0], "li": None},
        {"p": ["l", 0], "ld": 1, "li": "a"},
        {"p": ["l", 0], "lm": 0},
    ],
)
def test_the_door_takes_what_a_plan_is_made_of(component: dict[str, Any]) -> None:
    ot.check([component])


def test_the_door_counts_components() -> None:
    op = [{"p": ["a"], "na": 1}] * 3
    ot.check(op, most_components=3)
    with pytest.raises(ot.OpNotAllowedError, match="3 components, at most 2") as refused:
        ot.check(op, most_components=2)
    assert refused.value.reason == "TOO_MANY_COMPONENTS"
    assert refused.value.metadata == {"components": 3, "most": 2}


def test_an_error_says_where() -> None:
    with pytest.raises(ot.OpMismatchError, match="component 1: ") as refused:
        ot.apply(DOC, [{"p": ["n"], "na": 1}, {"p": ["n"], "oi": 1}])
    assert refused.value.metadata == {"component": 1, "path": ["n"]}
