"""Server time, increment, maximum, minimum, array union and removal."""

import math

import pytest
from google.api_core import exceptions
from google.cloud import firestore
from google.cloud.firestore import Client, CollectionReference, DocumentReference

MAX = (1 << 63) - 1


def test_one_server_time_for_the_whole_request(client: Client, collection: CollectionReference) -> None:
    batch = client.batch()
    first, second = collection.document("a"), collection.document("b")
    batch.set(first, {"t": firestore.SERVER_TIMESTAMP, "m": {"t": firestore.SERVER_TIMESTAMP}})
    batch.set(second, {"t": firestore.SERVER_TIMESTAMP})
    batch.commit()
    found = first.get()
    assert found.get("t") == found.get("m.t") == second.get().get("t")
    assert abs((found.get("t") - found.update_time).total_seconds()) < 1


@pytest.mark.parametrize(
    ("before", "operand", "after"),
    [
        (None, 5, 5),
        ("text", 5, 5),
        (1, 2, 3),
        (1, 2.5, 3.5),
        (1.5, 1, 2.5),
        (MAX, 1, MAX),
        (-MAX, -10, -MAX - 1),
        (MAX, 1.0, float(1 << 63)),
    ],
)
def test_increment(root: DocumentReference, before: object, operand: float, after: float) -> None:
    root.set({"n": before} if before is not None else {})
    result = root.update({"n": firestore.Increment(operand)})
    found = root.get().get("n")
    assert (found, type(found)) == (after, type(after))
    assert result.transform_results[0].integer_value == after or result.transform_results[0].double_value == after


@pytest.mark.parametrize(
    ("before", "transform", "after"),
    [
        (None, firestore.Maximum(3), 3),
        ("text", firestore.Minimum(3), 3),
        (5, firestore.Maximum(3), 5),
        (5, firestore.Maximum(7.5), 7.5),
        (5, firestore.Minimum(3.5), 3.5),
        (3, firestore.Maximum(3.0), 3),
        (3.0, firestore.Minimum(3), 3.0),
    ],
)
def test_maximum_and_minimum(root: DocumentReference, before: object, transform: object, after: float) -> None:
    root.set({"n": before} if before is not None else {})
    root.update({"n": transform})
    found = root.get().get("n")
    assert (found, type(found)) == (after, type(after))


def test_maximum_with_nan(root: DocumentReference) -> None:
    root.set({"n": 1})
    root.update({"n": firestore.Maximum(math.nan)})
    assert math.isnan(root.get().get("n"))


def test_arrays_compare_by_value_and_drop_duplicates(root: DocumentReference) -> None:
    root.set({"a": [1, "x", {"m": 1}], "b": "no array", "d": [1, 2, 1.0, {"m": 1}, None]})
    result = root.update(
        {
            "a": firestore.ArrayUnion([1.0, {"m": 1.0}, 2, 2.0, None]),
            "b": firestore.ArrayUnion([1]),
            "c": firestore.ArrayUnion([3]),
            "d": firestore.ArrayRemove([1, {"m": 1}, "absent"]),
            "e": firestore.ArrayRemove([1]),
        }
    )
    assert root.get().to_dict() == {"a": [1, "x", {"m": 1}, 2, None], "b": [1], "c": [3], "d": [2, None], "e": []}
    assert [each._pb.WhichOneof("value_type") for each in result.transform_results] == ["null_value"] * 5


def test_the_update_comes_before_the_transforms(root: DocumentReference) -> None:
    root.set({"n": 100, "m": {"k": [1]}})
    root.set({"n": firestore.Increment(1), "m": {"l": 1, "k": firestore.ArrayUnion([2])}})
    assert root.get().to_dict() == {"n": 1, "m": {"l": 1, "k": [2]}}


def test_no_more_than_500_transforms_of_a_document(client: Client, collection: CollectionReference) -> None:
    def transformed(first: int, second: int) -> None:
        batch = client.batch()
        document = collection.document(f"{first}-{second}")
        batch.set(document, {f"f{i}": firestore.Increment(1) for i in range(first)}, merge=True)
        batch.set(document, {f"g{i}": firestore.Increment(1) for i in range(second)}, merge=True)
        batch.set(collection.document("other"), {"n": firestore.Increment(1)}, merge=True)
        batch.commit()

    transformed(250, 250)
    with pytest.raises(exceptions.InvalidArgument):
        transformed(250, 251)
