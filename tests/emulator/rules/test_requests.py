"""Match blocks, wildcards, methods, functions, and what request and resource hold."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.firestore.rules.ruleset import Ruleset, Verdict

Judge = Callable[..., Verdict]


def service(body: str, version: str = "rules_version = '2';\n") -> str:
    return f"{version}service cloud.firestore {{ match /databases/{{database}}/documents {{ {body} }} }}"


@pytest.mark.parametrize(
    ("operation", "methods"),
    [
        ("read", {"get", "list"}),
        ("write", {"create", "update", "delete"}),
        ("get", {"get"}),
        ("list", {"list"}),
        ("create", {"create"}),
        ("update", {"update"}),
        ("delete", {"delete"}),
        ("get, delete", {"get", "delete"}),
    ],
)
def test_operations(judge: Judge, listing: Callable[..., dict[str, Any]], operation: str, methods: set[str]) -> None:
    rules = service(f"match /things/{{id}} {{ allow {operation}; }}")
    allowed = {
        method
        for method in ("get", "list", "create", "update", "delete")
        if judge(rules, **(listing() if method == "list" else {"method": method})).allowed
    }
    assert allowed == methods


@pytest.mark.parametrize(
    ("pattern", "path", "allowed"),
    [
        ("/things/{id}", "things/one", True),
        ("/things/{id=*}", "things/one", True),
        ("/things/one", "things/one", True),
        ("/things/two", "things/one", False),
        ("/things/{id}", "things/one/parts/two", False),
        ("/things/{id}/parts/{part}", "things/one/parts/two", True),
        ("/{all=**}", "things/one/parts/two", True),
        ("/things/{rest=**}", "things/one", True),
        ("/things/{id}/{rest=**}", "things/one", True),
        ("/{any=**}/parts/{part}", "things/one/parts/two", True),
        ("/{any=**}/parts/{part}", "parts/two", True),
        ("/{any=**}/parts/{part}", "things/one", False),
        ("/things/{id}/{mid=**}/leaf/{leaf}", "things/one/a/b/leaf/x", True),
        ("/%74hings/{id}", "things/one", True),
    ],
)
def test_patterns(judge: Judge, pattern: str, path: str, allowed: bool) -> None:
    assert judge(service(f"match {pattern} {{ allow get; }}"), path=path).allowed is allowed


def test_version_1_wants_a_segment_for_a_glob(judge: Judge) -> None:
    rules = service("match /things/{id}/{rest=**} { allow get; }", version="")
    assert not judge(rules).allowed
    assert judge(rules, path="things/one/parts/two").allowed


def test_any_of_overlapping_matches_grants(judge: Judge) -> None:
    rules = service("match /{all=**} { allow get: if false; } match /things/{id} { allow get: if id == 'one'; }")
    assert judge(rules).allowed
    assert not judge(rules, path="things/two").allowed


def test_nothing_is_allowed_without_an_allow(judge: Judge) -> None:
    assert not judge(service("match /others/{id} { allow read; }")).allowed
    assert not judge("service cloud.firestore { function f() { return true; } }").allowed
    assert not judge("service firebase.storage { match /databases/{d}/documents/{x=**} { allow read; } }").allowed


@pytest.mark.parametrize(
    ("condition", "path", "expected"),
    [
        ("id == 'one' && database == '(default)'", "things/one", "allow"),
        ("id is string", "things/one", "allow"),
        ("request.path == /databases/$(database)/documents/things/$(id)", "things/one", "allow"),
        ("request.path is path", "things/one", "allow"),
        ("request.method == 'get'", "things/one", "allow"),
        ("request.auth == null", "things/one", "allow"),
        ("request.auth.uid == 'ada'", "things/one", "error"),
        ("request.resource.data.a == 1", "things/one", "error"),
        ("request.query.limit == 1", "things/one", "error"),
        ("resource == null", "things/one", "error"),
        ("request.time == timestamp.date(2027, 4, 2) + duration.time(10, 30, 15, 250000000)", "things/one", "allow"),
    ],
)
def test_request(outcome: Callable[..., str], condition: str, path: str, expected: str) -> None:
    assert outcome(condition, path=path) == expected


def test_globs_capture_paths(judge: Judge) -> None:
    rules = service("match /things/{rest=**} { allow get: if rest is path && rest == /one/parts/two; }")
    assert judge(rules, path="things/one/parts/two").allowed


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("request.auth.uid == 'ada'", "allow"),
        ("request.auth.uid == 'bob'", "deny"),
        ("request.auth.token.email.matches('.*@example[.]org')", "allow"),
        ("request.auth.token.admin == true", "error"),
        ("request.auth.token.get('admin', false)", "deny"),
        ("request.resource.data.n == resource.data.n + 1", "allow"),
        ("request.resource.data.keys().hasOnly(['n'])", "allow"),
        ("resource.data.missing == null", "error"),
        ("resource.id == 'one'", "allow"),
        ("resource.data.diff(request.resource.data).affectedKeys().hasOnly(['n'])", "allow"),
    ],
)
def test_a_write(outcome: Callable[..., str], condition: str, expected: str) -> None:
    world = {
        "method": "update",
        "auth": {"uid": "ada", "token": {"email": "ada@example.org"}},
        "resource": {"data": {"n": 1}, "id": "one"},
        "new_resource": {"data": {"n": 2}},
    }
    assert outcome(condition, **world) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("exists(/databases/$(database)/documents/users/ada)", "allow"),
        ("exists(/databases/$(database)/documents/users/bob)", "deny"),
        ("get(/databases/$(database)/documents/users/ada).data.role == 'owner'", "allow"),
        ("get(/databases/$(database)/documents/users/bob).data.role == 'owner'", "error"),
        ("get(/databases/$(database)/documents/users/ada).id == 'ada'", "allow"),
        ("getAfter(/databases/$(database)/documents/users/ada).data.role == 'viewer'", "allow"),
        ("existsAfter(/databases/$(database)/documents/users/eve)", "allow"),
        ("existsAfter(/databases/$(database)/documents/users/bob)", "deny"),
        ("getAfter(/databases/$(database)/documents/users/bob) == null", "error"),
        ("exists('/databases/(default)/documents/users/ada')", "error"),
        ("exists(path('/databases/(default)/documents/users/ada'))", "allow"),
        ("exists(/databases/$(database)/documents/users)", "error"),
        ("exists(/users/ada)", "error"),
        ("exists(/databases/$(database)/documents/users/{x})", "error"),
        ("exists()", "error"),
        ("get(1)", "error"),
    ],
)
def test_document_access(outcome: Callable[..., str], condition: str, expected: str) -> None:
    before = {"users/ada": {"role": "owner"}}
    after = {"users/ada": {"role": "viewer"}, "users/eve": {}}
    assert outcome(condition, documents=before, after=after) == expected


def test_the_verdict_names_the_documents_read(judge: Judge) -> None:
    rules = service("match /things/{id} { allow get: if exists(/databases/$(database)/documents/users/ada) || true; }")
    assert judge(rules).paths_read == {("databases", "(default)", "documents", "users", "ada")}


FUNCTIONS = """
function isOne(x) { return x == 1; }
function both(a, b) { let sum = a + b; let twice = sum * 2; return twice == 2 * (a + b); }
function lazy(a) { let unused = request.nothing; return true || a; }
function strict(a) { return a; }
function here() { return database == '(default)'; }
function outer(x) { return inner(x); }
function inner(x) { return x > 0; }
function get(x) { return x == 'shadowed'; }
function late() { let a = b; let b = true; return a; }
"""


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("isOne(1)", "allow"),
        ("isOne(2)", "deny"),
        ("isOne()", "error"),
        ("isOne(1, 2)", "error"),
        ("both(1, 2)", "allow"),
        ("lazy(request.nothing)", "allow"),
        ("strict(request.nothing)", "error"),
        ("strict(request.nothing) || true", "allow"),
        ("strict(id == 'one')", "allow"),
        ("here()", "allow"),
        ("outer(1)", "allow"),
        ("get('shadowed')", "allow"),
        ("late()", "error"),
        ("x == 1", "error"),
        ("isOne", "error"),
    ],
)
def test_functions(outcome: Callable[..., str], condition: str, expected: str) -> None:
    assert outcome(condition, FUNCTIONS) == expected


def test_functions_see_the_captures_of_their_own_block_only(judge: Judge) -> None:
    rules = service(
        "function outside() { return id == 'one'; }"
        "match /things/{id} { function inside() { return id == 'one'; } allow get: if inside();"
        " allow list: if outside(); allow create: if outside() || id == 'one'; }"
    )
    assert judge(rules).allowed
    assert not judge(rules, method="list").allowed
    assert judge(rules, method="create").allowed


def test_functions_at_the_top_and_inner_ones_that_shadow_them(judge: Judge) -> None:
    rules = "function f() { return false; } function g() { return f(); }" + service(
        "function f() { return true; } match /things/{id} { allow get: if f(); allow list, create: if g(); }",
        version="",
    )
    assert judge(rules).allowed
    assert not judge(rules, method="create").allowed


def test_a_ruleset_is_compiled_once_and_judges_often(judge: Judge) -> None:
    ruleset = Ruleset.compile(service("match /things/{id} { allow get: if id == 'one'; }"))
    verdicts = [judge(ruleset, path=f"things/{name}").allowed for name in ("one", "two", "one")]
    assert verdicts == [True, False, True]
