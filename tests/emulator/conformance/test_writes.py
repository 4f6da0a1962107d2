"""Sets, updates, deletes, preconditions, masks, limits."""

from datetime import UTC, datetime

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore import Client, CollectionReference, DocumentReference, GeoPoint
from google.cloud.firestore_v1.types import firestore as messages
from google.cloud.firestore_v1.vector import Vector
from proto.datetime_helpers import DatetimeWithNanoseconds


def test_every_type_comes_back_as_it_went(root: DocumentReference) -> None:
    data = {
        "null": None,
        "yes": True,
        "int": -(1 << 63),
        "double": 0.1,
        "huge": float("inf"),
        "text": "Zürich \x00 🗻",
        "bytes": b"\x00\xff",
        "time": datetime(1912, 6, 23, 1, 2, 3, 456789, tzinfo=UTC),
        "where": GeoPoint(-90.0, 180.0),
        "list": [1, "a", {"deep": [1]}],
        "map": {"a.b": {"`": 1}, "": 0} | {"empty": {}},
        "reference": root.collection("other").document("x"),
        "vector": Vector([1.0, 2.0]),
    }
    del data["map"][""]
    root.set(data)
    assert root.get().to_dict() == data


def test_nanoseconds_are_cut_to_microseconds(root: DocumentReference) -> None:
    root.set({"t": DatetimeWithNanoseconds(2026, 1, 1, nanosecond=123456789, tzinfo=UTC)})
    assert root.get().get("t").rfc3339() == "2026-01-01T00:00:00.123456Z"


def test_setting_the_same_again_keeps_the_update_time(root: DocumentReference) -> None:
    first = root.set({"a": 1, "b": [1, {"c": None}]})
    second = root.set({"b": [1, {"c": None}], "a": 1})
    assert second.update_time == first.update_time
    third = root.set({"a": 1.0, "b": [1, {"c": None}]})
    assert third.update_time > first.update_time
    assert root.get().create_time == first.update_time


def test_update_changes_and_deletes_only_what_it_names(root: DocumentReference) -> None:
    root.set({"keep": 1, "drop": 2, "map": {"x": 1, "y": 2}})
    root.update({"drop": firestore.DELETE_FIELD, "map.x": 3, "map.z.deep": 4, "new": None})
    assert root.get().to_dict() == {"keep": 1, "map": {"x": 3, "y": 2, "z": {"deep": 4}}, "new": None}


def test_merge_keeps_what_it_does_not_name(root: DocumentReference) -> None:
    root.set({"map": {"x": 1, "y": [1]}, "n": 1})
    root.set({"map": {"x": 2}}, merge=True)
    root.set({"map": {"x": 9, "y": [2]}, "n": 5}, merge=["map.y"])
    assert root.get().to_dict() == {"map": {"x": 2, "y": [2]}, "n": 1}


def test_a_mask_through_a_value_that_is_no_map_replaces_it(root: DocumentReference) -> None:
    root.set({"a": 5})
    root.update({"a.b": 1})
    assert root.get().to_dict() == {"a": {"b": 1}}


def test_preconditions(root: DocumentReference, client: Client) -> None:
    with pytest.raises(exceptions.NotFound, match="No document to update: projects/.*" + root.id):
        root.update({"a": 1})
    with pytest.raises(exceptions.NotFound):
        root.delete(option=client.write_option(exists=True))
    written = root.create({"a": 1})
    with pytest.raises(exceptions.AlreadyExists, match="Document already exists: projects/.*" + root.id):
        root.create({"a": 2})
    root.update({"a": 2}, option=client.write_option(last_update_time=written.update_time))
    with pytest.raises(exceptions.FailedPrecondition):
        root.update({"a": 3}, option=client.write_option(last_update_time=written.update_time))
    assert root.get().get("a") == 2
    root.delete()
    root.delete()
    assert not root.get().exists


def test_a_batch_is_all_or_nothing(client: Client, collection: CollectionReference) -> None:
    batch = client.batch()
    batch.set(collection.document("a"), {"n": 1})
    batch.update(collection.document("missing"), {"n": 1})
    with pytest.raises(exceptions.NotFound):
        batch.commit()
    assert not collection.document("a").get().exists


def test_writes_to_one_document_in_a_batch_follow_each_other(client: Client, root: DocumentReference) -> None:
    batch = client.batch()
    batch.create(root, {"n": 1})
    batch.update(root, {"n": firestore.Increment(4), "m": 1})
    batch.delete(root)
    batch.set(root, {"k": 1}, merge=True)
    results = batch.commit()
    assert len(results) == 4
    assert root.get().to_dict() == {"k": 1}


def test_an_empty_commit_is_fine(client: Client) -> None:
    assert client.batch().commit() == []


def batch_write(client: Client, *writes: dict[str, object]) -> messages.BatchWriteResponse:
    request = messages.BatchWriteRequest(database=client._database_string, writes=writes)
    return client._firestore_api.batch_write(request, metadata=client._rpc_metadata)


def test_batch_write_reports_each_write(client: Client, collection: CollectionReference) -> None:
    names = [collection.document(id_)._document_path for id_ in "abc"]
    collection.document("b").set({})
    response = batch_write(
        client,
        {"update": {"name": names[0]}, "current_document": {"exists": False}},
        {"update": {"name": names[1]}, "current_document": {"exists": False}},
        {"update": {"name": names[2]}},
    )
    assert [status.code for status in response.status] == [0, 6, 0]
    assert [bool(result.update_time) for result in response.write_results] == [True, False, True]
    assert [found.id for found in collection.stream()] == ["a", "b", "c"]


def test_batch_write_refuses_the_same_document_twice(client: Client, root: DocumentReference) -> None:
    write = {"update": {"name": root._document_path}}
    with pytest.raises(exceptions.InvalidArgument):
        batch_write(client, write, write)


def _nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = {"m": value}
    return value


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"__x__": 1}, id="reserved field"),
        pytest.param({"m": {"__type": {"__y__": 1}}}, id="reserved inner field"),
        pytest.param({"l": [[1]]}, id="array in array"),
        pytest.param({"l": [1, [2]]}, id="array in array after others"),
        pytest.param({"a": _nested(21)}, id="too deep"),
        pytest.param({"a": ["x" * 1400] * 750}, id="over a mebibyte"),
        pytest.param({"m": {"text": "é" * 751}}, id="indexed text too long"),
        pytest.param({"l": [1, {"data": b"x" * 1501}]}, id="indexed bytes too long"),
        pytest.param({"l": list(range(40_001))}, id="too many index entries"),
        pytest.param({"v": Vector([0.0] * 2049)}, id="too many dimensions"),
        pytest.param({"x" * 1501: 1}, id="field name too long"),
    ],
)
def test_documents_that_are_refused(root: DocumentReference, data: dict[str, object]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        root.set(data)


def test_documents_at_the_limits_are_accepted(root: DocumentReference) -> None:
    root.set({"a": _nested(19), "l": [{"l": [1]}, *["é" * 750] * 600], "text": "x" * 1500, "__a": 1, "b__": 2})
    assert root.get().exists


@pytest.mark.parametrize("id_", ["__a__", "x" * 1501, ".", ".."])
def test_ids_that_are_refused(collection: CollectionReference, id_: str) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        collection.document(id_).set({})


def test_a_document_of_another_database_is_refused(client: Client, root: DocumentReference) -> None:
    other = root._document_path.replace("/databases/(default)/", "/databases/other/")
    request = messages.CommitRequest(database=client._database_string, writes=[{"delete": other}])
    with pytest.raises(exceptions.InvalidArgument):
        client._firestore_api.commit(request)
