"""Lists are judged on what the query guarantees, never on the rows."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.firestore.rules.constraints import Filter
from emulator.firestore.rules.matching import Unknown
from emulator.firestore.rules.ruleset import ListQuery, Verdict
from emulator.firestore.rules.values import Path

Judge = Callable[..., Verdict]
Listing = Callable[..., dict[str, Any]]

ROOT = ("databases", "(default)", "documents")


def where(field: str, operator: str, value: Any) -> Filter:
    return Filter(tuple(field.split(".")), operator, value)


GUARANTEES = [
    ("allow", "resource.data.owner == 'ada'", [("owner", "==", "ada")]),
    ("deny", "resource.data.owner == 'ada'", [("owner", "==", "bob")]),
    ("error", "resource.data.owner == 'ada'", []),
    ("error", "resource.data.owner == 'ada'", [("other", "==", "ada")]),
    ("error", "resource.data.owner != 'ada'", []),
    ("allow", "resource.data.score > 4", [("score", ">=", 5)]),
    ("allow", "resource.data.score > 4", [("score", ">", 4)]),
    ("error", "resource.data.score > 4", [("score", ">=", 4)]),
    ("allow", "resource.data.score >= 4", [("score", ">=", 4)]),
    ("allow", "resource.data.score >= 4.0", [("score", ">", 4)]),
    ("error", "resource.data.score >= 4", [("score", ">", 3)]),
    ("allow", "4 < resource.data.score", [("score", ">", 4)]),
    ("allow", "resource.data.score < 10", [("score", "<=", 9)]),
    ("allow", "resource.data.score <= 9", [("score", "<=", 9)]),
    ("error", "resource.data.score < 9", [("score", "<=", 9)]),
    ("deny", "resource.data.score > 4", [("score", "<=", 4)]),
    ("deny", "resource.data.score >= 4", [("score", "<", 4)]),
    ("error", "resource.data.score > 4", [("score", "<", 9)]),
    ("allow", "resource.data.score > 1 && resource.data.score < 9", [("score", ">", 2), ("score", "<", 8)]),
    ("error", "resource.data.score > '4'", [("score", ">", 5)]),
    ("allow", "resource.data.name >= 'b'", [("name", ">=", "bb")]),
    ("error", "resource.data.score == 5", [("score", ">=", 5), ("score", "<=", 5)]),
    ("allow", "resource.data.score > 4", [("score", "==", 5)]),
    ("error", "resource.data.score > 3", [("score", "in", [4, 7])]),
    ("allow", "resource.data.score > 3", [("score", "in", [4])]),
    ("allow", "resource.data.score == 4", [("score", "in", [4])]),
    ("error", "resource.data.score == 4", [("score", "in", [4, 7])]),
    ("allow", "resource.data.kind in ['a', 'b', 'c']", [("kind", "in", ["a", "b"])]),
    ("error", "resource.data.kind in ['a']", [("kind", "in", ["a", "b"])]),
    ("allow", "resource.data.kind in ['a', 'b']", [("kind", "==", "a")]),
    ("error", "resource.data.kind in ['a', 'b']", []),
    ("allow", "resource.data.state != 'hidden'", [("state", "!=", "hidden")]),
    ("error", "resource.data.state != 'gone'", [("state", "!=", "hidden")]),
    ("allow", "resource.data.state != 'hidden'", [("state", "not-in", ["hidden", "gone"])]),
    ("allow", "!(resource.data.state in ['hidden'])", [("state", "not-in", ["hidden", "gone"])]),
    ("error", "resource.data.state != 'new'", [("state", "not-in", ["hidden"])]),
    ("allow", "resource.data.state != null", [("state", "!=", None)]),
    ("allow", "resource.data.deletedAt == null", [("deletedAt", "==", None)]),
    ("error", "resource.data.deletedAt == null", []),
    ("allow", "'ada' in resource.data.members", [("members", "array-contains", "ada")]),
    ("error", "'bob' in resource.data.members", [("members", "array-contains", "ada")]),
    ("error", "'ada' in resource.data.members", []),
    ("allow", "'ada' in resource.data.members", [("members", "array-contains-any", ["ada"])]),
    ("error", "'ada' in resource.data.members", [("members", "array-contains-any", ["ada", "bob"])]),
    ("error", "resource.data.members.hasAny(['ada'])", [("members", "array-contains", "ada")]),
    ("allow", "resource.data.roles.ada == 'owner'", [("roles.ada", "==", "owner")]),
    ("error", "resource.data.roles.bob == 'owner'", [("roles.ada", "==", "owner")]),
    ("allow", "'owner' in resource.data", [("owner", "==", "ada")]),
    ("error", "'other' in resource.data", [("owner", "==", "ada")]),
    ("error", "!('other' in resource.data)", [("owner", "==", "ada")]),
    ("error", "resource.data.get('other', 1) == 1", [("owner", "==", "ada")]),
    ("allow", "resource.data.get('owner', '') == 'ada'", [("owner", "==", "ada")]),
    ("error", "resource.data.keys().hasAll(['owner'])", [("owner", "==", "ada")]),
    ("error", "resource.data.size() == 1", [("owner", "==", "ada")]),
    ("error", "resource.data == {'owner': 'ada'}", [("owner", "==", "ada")]),
    ("allow", "resource.data is map && resource != null", []),
    ("allow", "resource.data.score is constraint", [("score", ">", 1)]),
    ("error", "resource.data.score is int", [("score", ">", 1)]),
    ("allow", "resource.data.score is int", [("score", "==", 1)]),
    ("error", "resource.data.score + 1 > 1", [("score", ">", 1)]),
    ("error", "[resource.data.score].hasAny([1])", [("score", ">", 1)]),
    ("error", "resource.data.score in [1]", [("score", ">", 1)]),
    ("error", "[1].toSet() == [resource.data.score].toSet()", [("score", ">", 1)]),
    ("error", "id == 'one'", []),
    ("error", "resource.id == 'one'", []),
    ("allow", "database == '(default)' && request.method == 'list'", []),
    ("allow", "request.path == /databases/(default)/documents/things", []),
    ("allow", "id == 'one' && resource.id == 'one'", [("__name__", "==", Path((*ROOT, "things", "one")))]),
    ("allow", "id == 'one'", [("__name__", "in", [Path((*ROOT, "things", "one"))])]),
]


@pytest.mark.parametrize(("expected", "condition", "filters"), GUARANTEES)
def test_one_disjunct(
    outcome: Callable[..., str], listing: Listing, expected: str, condition: str, filters: list[tuple[str, str, Any]]
) -> None:
    assert outcome(condition, **listing([where(*each) for each in filters])) == expected


def test_each_disjunct_must_be_allowed(judge: Judge, text: Callable[..., str], listing: Listing) -> None:
    rules = text("resource.data.owner == 'ada' || resource.data.public == true")
    mine, public, others = [where("owner", "==", "ada")], [where("public", "==", True)], [where("owner", "==", "bob")]
    assert judge(rules, **listing(mine, public)).allowed
    assert not judge(rules, **listing(mine, others)).allowed
    assert not judge(rules, **listing(mine, [])).allowed


def test_rows_are_never_looked_at(judge: Judge, text: Callable[..., str], listing: Listing) -> None:
    rules = text("resource.data.owner == 'ada'")
    assert not judge(rules, **listing(), documents={"things/one": {"owner": "ada"}}).allowed


@pytest.mark.parametrize(
    ("condition", "query", "expected"),
    [
        ("request.query.limit <= 10", {"limit": 10}, "allow"),
        ("request.query.limit <= 10", {"limit": 11}, "deny"),
        ("request.query.limit <= 10", {}, "error"),
        ("request.query.limit == null && request.query.offset == 0", {}, "allow"),
        ("request.query.offset == 5", {"offset": 5}, "allow"),
        ("request.query.orderBy == {'at': 'DESC'}", {"order_by": {"at": "DESC"}}, "allow"),
        ("request.query.orderBy.at == 'ASC'", {}, "error"),
        ("request.query.nothing == 1", {}, "error"),
    ],
)
def test_query_properties(
    outcome: Callable[..., str], listing: Listing, condition: str, query: dict[str, Any], expected: str
) -> None:
    assert outcome(condition, **listing(**query)) == expected


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [
        ("/{path=**}/parts/{id}", True),
        ("/{path=**}", True),
        ("/things/{thing}/parts/{id}", False),
        ("/parts/{id}", False),
        ("/{path=**}/others/{id}", False),
    ],
)
def test_a_collection_group_needs_a_match_for_any_depth(judge: Judge, pattern: str, allowed: bool) -> None:
    rules = (
        f"rules_version='2'; service cloud.firestore {{ match /databases/{{d}}/documents{pattern} {{ allow list; }} }}"
    )
    query = ListQuery(target=(*ROOT, Unknown.MANY, "parts", Unknown.ONE))
    assert judge(rules, method="list", path="parts", query=query).allowed is allowed


def test_the_path_of_a_collection_group_is_open(judge: Judge) -> None:
    query = ListQuery(target=(*ROOT, Unknown.MANY, "parts", Unknown.ONE))
    rules = (
        "rules_version='2'; service cloud.firestore { match /databases/{d}/documents/{path=**}/parts/{id} {"
        " allow list: if path == /things/one; } }"
    )
    verdict = judge(rules, method="list", path="parts", query=query)
    assert not verdict.allowed
    assert "'path'" in verdict.explanation


def test_a_literal_id_does_not_cover_a_collection(judge: Judge, listing: Listing) -> None:
    rules = "service cloud.firestore { match /databases/{d}/documents/things/one { allow list; } }"
    assert not judge(rules, **listing()).allowed
