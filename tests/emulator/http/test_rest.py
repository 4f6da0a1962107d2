"""The REST API: every method, the JSON of values, errors as Google renders them."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.emulator.http.tokens import OWNER, bearer

VALUES = {
    "null": {"nullValue": None},
    "yes": {"booleanValue": False},
    "whole": {"integerValue": "9007199254740993"},
    "real": {"doubleValue": -0.5},
    "nan": {"doubleValue": "NaN"},
    "when": {"timestampValue": "2026-11-22T10:00:00.123456Z"},
    "text": {"stringValue": "naïve 日本語 😀"},
    "raw": {"bytesValue": "AP8="},
    "where": {"geoPointValue": {"latitude": 35.01, "longitude": 135.77}},
    "list": {"arrayValue": {"values": [{"stringValue": ""}, {"mapValue": {}}]}},
    "map": {"mapValue": {"fields": {"with.dot": {"integerValue": "0"}}}},
}


@pytest.fixture
def put(http: httpx.Client, documents: str) -> Callable[..., dict[str, Any]]:
    """Creates or replaces a document: `put("c/a", n=1)`."""

    def write(path: str, **numbers: int) -> dict[str, Any]:
        fields = {name: {"integerValue": number} for name, number in numbers.items()}
        answer = http.patch(f"{documents}/{path}", json={"fields": fields})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return write


def error(answer: httpx.Response) -> tuple[int, int, str]:
    body = answer.json()
    inner = (body[0] if isinstance(body, list) else body)["error"]
    assert inner["message"]
    return answer.status_code, inner["code"], inner["status"]


def test_values_survive_the_round_trip(http: httpx.Client, documents: str, database: str) -> None:
    fields = VALUES | {"ref": {"referenceValue": f"{database}/documents/c/b"}}
    created = http.post(f"{documents}/c", params={"documentId": "a"}, json={"fields": fields})
    assert created.status_code == 200
    read = http.get(f"{documents}/c/a?alt=json&prettyPrint=false&key=any")
    assert read.headers["content-type"].startswith("application/json")
    assert read.json()["fields"] == fields
    assert read.json()["name"] == f"{database}/documents/c/a"
    assert read.json()["createTime"].endswith("Z")


def test_create(http: httpx.Client, documents: str) -> None:
    named = http.post(f"{documents}/c?documentId=a", json={})
    assert error(http.post(f"{documents}/c?documentId=a", json={})) == (409, 409, "ALREADY_EXISTS")
    unnamed = http.post(f"{documents}/c/a/sub")
    assert named.json()["name"].endswith("/c/a")
    assert len(unnamed.json()["name"].rpartition("/c/a/sub/")[2]) == 20


def test_patch_with_masks_and_preconditions(http: httpx.Client, documents: str, put: Any) -> None:
    update_time = put("c/a", n=1, gone=2)["updateTime"]
    body = {"fields": {"n": {"integerValue": 5}, "unlisted": {"integerValue": 6}}}
    masks = {"updateMask.fieldPaths": ["n", "gone"], "mask.fieldPaths": "n"}
    changed = http.patch(f"{documents}/c/a", params=masks | {"currentDocument.updateTime": update_time}, json=body)
    assert changed.json()["fields"] == {"n": {"integerValue": "5"}}
    assert http.get(f"{documents}/c/a").json()["fields"] == {"n": {"integerValue": "5"}}
    stale = http.patch(f"{documents}/c/a", params={"currentDocument.updateTime": update_time}, json=body)
    assert error(stale) == (400, 400, "FAILED_PRECONDITION")
    missing = http.patch(f"{documents}/c/none?currentDocument.exists=true", json=body)
    assert error(missing) == (404, 404, "NOT_FOUND")
    there = http.patch(f"{documents}/c/a?currentDocument.exists=false", json=body)
    assert error(there) == (409, 409, "ALREADY_EXISTS")


def test_delete(http: httpx.Client, documents: str, put: Any) -> None:
    put("c/a")
    assert error(http.delete(f"{documents}/c/none?currentDocument.exists=true")) == (404, 404, "NOT_FOUND")
    assert http.delete(f"{documents}/c/a").json() == {}
    assert error(http.get(f"{documents}/c/a")) == (404, 404, "NOT_FOUND")


def test_list(http: httpx.Client, documents: str, put: Any) -> None:
    for name in "abc":
        put(f"c/{name}", n=ord(name))
    params = {"pageSize": 2, "orderBy": "n desc", "mask.fieldPaths": "none"}
    first = http.get(f"{documents}/c", params=params).json()
    second = http.get(f"{documents}/c", params=params | {"pageToken": first["nextPageToken"]}).json()
    names = [each["name"][-1] for page in (first, second) for each in page["documents"]]
    assert names == ["c", "b", "a"]
    assert "fields" not in first["documents"][0]
    put("c/hidden/sub/x")
    shown = http.get(f"{documents}/c?showMissing=true", headers=OWNER).json()
    assert [each["name"].rpartition("/")[2] for each in shown["documents"]] == ["a", "b", "c", "hidden"]


def test_names_are_percent_decoded(http: httpx.Client, project: str) -> None:
    encoded = f"/v1/projects/{project}/databases/%28default%29/documents"
    plain = f"/v1/projects/{project}/databases/(default)/documents"
    http.patch(f"{encoded}/c/a%20b%3Acommit%C3%A9", json={})
    assert http.get(f"{plain}/c").json()["documents"][0]["name"].endswith("/c/a b:commité")
    assert http.get(f"{plain}/c/a b:commité").status_code == 200
    assert error(http.get(f"{plain}/c/a%2Fb")) == (400, 400, "INVALID_ARGUMENT")


def test_every_project_and_database_is_its_own(http: httpx.Client, documents: str, project: str, put: Any) -> None:
    put("c/a")
    other = f"/v1/projects/{project}/databases/other/documents"
    assert http.get(f"{other}/c/a").status_code == 404
    assert http.patch(f"{other}/c/a", json={}).json()["name"] == f"{other[4:]}/c/a"


def test_commit_and_verify(http: httpx.Client, documents: str, database: str) -> None:
    name = f"{database}/documents/c/a"
    write = {
        "update": {"name": name, "fields": {}},
        "updateTransforms": [{"fieldPath": "n", "increment": {"integerValue": "2"}}],
    }
    done = http.post(f"{documents}:commit", json={"database": database, "writes": [write]}).json()
    assert done["writeResults"][0]["transformResults"] == [{"integerValue": "2"}]
    assert done["commitTime"]
    verify = {"verify": name, "currentDocument": {"updateTime": done["writeResults"][0]["updateTime"]}}
    assert http.post(f"{documents}:commit", json={"writes": [verify]}).status_code == 200
    http.delete(f"{documents}/c/a")
    assert error(http.post(f"{documents}:commit", json={"writes": [verify]})) == (400, 400, "FAILED_PRECONDITION")


def test_transactions(http: httpx.Client, documents: str, database: str, put: Any) -> None:
    put("c/a", n=1)
    name = f"{database}/documents/c/a"
    transaction = http.post(f"{documents}:beginTransaction", json={"options": {"readWrite": {}}}).json()["transaction"]
    read = http.post(f"{documents}:batchGet", json={"documents": [name], "transaction": transaction})
    assert read.json()[0]["found"]["fields"]["n"] == {"integerValue": "1"}
    assert http.get(f"{documents}/c/a", params={"transaction": transaction}).status_code == 200
    write = {"delete": name}
    commit = {"writes": [write], "transaction": transaction}
    assert http.post(f"{documents}:commit", json=commit).status_code == 200
    assert http.post(f"{documents}:commit", json=commit).status_code >= 400
    begun = http.post(f"{documents}:beginTransaction").json()["transaction"]
    assert http.post(f"{documents}:rollback", json={"transaction": begun}).json() == {}
    new = http.post(f"{documents}:batchGet", json={"documents": [name], "newTransaction": {"readOnly": {}}}).json()
    assert new[0]["transaction"]
    assert new[1]["missing"] == name


def test_queries(http: httpx.Client, documents: str, put: Any) -> None:
    for number, path in enumerate(("c/a", "c/b", "c/a/sub/x", "c/b/sub/y")):
        put(path, n=number)
    at_least_one = {
        "fieldFilter": {"field": {"fieldPath": "n"}, "op": "GREATER_THAN_OR_EQUAL", "value": {"integerValue": 1}}
    }
    query = {"from": [{"collectionId": "c"}], "where": at_least_one}
    found = http.post(f"{documents}:runQuery", json={"structuredQuery": query}).json()
    assert [each["document"]["name"].rpartition("/")[2] for each in found] == ["b"]
    below = http.post(f"{documents}/c/a:runQuery", json={"structuredQuery": {"from": [{"collectionId": "sub"}]}}).json()
    assert [each["document"]["name"].rpartition("/")[2] for each in below] == ["x"]
    nothing = http.post(f"{documents}:runQuery", json={"structuredQuery": {"from": [{"collectionId": "z"}]}}).json()
    assert [list(each) for each in nothing] == [["readTime"]]
    aggregations = [{"alias": "k", "count": {}}, {"alias": "s", "sum": {"field": {"fieldPath": "n"}}}]
    everything = {"from": [{"collectionId": "sub", "allDescendants": True}]}
    body = {"structuredAggregationQuery": {"structuredQuery": everything, "aggregations": aggregations}}
    (total,) = http.post(f"{documents}:runAggregationQuery", json=body).json()
    assert total["result"]["aggregateFields"] == {"k": {"integerValue": "2"}, "s": {"integerValue": "5"}}
    refused = http.post(f"{documents}:runQuery", json={"structuredQuery": query | {"limit": -1}})
    assert error(refused) == (400, 400, "INVALID_ARGUMENT")


def test_administration(http: httpx.Client, documents: str, database: str, put: Any) -> None:
    for number in range(20):
        put(f"c/{number}")
    put("c/1/sub/x")
    assert error(http.post(f"{documents}:listCollectionIds", json={})) == (403, 403, "PERMISSION_DENIED")
    assert http.post(f"{documents}:listCollectionIds", json={}, headers=OWNER).json() == {"collectionIds": ["c"]}
    below = http.post(f"{documents}/c/1:listCollectionIds", headers=OWNER)
    assert below.json() == {"collectionIds": ["sub"]}
    group = {
        "from": [{"collectionId": "c", "allDescendants": True}],
        "orderBy": [{"field": {"fieldPath": "__name__"}, "direction": "ASCENDING"}],
    }
    body = {"structuredQuery": group, "partitionCount": "3"}
    partitions = http.post(f"{documents}:partitionQuery", json=body, headers=OWNER)
    assert partitions.status_code == 200
    assert all("referenceValue" in each["values"][0] for each in partitions.json().get("partitions", []))
    writes = [
        {"delete": f"{database}/documents/c/2"},
        {"delete": f"{database}/documents/c/none", "currentDocument": {"exists": True}},
    ]
    batch = http.post(f"{documents}:batchWrite", json={"writes": writes}, headers=OWNER).json()
    assert [status.get("code", 0) for status in batch["status"]] == [0, 5]


def test_who_asks(http: httpx.Client, documents: str, project: str, put: Any) -> None:
    put("rooms/alice")
    allow = "allow get: if request.auth.uid == id;"
    rules = f"service cloud.firestore {{ match /databases/{{d}}/documents/rooms/{{id}} {{ {allow} }} }}"
    body = {"rules": {"files": [{"content": f"rules_version = '2'; {rules}"}]}}
    assert http.put(f"/emulator/v1/projects/{project}:securityRules", json=body).status_code == 200
    statuses = {
        name: http.get(f"{documents}/rooms/alice", headers=headers).status_code
        for name, headers in {"alice": bearer("alice"), "bob": bearer("bob"), "owner": OWNER, "nobody": {}}.items()
    }
    assert statuses == {"alice": 200, "bob": 403, "owner": 200, "nobody": 403}
    for credential in ("Bearer nonsense", "Basic YTpi", "Bearer a.b.c"):
        answer = http.get(f"{documents}/rooms/alice", headers={"Authorization": credential})
        assert error(answer) == (400, 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/c/a?unknown=1", b""),
        ("GET", "/c/a?mask=n", b""),
        ("GET", "/c/a?mask=n&mask.fieldPaths=n", b""),
        ("GET", "/c/a?readTime.seconds=5", b""),
        ("GET", "/c?pageSize=many", b""),
        ("GET", "/c?pageSize.x=1", b""),
        ("PATCH", "/c/a?currentDocument.exists=perhaps", b"{}"),
        ("PATCH", "/c/a", b"{"),
        ("PATCH", "/c/a", b"[]"),
        ("PATCH", "/c/a", b"\xff\xfe"),
        ("PATCH", "/c/a", b"[" * 100_000),
        ("PATCH", "/c/a", b'{"fields": {"a": 1}}'),
        ("PATCH", "/c/a", b'{"fields": {"a": {"integerValue": "one"}}}'),
        ("PATCH", "/c/a", b'{"fields": {"a": {"stringValue": "\\ud800"}}}'),
        ("POST", ":commit", b'{"writes": 7}'),
        ("POST", ":commit", b'{"writes": [7]}'),
        ("POST", ":commit", b'{"writes": [{"verify": "\\ud800"}]}'),
        ("POST", ":commit", b'{"unknown": 1}'),
        ("POST", ":commit", b'{"database": "projects/other/databases/(default)"}'),
        ("POST", ":runQuery", b'{"structuredQuery": "all"}'),
    ],
)
def test_malformed_requests_are_the_clients_fault(
    http: httpx.Client, documents: str, method: str, path: str, body: bytes
) -> None:
    assert error(http.request(method, documents + path, content=body)) == (400, 400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/c/a"), ("PUT", "/c/a"), ("DELETE", "/c"), ("GET", ""), ("POST", ":none"), ("POST", "/c/a:commit")],
)
def test_unknown_methods_are_not_found(http: httpx.Client, documents: str, method: str, path: str) -> None:
    assert error(http.request(method, documents + path)) == (404, 404, "NOT_FOUND")


def test_paths_outside_any_database(http: httpx.Client) -> None:
    assert error(http.get("/v1/projects/p/elsewhere")) == (404, 404, "NOT_FOUND")
