"""Which queries are refused for want of an index, and the entry that the refusal shows."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.firestore import Client, FieldFilter, Query
from google.cloud.firestore_v1.base_vector_query import DistanceMeasure
from google.cloud.firestore_v1.vector import Vector

from emulator.firestore.definitions import DefinitionError, load, parse
from emulator.firestore.testing import running
from tests.emulator.firestore.support import client_of

DEFINED: dict[str, Any] = {
    "indexes": [
        {
            "collectionGroup": "c",
            "queryScope": "COLLECTION",
            "fields": [{"fieldPath": "a", "order": "ASCENDING"}, {"fieldPath": "b", "order": "DESCENDING"}],
        },
        {
            "collectionGroup": "c",
            "fields": [
                {"fieldPath": "d", "order": "ASCENDING"},
                {"fieldPath": "b", "order": "DESCENDING"},
                {"fieldPath": "__name__", "order": "DESCENDING"},
            ],
        },
        {
            "collectionGroup": "c",
            "fields": [{"fieldPath": "l", "arrayConfig": "CONTAINS"}, {"fieldPath": "b", "order": "ASCENDING"}],
        },
        {
            "collectionGroup": "c",
            "queryScope": "COLLECTION",
            "fields": [{"fieldPath": "v", "vectorConfig": {"dimension": 2, "flat": {}}}],
        },
        {
            "collectionGroup": "g",
            "queryScope": "COLLECTION_GROUP",
            "fields": [{"fieldPath": "a", "order": "ASCENDING"}, {"fieldPath": "b", "order": "ASCENDING"}],
        },
    ],
    "fieldOverrides": [
        {"collectionGroup": "c", "fieldPath": "big", "indexes": []},
        {"collectionGroup": "c", "fieldPath": "up", "indexes": [{"order": "ASCENDING"}]},
        {
            "collectionGroup": "g",
            "fieldPath": "a",
            "indexes": [{"order": "ASCENDING", "queryScope": "COLLECTION_GROUP"}],
        },
        {"collectionGroup": "bare", "fieldPath": "*", "indexes": []},
    ],
}


@pytest.fixture(scope="module")
def module_patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, module_patch: pytest.MonkeyPatch) -> Iterator[Client]:
    path = tmp_path_factory.mktemp("indexes") / "firestore.indexes.json"
    path.write_text(json.dumps(DEFINED))
    with running(indexes=path) as emulator:
        yield from client_of(emulator, module_patch)


def where(query: Any, *conditions: tuple[str, str, Any]) -> Any:
    for condition in conditions:
        query = query.where(filter=FieldFilter(*condition))
    return query


ACCEPTED = {
    "no filter": lambda c: c.collection("c"),
    "one equality": lambda c: where(c.collection("c"), ("x", "==", 1)),
    "equalities merge": lambda c: where(c.collection("c"), ("x", "==", 1), ("y", "==", 2), ("l", "array_contains", 1)),
    "in": lambda c: where(c.collection("c"), ("x", "in", [1, 2]), ("y", "==", 2)),
    "one inequality": lambda c: where(c.collection("c"), ("x", ">", 1), ("x", "<", 5)),
    "not equal": lambda c: where(c.collection("c"), ("x", "!=", 1)),
    "one order": lambda c: c.collection("c").order_by("x", direction=Query.DESCENDING),
    "order by the equal field": lambda c: where(c.collection("c"), ("x", "==", 1)).order_by("x"),
    "order by name": lambda c: where(c.collection("c"), ("x", "==", 1)).order_by("__name__"),
    "composite": lambda c: where(c.collection("c"), ("a", "==", 1)).order_by("b", direction=Query.DESCENDING),
    "composite backwards": lambda c: where(c.collection("c"), ("a", "==", 1)).order_by("b"),
    "composite for an inequality": lambda c: where(c.collection("c"), ("a", "==", 1), ("b", ">", 1)),
    "composites merge": lambda c: where(c.collection("c"), ("a", "==", 1), ("d", "==", 1)).order_by("b"),
    "composite with contains": lambda c: where(c.collection("c"), ("l", "array_contains", 1)).order_by("b"),
    "composite for both orders": lambda c: c.collection("c").order_by("a").order_by("b", direction=Query.DESCENDING),
    "group by name": lambda c: c.collection_group("g"),
    "group with an override": lambda c: where(c.collection_group("g"), ("a", "==", 1)),
    "group composite": lambda c: where(c.collection_group("g"), ("a", "==", 1), ("b", ">", 1)),
    "one direction that is left": lambda c: c.collection("c").order_by("up"),
    "a document by name": lambda c: where(c.collection("c"), ("__name__", "==", c.document("c/1")), ("big", "==", 1)),
    "nearest": lambda c: c.collection("c").find_nearest("v", Vector([1.0, 2.0]), 1, DistanceMeasure.COSINE),
}

REFUSED = {
    "equality and order": lambda c: where(c.collection("c"), ("x", "==", 1)).order_by("y"),
    "equality and inequality": lambda c: where(c.collection("c"), ("x", "==", 1), ("y", ">", 1)),
    "two orders": lambda c: c.collection("c").order_by("x").order_by("y"),
    "two inequalities": lambda c: where(c.collection("c"), ("x", ">", 1), ("y", ">", 1)),
    "mixed directions": lambda c: c.collection("c").order_by("a").order_by("b"),
    "in and order": lambda c: where(c.collection("c"), ("x", "in", [1, 2])).order_by("y"),
    "one branch of an or": lambda c: where(c.collection("c"), ("d", "in", [1, 2]), ("x", "==", 1)).order_by("b"),
    "an exempted field": lambda c: where(c.collection("c"), ("big", "==", 1)),
    "inside an exempted map": lambda c: c.collection("c").order_by("big.inner"),
    "a direction that is exempted": lambda c: c.collection("c").order_by("up", direction=Query.DESCENDING),
    "a collection without any": lambda c: where(c.collection("bare"), ("x", "==", 1)),
    "a group has nothing automatic": lambda c: where(c.collection_group("g"), ("x", "==", 1)),
    "a group contains": lambda c: where(c.collection_group("g"), ("x", "array_contains", 1)),
    "group order": lambda c: c.collection_group("g").order_by("x", direction=Query.DESCENDING),
    "collection index for a group": lambda c: where(c.collection_group("c"), ("a", "==", 1)).order_by("b"),
    "nearest of another dimension": lambda c: c.collection("c").find_nearest(
        "v", Vector([1.0]), 1, DistanceMeasure.COSINE
    ),
    "nearest with a filter": lambda c: where(c.collection("c"), ("x", "==", 1)).find_nearest(
        "v", Vector([1.0, 2.0]), 1, DistanceMeasure.COSINE
    ),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(checked: Client, case: str) -> None:
    list(ACCEPTED[case](checked).stream())


@pytest.mark.parametrize("case", REFUSED)
def test_refused_and_accepted_with_the_entry_shown(checked: Client, case: str, tmp_path: Path) -> None:
    with pytest.raises(exceptions.FailedPrecondition, match=r"requires an? .*index.* Add this entry to") as refusal:
        list(REFUSED[case](checked).stream())
    section, entry = re.search(
        r'Add this entry to "(\w+)" in firestore.indexes.json: (\{.*\})', refusal.value.message
    ).groups()
    path = tmp_path / "firestore.indexes.json"
    entries = [
        each for each in DEFINED.get(section, []) if each.get("fieldPath") != json.loads(entry).get("fieldPath", "")
    ]
    path.write_text(json.dumps({**DEFINED, section: [*entries, json.loads(entry)]}))
    assert asyncio.run(accepts(path, REFUSED[case](checked)))


async def accepts(path: Path, query: Any) -> bool:
    """Whether the engine takes the query with these definitions."""
    from emulator.firestore.query import parse as parse_query
    from emulator.firestore.requirements import check_indexes

    nearest = getattr(query, "_nested_query", query)
    parent = (
        nearest._parent.parent._document_path
        if nearest._parent.parent
        else nearest._client._database_string + "/documents"
    )
    check_indexes(load(path), parse_query(parent, type(query._to_protobuf()).pb(query._to_protobuf())))
    return True


def test_an_aggregated_field_belongs_to_the_index(checked: Client) -> None:
    where(checked.collection("c"), ("a", "==", 1)).sum("b").get()
    with pytest.raises(exceptions.FailedPrecondition):
        where(checked.collection("c"), ("x", "==", 1)).sum("b").get()


def test_the_switch_turns_it_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "firestore.indexes.json"
    path.write_text(json.dumps(DEFINED))
    with running(indexes=path, index_check=False) as emulator:
        for client in client_of(emulator, monkeypatch):
            for query in REFUSED.values():
                list(query(client).stream())


@pytest.mark.parametrize(
    "content",
    [
        {"indexes": [{"collectionGroup": "c"}]},
        {"indexes": [{"collectionGroup": "c", "fields": [{"fieldPath": "a", "order": "UP"}]}]},
        {"indexes": [{"collectionGroup": "c", "fields": [{"fieldPath": "a..b", "order": "ASCENDING"}]}]},
    ],
)
def test_malformed_definitions(tmp_path: Path, content: dict[str, Any]) -> None:
    path = tmp_path / "firestore.indexes.json"
    path.write_text(json.dumps(content))
    with pytest.raises(DefinitionError, match="malformed"):
        load(path)


def test_an_empty_file_defines_nothing() -> None:
    assert not parse({}).composites
