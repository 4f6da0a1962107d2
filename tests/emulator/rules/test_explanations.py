"""A denied request says which allow, which sub-expression, with which values."""

from collections.abc import Callable

from emulator.firestore.rules.ruleset import Verdict

Judge = Callable[..., Verdict]

RULES = """rules_version = '2';
service cloud.firestore {
  match /databases/{database}/documents {
    function signedIn() { return request.auth != null; }
    function owns(data) { let owner = data.owner; return signedIn() && owner == request.auth.uid; }
    match /things/{id} {
      allow get: if owns(resource.data);
      allow get: if resource.data.public == true || (id == 'two' && signedIn());
      allow update: if !(resource.data.locked && id != 'free');
      allow create: if signedIn() ? request.resource.data.n is int : false;
      allow delete: if f1() || true;
      function f1() { return f2() && f2(); }
      function f2() { return 1 / 0 == 0; }
    }
  }
}
"""


def explain(judge: Judge, method: str, **world: object) -> list[str]:
    return [line.strip() for line in judge(RULES, method, **world).explanation.splitlines()]


def test_an_allowed_request_needs_no_explanation(judge: Judge) -> None:
    assert judge(RULES, "delete").explanation == ""


def test_each_allow_and_what_decided_it(judge: Judge) -> None:
    lines = explain(judge, "get", auth={"uid": "ada", "token": {}}, resource={"data": {"owner": "bob"}})
    assert lines == [
        "get /databases/(default)/documents/things/one: no allow statement grants it",
        "7:7: allow get is false:",
        "5:72: owner == request.auth.uid is false (owner is 'bob'; request.auth.uid is 'ada')",
        "8:7: allow get failed:",
        "8:21: resource.data.public == true failed: property 'public' is undefined",
        "8:54: id == 'two' is false (id is 'one')",
    ]


def test_inside_a_negation(judge: Judge) -> None:
    lines = explain(judge, "update", resource={"data": {"locked": True}})
    assert lines[1:] == [
        "9:7: allow update is false:",
        "9:26: resource.data.locked is true",
        "9:50: id != 'free' is true (id is 'one')",
    ]


def test_the_branch_taken(judge: Judge) -> None:
    world = {"auth": {"uid": "ada"}, "new_resource": {"data": {"n": "x"}}}
    assert explain(judge, "create", **world)[2] == (
        "10:37: request.resource.data.n is int is false (request.resource.data.n is 'x')"
    )
    assert explain(judge, "create")[2] == "10:70: false is false"


def test_no_allow_at_all(judge: Judge) -> None:
    assert explain(judge, "get", path="others/one") == [
        "get /databases/(default)/documents/others/one: no allow statement covers it"
    ]
