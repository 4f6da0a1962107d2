"""No rules text and no request crashes or hangs the evaluator.

TRAVVY_FUZZ_ROUNDS sets how many rules are tried, TRAVVY_FUZZ_SEED which ones.
"""

import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from emulator.firestore.rules.constraints import Filter
from emulator.firestore.rules.errors import RulesError
from emulator.firestore.rules.functions import CASTS, NAMESPACES
from emulator.firestore.rules.methods import METHODS
from emulator.firestore.rules.operators import BINARY
from emulator.firestore.rules.ruleset import Ruleset, Verdict
from emulator.firestore.rules.values import TYPES, LatLng, Path, Timestamp

ROUNDS = int(os.environ.get("TRAVVY_FUZZ_ROUNDS", "600"))
SEED = int(os.environ.get("TRAVVY_FUZZ_SEED", "1"))

LEAVES = [
    "1", "0", "-7", "9223372036854775807", "1.5", "0.0", "true", "false", "null", "''", "'a'", "'[a-z]+'", "'('",
    "b'x'", "[]", "{}", "/a/b", "/databases/(default)/documents/users/ada", "request", "resource",
    "request.auth.uid", "id",
    "request.resource.data", "resource.data", "resource.data.n", "resource.data.tags", "resource.data.m.x", "x", "y",
    "request.time", "request.query.limit", "request.path", "nothing", "duration.value(1, 'h')", "latlng.value(1, 2)",
    "[1, 2].toSet()", "/a/{b}", "resource.data.at", "resource.data.place", "resource.data.ref",
]  # fmt: skip
MEMBERS = ["data", "n", "tags", "uid", "a", "id", "__name__"]
METHOD_ARITIES = sorted({(name, arity) for table in METHODS.values() for name, (_, arity) in table.items()})
FUNCTION_ARITIES = [
    *((name, arity) for name, (_, arity) in sorted(CASTS.items())),
    *((f"{space}.{name}", arity) for space, table in NAMESPACES.items() for name, (_, arity) in table.items()),
    *((name, 1) for name in ("get", "exists", "getAfter", "existsAfter", "f", "g")),
]
DATA = {
    "n": 5,
    "tags": ["a", "b", 1, 1.0, None, [2]],
    "m": {"x": float("nan"), "y": {"z": b"\x00"}},
    "at": Timestamp(0),
    "place": LatLng(1.0, 2.0),
    "ref": Path(("databases", "(default)", "documents", "users", "ada")),
}
OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "in", "not-in", "array-contains", "array-contains-any"]


class Expressions:
    """Random expressions, right and wrong."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def any(self, depth: int) -> str:
        if depth == 0 or self.chance.random() < 0.15:
            return self.chance.choice(LEAVES)
        kinds = [self.binary, self.logic, self.method, self.function, self.postfix, self.collection, self.other]
        return self.chance.choice(kinds)(depth - 1)

    def condition(self) -> str:
        return " || ".join([self.any(4), *(self.binary(2) for _ in range(4))])

    def binary(self, depth: int) -> str:
        return f"({self.any(depth)} {self.chance.choice(list(BINARY))} {self.any(depth)})"

    def logic(self, depth: int) -> str:
        parts = [self.any(depth) for _ in range(self.chance.randint(2, 4))]
        return "(" + self.chance.choice([" && ", " || "]).join(parts) + ")"

    def method(self, depth: int) -> str:
        name, arity = self.chance.choice(METHOD_ARITIES)
        return f"{self.any(depth)}.{name}({self.arguments(depth, arity)})"

    def function(self, depth: int) -> str:
        name, arity = self.chance.choice(FUNCTION_ARITIES)
        return f"{name}({self.arguments(depth, arity)})"

    def arguments(self, depth: int, arity: int) -> str:
        count = arity if self.chance.random() < 0.95 else arity + 1
        return ", ".join(self.any(depth) for _ in range(count))

    def postfix(self, depth: int) -> str:
        endings = [f".{self.chance.choice(MEMBERS)}", f"[{self.any(depth)}]", f"[{self.any(0)}:]", f"[:{self.any(0)}]"]
        return self.any(depth) + self.chance.choice(endings)

    def collection(self, depth: int) -> str:
        made = [
            f"[{self.any(depth)}, {self.any(depth)}]",
            f"{{'a': {self.any(depth)}, {self.any(0)}: {self.any(depth)}}}",
            f"/databases/$(database)/documents/users/$({self.any(depth)})",
        ]
        return self.chance.choice(made)

    def other(self, depth: int) -> str:
        made = [
            f"!{self.any(0)}",
            f"-{self.any(0)}",
            f"({self.any(depth)} is {self.chance.choice(sorted(TYPES - {'null'}))})",
            f"({self.any(depth)} ? {self.any(depth)} : {self.any(depth)})",
        ]
        return self.chance.choice(made)


def rules(expressions: Expressions) -> str:
    return (
        "rules_version = '2'; service cloud.firestore { match /databases/{database}/documents {"
        f" function f(x) {{ let y = {expressions.any(2)}; return {expressions.any(3)}; }}"
        " match /things/{id} {"
        f" function g(y) {{ return {expressions.any(3).replace('g(', 'f(')}; }}"
        f" allow read, write: if {expressions.condition()}; allow read: if {expressions.any(3)}; }} }} }}"
    )


def worlds(chance: random.Random, listing: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    auth = chance.choice([None, {"uid": "ada", "token": {"n": 1}}])
    filters = [
        Filter((chance.choice(list(DATA)),), operator, many if operator in ("in", "not-in", many) else DATA["n"])
        for operator in chance.sample(OPERATORS, 2)
        for many in [[DATA["n"], "a"]]
    ]
    resource = {"data": DATA, "id": "one", "__name__": DATA["ref"]}
    users = {"users/ada": {"n": 1}}
    return [
        {"method": "get", "auth": auth, "resource": chance.choice([resource, None]), "documents": users},
        {"method": "update", "auth": auth, "resource": resource, "new_resource": {"data": {"n": 6}}, "after": users},
        {"auth": auth, **listing([each.plain() for each in filters if each.operator != "array-contains-any"], limit=3)},
    ]


@pytest.mark.timeout(300 + ROUNDS // 10)
def test_judging_always_ends_with_a_verdict(judge: Callable[..., Verdict], listing: Callable[..., Any]) -> None:
    chance = random.Random(SEED)
    expressions = Expressions(chance)
    seen = {True: 0, False: 0}
    for _ in range(ROUNDS):
        text = rules(expressions)
        try:
            ruleset = Ruleset.compile(text)
        except RulesError:
            continue
        for world in worlds(chance, listing):
            verdict = judge(ruleset, **world)
            assert bool(verdict.explanation) is not verdict.allowed, text
            seen[verdict.allowed] += 1
    assert min(seen.values()) > ROUNDS // 60, "the rules should neither deny nor allow everything"


@pytest.mark.timeout(300 + ROUNDS // 10)
def test_loading_mangled_texts_ends_with_rules_or_an_error() -> None:
    chance = random.Random(SEED)
    whole = rules(Expressions(chance))
    for _ in range(ROUNDS):
        letters = list(whole)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(letters))
            letters[at : at + chance.randint(0, 3)] = chance.choices(
                "{}()[]/*'\"$.=&|!?:;,\\\n\x00é😀 a1", k=chance.randint(0, 3)
            )
        try:
            Ruleset.compile("".join(letters))
        except RulesError as error:
            lines = "".join(letters).split("\n")
            assert 1 <= error.line <= len(lines)
            assert 1 <= error.column <= len(lines[error.line - 1]) + 1


@pytest.mark.parametrize(
    "opening",
    [
        "(",
        "[",
        "{'a':",
        "!",
        "-(",
        "f(",
        "a[",
        "a ? ",
        "/$(",
        "true ? true : ",
        "a || b && c in d == e < f + g * {'a': [(",
    ],
)
def test_endless_nesting_is_refused_not_crashed_on(opening: str, text: Callable[..., str]) -> None:
    with pytest.raises(RulesError):
        Ruleset.compile(text(opening * 20_000))


def test_endless_match_nesting_is_refused() -> None:
    with pytest.raises(RulesError):
        Ruleset.compile("service cloud.firestore { " + "match /a { " * 10_000)
