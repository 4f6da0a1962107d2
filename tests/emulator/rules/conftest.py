"""A world in which one condition, or a whole rules text, judges a request."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.firestore.rules.evaluation import ABSENT, Accesses
from emulator.firestore.rules.matching import Unknown
from emulator.firestore.rules.ruleset import ListQuery, RuleRequest, Ruleset, Verdict
from emulator.firestore.rules.values import Timestamp

ROOT = ("databases", "(default)", "documents")
NOW = datetime(2027, 4, 2, 10, 30, 15, 250_000, tzinfo=UTC)


def judge_request(
    rules: str | Ruleset,
    method: str = "get",
    path: str = "things/one",
    *,
    auth: Mapping[str, Any] | None = None,
    resource: Any = ABSENT,
    new_resource: Any = ABSENT,
    documents: Mapping[str, Mapping[str, Any]] | None = None,
    after: Mapping[str, Mapping[str, Any]] | None = None,
    query: ListQuery | None = None,
    accesses: Accesses | None = None,
) -> Verdict:
    """The verdict on one request; `documents` and `after` map relative paths to data before and after a commit."""

    def lookup(world: Mapping[str, Mapping[str, Any]]) -> Callable[[tuple[str, ...]], Mapping[str, Any] | None]:
        def find(segments: tuple[str, ...]) -> Mapping[str, Any] | None:
            data = world.get("/".join(segments[len(ROOT) :]))
            return None if data is None else {"data": data, "id": segments[-1]}

        return find

    before = documents or {}
    request = RuleRequest(
        method=method,
        path=(*ROOT, *path.split("/")),
        time=Timestamp.of(NOW),
        accesses=accesses or Accesses(lookup(before), lookup(before if after is None else after)),
        auth=auth,
        resource=resource,
        new_resource=new_resource,
        query=query,
    )
    return (rules if isinstance(rules, Ruleset) else Ruleset.compile(rules)).judge(request)


def rules_text(condition: str, functions: str = "", method: str = "read, write") -> str:
    return (
        "rules_version = '2';\nservice cloud.firestore {\n  match /databases/{database}/documents {\n"
        f"    {functions}\n    match /things/{{id}} {{\n      allow {method}: if {condition};\n    }}\n  }}\n}}\n"
    )


def outcome_of(condition: str, functions: str = "", **world: Any) -> str:
    """'allow', 'deny' (the condition is false) or 'error' (neither it nor its negation holds)."""
    if judge_request(rules_text(condition, functions), **world).allowed:
        return "allow"
    return "deny" if judge_request(rules_text(f"!({condition})", functions), **world).allowed else "error"


def listed(*disjuncts: Any, **more: Any) -> dict[str, Any]:
    """The world of a query over the collection things."""
    target = (*ROOT, "things", Unknown.ONE)
    query = ListQuery(target=target, disjuncts=disjuncts or ((),), **more)
    return {"method": "list", "path": "things", "query": query}


@pytest.fixture
def judge() -> Callable[..., Verdict]:
    return judge_request


@pytest.fixture
def outcome() -> Callable[..., str]:
    return outcome_of


@pytest.fixture
def text() -> Callable[..., str]:
    return rules_text


@pytest.fixture
def listing() -> Callable[..., dict[str, Any]]:
    return listed
