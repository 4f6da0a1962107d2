"""Limits of the language: at the limit all is well, one beyond is refused."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from emulator.firestore.rules.errors import RulesError
from emulator.firestore.rules.evaluation import Accesses
from emulator.firestore.rules.ruleset import Ruleset, Verdict

Judge = Callable[..., Verdict]
Text = Callable[..., str]


def refused(text: str) -> str:
    """The message with which a text is refused; empty when it is accepted."""
    try:
        Ruleset.compile(text)
    except RulesError as error:
        return error.message
    return ""


def nested(depth: int) -> str:
    opened = "".join(f"match /c{level}/{{d{level}}} {{ " for level in range(depth))
    return f"service cloud.firestore {{ {opened} allow read; {'}' * depth} }}"


def test_match_depth() -> None:
    assert refused(nested(10)) == ""
    assert "deeper than 10" in refused(nested(11))


def test_segments_and_captures_of_a_path() -> None:
    def path(segments: str) -> str:
        return f"service cloud.firestore {{ match {segments} {{ allow read; }} }}"

    assert refused(path("/a" * 100)) == ""
    assert "100 segments" in refused(path("/a" * 101))
    captures = "".join(f"/{{c{number}}}" for number in range(21))
    assert "20 captures" in refused(path(captures))
    assert refused(path(captures.removesuffix("/{c20}"))) == ""


def test_globs() -> None:
    def rules(path: str, version: str = "2") -> str:
        return f"rules_version = '{version}'; service cloud.firestore {{ match {path} {{ allow read; }} }}"

    assert refused(rules("/{a=**}/b/{c}")) == ""
    assert "at the end" in refused(rules("/{a=**}/b/{c}", "1"))
    assert "at most one" in refused(rules("/{a=**}/b/{c=**}"))


def test_parameters_and_bindings(text: Text) -> None:
    def function(parameters: int, bindings: int) -> str:
        names = ", ".join(f"p{number}" for number in range(parameters))
        lets = " ".join(f"let v{number} = 1;" for number in range(bindings))
        return text("true", f"function f({names}) {{ {lets} return true; }}")

    assert refused(function(7, 10)) == ""
    assert "7 parameters" in refused(function(8, 0))
    assert "10 variables" in refused(function(0, 11))


def test_recursion_and_call_depth(text: Text) -> None:
    def chain(depth: int) -> str:
        functions = [f"function f{here}() {{ return f{there}(); }}" for here, there in pairwise(range(depth))]
        return text("f0()", " ".join([*functions, f"function f{depth - 1}() {{ return true; }}"]))

    assert refused(chain(20)) == ""
    assert "deeper than 20" in refused(chain(21))
    assert "recursion" in refused(text("true", "function f() { return f(); }"))
    assert "recursion" in refused(text("true", "function f() { return g(); } function g() { let x = f(); return x; }"))


def test_source_size(text: Text) -> None:
    rules = text("true")
    padding = " " * (256 * 1024 - len(rules))
    assert refused(rules + padding) == ""
    assert "256 KB" in refused(rules + padding + " ")


def test_nesting_of_expressions(text: Text) -> None:
    assert refused(text("(" * 50 + "true" + ")" * 50)) == ""
    assert "deeper" in refused(text("(" * 500 + "true" + ")" * 500))
    assert "deeper" in refused(text("!" * 500 + "true"))
    assert "deeper" in refused(text("1" + " + 1" * 500 + " == 501"))
    assert refused(text(" && ".join(["true"] * 500))) == ""


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("allow peek;", "no operation"),
        ("allow read: if 1 is number && 2 is integer;", "no type"),
        ("allow read: if 9223372036854775808 > 0;", "64 bits"),
        ("function f() { return 1; } function f() { return 2; } allow read;", "twice"),
        ("function f(a, a) { return 1; } allow read;", "two parameters"),
    ],
)
def test_other_refusals(rules: str, message: str) -> None:
    assert message in refused(f"service cloud.firestore {{ match /a/{{b}} {{ {rules} }} }}")


def test_imports_are_refused() -> None:
    assert "not supported" in refused("import 'a'; service cloud.firestore { match /a/{b} { allow read; } }")


def test_a_thousand_expressions(judge: Judge, text: Text) -> None:
    few, many = (" && ".join(["1 + 1 == 2"] * count) for count in (300, 400))
    assert judge(text(few)).allowed
    denied = judge(text(f"{many} || true"))
    assert not denied.allowed
    assert "1000 expressions" in denied.explanation


def test_expressions_count_through_functions(judge: Judge, text: Text) -> None:
    doubling = " ".join(f"function f{n}() {{ return f{n + 1}() && f{n + 1}(); }}" for n in range(18))
    assert not judge(text("f0()", doubling + " function f18() { return true; }")).allowed


def accesses(count: int, start: int = 0) -> str:
    paths = [f"/databases/$(database)/documents/users/u{start + number}" for number in range(count)]
    return " && ".join(f"!exists({path})" for path in paths)


def test_ten_accesses_for_one_document(judge: Judge, text: Text) -> None:
    assert judge(text(accesses(10))).allowed
    assert not judge(text(accesses(11))).allowed
    assert judge(text(f"{accesses(10)} && {accesses(10)}")).allowed
    absorbed = judge(text(f"({accesses(11)}) || true"))
    assert not absorbed.allowed
    assert "document accesses" in absorbed.explanation


def test_twenty_accesses_for_a_commit_and_ten_for_each_write(judge: Judge, text: Text) -> None:
    def verdicts(*counts: int) -> list[bool]:
        shared = Accesses(lambda _: None, lambda _: None, batch=True)
        starts = [sum(counts[:position]) for position in range(len(counts))]
        return [
            judge(text(accesses(count, start)), method="create", accesses=shared).allowed
            for count, start in zip(counts, starts, strict=True)
        ]

    assert verdicts(10, 10) == [True, True]
    assert verdicts(10, 10, 1) == [True, True, False]
    assert verdicts(11, 1) == [False, True]


def test_values_cannot_explode(judge: Judge, text: Text) -> None:
    doubled = " ".join(f"let v{n + 1} = v{n} + v{n};" for n in range(9))
    longer = " ".join(f"function f{n}(v0) {{ {doubled} return f{n + 1}(v9); }}" for n in range(4))
    strings = judge(text("f0('0123456789')", longer + " function f4(v0) { return v0.size() > 0; }"))
    assert not strings.allowed
    assert "longer than" in strings.explanation
    shared = " ".join(f"let v{n + 1} = [v{n}, v{n}];" for n in range(9))
    wider = " ".join(f"function f{n}(v0) {{ {shared} return f{n + 1}(v9); }}" for n in range(5))
    lists = judge(text("f0([1])", wider + " function f5(v0) { return v0 == [v0]; }"))
    assert not lists.allowed
    assert "too large" in lists.explanation


def test_what_always_fails_is_accepted_with_a_warning(text: Text) -> None:
    functions = "function f(a) { return a; }"
    assert Ruleset.compile(text("f(1) == 1", functions)).warnings == []
    warnings = Ruleset.compile(text("f() || bool(x) || math.none() || exists()", functions)).warnings
    assert warnings == [
        "6:29: f() takes 1 arguments, got 0",
        "6:36: function 'bool' is not defined",
        "6:41: variable 'x' is not defined",
        "6:47: function 'math.none' is not defined",
        "6:62: exists() takes 1 arguments, got 0",
    ]


def test_calls_that_nest_too_deeply_deny(judge: Judge, text: Text) -> None:
    functions = [f"function f{n}(x) {{ return {'[' * 45}f{n + 1}(x){']' * 45} == 1; }}" for n in range(19)]
    verdict = judge(text("f0(1) || true", " ".join([*functions, "function f19(x) { return x; }"])))
    assert not verdict.allowed
    assert "too deeply" in verdict.explanation
