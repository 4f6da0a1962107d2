"""Limits on what a document puts into indexes: long values, and how many entries."""

import asyncio
from typing import Any

import pytest
from grpc import StatusCode

from emulator.firestore.auth import ADMIN
from emulator.firestore.definitions import Definitions, parse
from emulator.firestore.errors import StatusError
from emulator.firestore.gate import Gate
from emulator.firestore.protos import BatchWriteRequest, CommitRequest, Value
from emulator.firestore.rules.guard import RulesGuard
from emulator.firestore.service import FirestoreService

DATABASE = "projects/p/databases/(default)"
LONG = "é" * 750 + "x"
FITS = "é" * 750


def value_of(data: Any) -> Value:
    match data:
        case str():
            return Value(string_value=data)
        case bytes():
            return Value(bytes_value=data)
        case int():
            return Value(integer_value=data)
        case list():
            value = Value()
            value.array_value.values.extend(map(value_of, data))
            return value
        case _:
            value = Value()
            value.map_value.SetInParent()
            for name, inner in data.items():
                value.map_value.fields[name].CopyFrom(value_of(inner))
            return value


def writes(request: Any, documents: dict[str, dict[str, Any]]) -> Any:
    for path, data in documents.items():
        document = request.writes.add().update
        document.name = f"{DATABASE}/documents/{path}"
        for name, value in data.items():
            document.fields[name].CopyFrom(value_of(value))
    return request


def service_with(content: dict[str, Any] | None = None) -> FirestoreService:
    return FirestoreService(Gate(RulesGuard(), None if content is None else parse(content)))


def commit(service: FirestoreService, **documents: dict[str, Any]) -> None:
    request = writes(CommitRequest(database=DATABASE), {f"c/{id_}": data for id_, data in documents.items()})
    asyncio.run(service.commit(request, ADMIN))


def refusal(service: FirestoreService, **documents: dict[str, Any]) -> str:
    with pytest.raises(StatusError) as error:
        commit(service, **documents)
    assert error.value.code is StatusCode.INVALID_ARGUMENT
    return error.value.message


def stored(service: FirestoreService) -> int:
    return len(service.space(DATABASE).database)


def exempt(*fields: str, **indexes: list[dict[str, str]]) -> dict[str, Any]:
    overrides: dict[str, list[dict[str, str]]] = {**{path: [] for path in fields}, **indexes}
    return {
        "fieldOverrides": [
            {"collectionGroup": "c", "fieldPath": path, "indexes": found} for path, found in overrides.items()
        ]
    }


@pytest.mark.parametrize(
    ("data", "path"),
    [
        pytest.param({"a": LONG}, "a", id="text"),
        pytest.param({"a": b"x" * 1501}, "a", id="bytes"),
        pytest.param({"m": {"in ner": {"a": LONG}}}, "m.`in ner`.a", id="in maps"),
        pytest.param({"l": [FITS, LONG]}, "l", id="in an array"),
        pytest.param({"l": [{"a": LONG}]}, "l.a", id="in a map in an array"),
    ],
)
def test_long_values_are_refused_where_indexed(data: dict[str, Any], path: str) -> None:
    service = service_with()
    assert refusal(service, a=data) == f'The value of property "{path}" is longer than 1500 bytes.'
    assert stored(service) == 0
    commit(service_with(exempt(*data)), a=data)


def test_values_that_just_fit() -> None:
    commit(service_with(), a={"a": FITS, "b": b"x" * 1500, "l": [FITS, {"m": FITS}]})


def test_one_long_value_refuses_the_whole_commit() -> None:
    service = service_with()
    refusal(service, a={"n": 1}, b={"n": LONG})
    assert stored(service) == 0


def test_a_batch_write_refuses_only_the_write_with_the_long_value() -> None:
    service = service_with()
    request = writes(BatchWriteRequest(database=DATABASE), {"c/a": {"n": 1}, "c/b": {"n": LONG}, "c/d": {"n": 2}})
    response = asyncio.run(service.batch_write(request, ADMIN))
    assert [status.code for status in response.status] == [0, StatusCode.INVALID_ARGUMENT.value[0], 0]
    assert stored(service) == 2


def test_an_index_left_to_an_exempt_field_still_counts() -> None:
    ascending = service_with(exempt(a=[{"order": "ASCENDING"}]))
    contains = service_with(exempt(a=[{"arrayConfig": "CONTAINS"}]))
    group = service_with(exempt(a=[{"order": "DESCENDING", "queryScope": "COLLECTION_GROUP"}]))
    for service in (ascending, group):
        refusal(service, a={"a": LONG})
    refusal(contains, a={"a": [LONG]})
    commit(contains, a={"a": LONG})


def test_a_field_of_an_exempt_map_may_have_its_own_indexes() -> None:
    service = service_with(exempt("*", m=[], **{"m.a": [{"order": "ASCENDING"}]}))
    assert 'property "m.a"' in refusal(service, a={"m": {"a": LONG}})
    commit(service, a={"m": {"b": LONG}, "other": LONG})


def composite(*fields: dict[str, Any]) -> dict[str, Any]:
    return {**exempt("a", "l", "k"), "indexes": [{"collectionGroup": "c", "fields": list(fields)}]}


def test_a_composite_index_has_the_same_limit() -> None:
    service = service_with(
        composite({"fieldPath": "a", "order": "ASCENDING"}, {"fieldPath": "k", "order": "ASCENDING"})
    )
    commit(service, a={"a": LONG})
    assert 'property "a"' in refusal(service, a={"a": LONG, "k": 1})


@pytest.mark.parametrize(
    ("content", "data"),
    [
        pytest.param(None, {"l": list(range(39_998))}, id="array elements, and the array both ways"),
        pytest.param(None, {"m": {f"f{n}": n for n in range(19_999)}}, id="fields both ways, and their map"),
        pytest.param(
            composite({"fieldPath": "l", "arrayConfig": "CONTAINS"}, {"fieldPath": "k", "order": "ASCENDING"}),
            {"l": list(range(40_000)), "k": 1},
            id="composite entries",
        ),
    ],
)
def test_index_entries_are_counted(content: dict[str, Any] | None, data: dict[str, Any]) -> None:
    service = service_with(content)
    commit(service, a=data)
    assert refusal(service, a=data | {"more": 1}) == "too many index entries for entity"


def test_equal_elements_have_one_entry() -> None:
    commit(service_with(), a={"l": [1] * 60_000})


def test_exempt_arrays_have_no_entries() -> None:
    commit(service_with(exempt("l")), a={"l": list(range(100_000))})


def test_without_definitions_every_field_is_indexed() -> None:
    assert len(Definitions().modes("any")) == 3
