"""Filters, order, cursors, limits, collection groups, projections, aggregations, paging."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from google.api_core import exceptions
from google.cloud.firestore import Client, CollectionReference, DocumentReference, FieldFilter, GeoPoint, Query
from google.cloud.firestore_v1.base_query import And, BaseCompositeFilter, Or
from google.cloud.firestore_v1.base_vector_query import DistanceMeasure
from google.cloud.firestore_v1.vector import Vector

LADDER = [
    None,
    False,
    True,
    math.nan,
    -math.inf,
    -(1 << 63),
    -1.5,
    -1,
    0,
    0.5,
    1,
    (1 << 53) - 1,
    1 << 53,
    (1 << 53) + 1,
    (1 << 63) - 1,
    float(1 << 63),
    math.inf,
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, 0, 2, tzinfo=UTC),
    "",
    "\x00",
    "a",
    "a\x00",
    "a\x00b",
    "ab",
    "b",
    "é",
    "\uffee",
    "\U0001f5fb",
    b"",
    b"\x00",
    b"\x00\xff",
    b"\x01",
    b"\xff",
    "reference:x/__id5__",
    "reference:x/__id10__",
    "reference:x/0",
    "reference:x/a",
    "reference:x/a/y/b",
    "reference:y/0",
    GeoPoint(-10.0, 5.0),
    GeoPoint(1.0, -5.0),
    GeoPoint(1.0, 5.0),
    [],
    [None],
    [1],
    [1, "a"],
    [2],
    Vector([9.0]),
    Vector([1.0, 2.0]),
    Vector([1.0, 3.0]),
    {},
    {"a": 1},
    {"a": 1, "b": 1},
    {"a": 2},
    {"b": 0},
]


def _value(client: Client, step: object) -> object:
    if isinstance(step, str) and step.startswith("reference:"):
        return client.document(step.removeprefix("reference:"))
    return step


def fill(collection: CollectionReference, **documents: dict[str, object]) -> None:
    batch = collection._client.batch()
    for id_, data in documents.items():
        batch.set(collection.document(id_), data)
    batch.commit()


def ids(query: Query | CollectionReference) -> list[str]:
    return [found.id for found in query.stream()]


def where(query: CollectionReference | Query, *conditions: tuple[str, str, object]) -> Query:
    for condition in conditions:
        query = query.where(filter=FieldFilter(*condition))
    return query


@pytest.fixture(scope="module")
def ladder(client: Client) -> Iterable[CollectionReference]:
    collection = client.collection("conformance/ladder/steps")
    fill(collection, **{f"{i:03}": {"v": _value(client, step)} for i, step in enumerate(LADDER)}, none={"w": 1})
    yield collection
    client.recursive_delete(collection)


def test_values_of_all_types_are_ordered(ladder: CollectionReference) -> None:
    assert ids(ladder.order_by("v")) == [f"{i:03}" for i in range(len(LADDER))]
    assert ids(ladder.order_by("v", direction="DESCENDING")) == [f"{i:03}" for i in reversed(range(len(LADDER)))]


@pytest.mark.parametrize("at", range(len(LADDER)))
def test_cursors_at_every_step(ladder: CollectionReference, client: Client, at: int) -> None:
    cursor = {"v": _value(client, LADDER[at])}
    query = ladder.order_by("v")
    steps = [f"{i:03}" for i in range(len(LADDER))]
    assert ids(query.start_at(cursor)) == steps[at:]
    assert ids(query.start_after(cursor)) == steps[at + 1 :]
    assert ids(query.end_at(cursor)) == steps[: at + 1]
    assert ids(query.end_before(cursor)) == steps[:at]
    backwards = ladder.order_by("v", direction="DESCENDING")
    assert ids(backwards.start_after(cursor)) == steps[:at][::-1]
    assert ids(backwards.end_before(cursor)) == steps[at + 1 :][::-1]


def test_inequalities_stay_within_the_type(ladder: CollectionReference) -> None:
    def found(operator: str, value: object) -> list[object]:
        return [snapshot.get("v") for snapshot in where(ladder, ("v", operator, value)).stream()]

    assert found(">", "é") == ["\uffee", "\U0001f5fb"]
    assert found("<=", "a") == ["", "\x00", "a"]
    assert found(">", (1 << 53) + 1) == [(1 << 63) - 1, float(1 << 63), math.inf]
    assert found(">=", 1.0 * (1 << 53)) == [1 << 53, (1 << 53) + 1, (1 << 63) - 1, float(1 << 63), math.inf]
    assert found("<", datetime(2026, 1, 1, 0, 0, 0, 2, tzinfo=UTC)) == LADDER[17:19]
    assert found(">", False) == [True]
    assert found(">=", b"\x01") == [b"\x01", b"\xff"]
    assert found(">", {"a": 1}) == [{"a": 1, "b": 1}, {"a": 2}, {"b": 0}]
    assert found("<", [1, "a"]) == [[], [None], [1]]


def test_equality_across_number_types(collection: CollectionReference) -> None:
    fill(collection, a={"n": 1}, b={"n": 1.0}, c={"n": True}, d={"n": "1"}, e={"n": -0.0}, f={"n": 0})
    assert ids(where(collection, ("n", "==", 1))) == ["a", "b"]
    assert ids(where(collection, ("n", "==", 0.0))) == ["e", "f"]
    assert ids(where(collection, ("n", "in", [1.0, "1", 0]))) == ["a", "b", "d", "e", "f"]


def test_null_and_nan(collection: CollectionReference) -> None:
    fill(collection, a={"v": None}, b={"v": math.nan}, c={"v": 1}, d={"v": "x"}, e={"w": 1})
    assert ids(where(collection, ("v", "==", None))) == ["a"]
    assert ids(where(collection, ("v", "==", math.nan))) == ["b"]
    assert ids(where(collection, ("v", "!=", None))) == ["b", "c", "d"]
    assert ids(where(collection, ("v", "!=", math.nan))) == ["c", "d"]
    assert ids(where(collection, ("v", "!=", 1))) == ["b", "d"]
    assert ids(where(collection, ("v", "not-in", [1, "y"]))) == ["b", "d"]
    assert ids(where(collection, ("v", "not-in", [1, None]))) == []


def test_arrays(collection: CollectionReference) -> None:
    fill(
        collection,
        a={"l": [1, 2, 2]},
        b={"l": [2.0, {"m": 1}]},
        c={"l": "2"},
        d={"l": []},
        e={"l": [None, "x"]},
        f={"k": [2]},
    )
    assert ids(where(collection, ("l", "array_contains", 2))) == ["a", "b"]
    assert ids(where(collection, ("l", "array_contains", {"m": 1.0}))) == ["b"]
    assert ids(where(collection, ("l", "array_contains_any", [1, "x", 2]))) == ["a", "b", "e"]
    assert ids(where(collection, ("l", "in", [[1, 2, 2], "2"]))) == ["a", "c"]


def test_fields_inside_maps(collection: CollectionReference) -> None:
    fill(collection, a={"m": {"x.y": {"`": 1}}}, b={"m": {"x.y": 1}}, c={"m": 1})
    assert ids(where(collection, ("m.`x.y`.`\\``", "==", 1))) == ["a"]
    assert ids(collection.order_by("m.`x.y`")) == ["b", "a"]


def test_disjunctions(collection: CollectionReference) -> None:
    fill(collection, **{f"{a}{b}": {"a": a, "b": b} for a in range(3) for b in range(3)}, x={"b": 1})

    def either(*filters: FieldFilter | BaseCompositeFilter) -> Query:
        return collection.where(filter=Or(list(filters)))

    assert ids(either(FieldFilter("a", "==", 1), FieldFilter("b", "==", 1))) == ["01", "10", "11", "12", "21", "x"]
    # An inequality orders by its field, so documents without it are out, whichever branch they satisfy.
    assert ids(either(FieldFilter("a", ">", 1), FieldFilter("b", "==", 1))) == ["01", "11", "20", "21", "22"]
    nested = either(
        And([FieldFilter("a", "==", 0), FieldFilter("b", "in", [0, 2])]),
        And([FieldFilter("a", "==", 2), Or([FieldFilter("b", "==", 0), FieldFilter("b", "==", 1)])]),
    )
    assert ids(nested) == ["00", "02", "20", "21"]
    assert ids(nested.limit(3)) == ["00", "02", "20"]


def test_implicit_orders(collection: CollectionReference) -> None:
    fill(collection, a={"x": 2, "y": 1}, b={"x": 1, "y": 2}, c={"x": 1, "y": 1}, d={"x": 1}, e={"x": 2, "y": 1})
    both = where(collection, ("y", ">", 0), ("x", ">", 0))
    assert ids(both) == ["c", "b", "a", "e"]
    assert ids(both.order_by("y", direction="DESCENDING")) == ["b", "e", "a", "c"]
    assert ids(collection.order_by("x", direction="DESCENDING")) == ["e", "a", "d", "c", "b"]


def test_cursors_with_fewer_values_than_orders(collection: CollectionReference) -> None:
    fill(collection, a={"x": 1, "y": 1}, b={"x": 1, "y": 2}, c={"x": 2, "y": 1}, d={"x": 2, "y": 2})
    query = collection.order_by("x").order_by("y", direction="DESCENDING")
    assert ids(query) == ["b", "a", "d", "c"]
    assert ids(query.start_after({"x": 1})) == ["d", "c"]
    assert ids(query.end_at({"x": 1})) == ["b", "a"]
    assert ids(query.start_at({"x": 1, "y": 1})) == ["a", "d", "c"]
    snapshot = collection.document("a").get()
    assert ids(query.start_after(snapshot).limit(1)) == ["d"]


def test_limit_offset_and_limit_to_last(collection: CollectionReference) -> None:
    fill(collection, **{f"{i}": {"n": i} for i in range(6)})
    assert ids(collection.order_by("n").limit(2).offset(1)) == ["1", "2"]
    assert ids(collection.order_by("n").offset(5)) == ["5"]
    assert [each.id for each in collection.order_by("n").limit_to_last(2).get()] == ["4", "5"]


def test_names(collection: CollectionReference) -> None:
    fill(collection, a={"n": 1}, b={"n": 2}, c={"n": 1}, __id7__={"n": 1}, __id10__={"n": 1})
    name = "__name__"
    assert ids(collection) == ["__id7__", "__id10__", "a", "b", "c"]
    assert ids(where(collection, (name, ">=", collection.document("b")))) == ["b", "c"]
    assert ids(where(collection, (name, "in", [collection.document("c"), collection.document("zz")]))) == ["c"]
    assert ids(where(collection, (name, "==", collection.document("b")), ("n", "==", 1))) == []
    assert ids(where(collection, ("n", "==", 1), (name, "<", collection.document("b")))) == ["__id7__", "__id10__", "a"]
    with pytest.raises(exceptions.InvalidArgument):
        ids(where(collection, (name, "==", 5)))


def test_collection_groups(root: DocumentReference, client: Client) -> None:
    group = "g" + root.id
    for path in (f"{group}/a", f"x/1/{group}/b", f"x/1/y/2/{group}/c", f"other{group}/d"):
        root.collection("x").document("1").collection("y").document("2")
        client.document(f"conformance/{root.id}/{path}").set({"n": 1})
    assert ids(client.collection_group(group)) == ["a", "b", "c"]


def test_projections(collection: CollectionReference) -> None:
    fill(collection, a={"x": 1, "m": {"y": 2, "z": 3}})
    assert [each.to_dict() for each in collection.select(["m.y", "absent"]).stream()] == [{"m": {"y": 2}}]
    assert [each.to_dict() for each in collection.select([]).stream()] == [{}]


def test_aggregations(collection: CollectionReference) -> None:
    fill(
        collection,
        a={"n": 1, "f": 0.5},
        b={"n": 2, "f": 1},
        c={"n": "text", "f": 1},
        d={"n": 4},
        e={"n": (1 << 63) - 1},
    )

    def values(query: object) -> dict[str, object]:
        return {each.alias: each.value for each in query.get()[0]}

    assert values(collection.count(alias="c")) == {"c": 5}
    assert values(where(collection, ("f", "==", 1)).count(alias="c")) == {"c": 2}
    assert values(collection.limit(3).count(alias="c")) == {"c": 3}
    assert values(collection.sum("f", alias="s").count(alias="c").avg("f", alias="a")) == {
        "s": 2.5,
        "c": 3,
        "a": 2.5 / 3,
    }
    assert values(collection.sum("n", alias="s")) == {"s": float((1 << 63) - 1) + 7}
    nothing = collection.sum("absent", alias="s").avg("absent", alias="a")
    request = {"parent": collection.parent._document_path, "structured_aggregation_query": nothing._to_protobuf()}
    (response,) = collection._client._firestore_api.run_aggregation_query(
        request, metadata=collection._client._rpc_metadata
    )
    fields = response.result._pb.aggregate_fields
    assert fields["s"].integer_value == 0
    assert fields["a"].WhichOneof("value_type") == "null_value"


def test_find_nearest(collection: CollectionReference) -> None:
    fill(
        collection,
        a={"v": Vector([1.0, 0.0])},
        b={"v": Vector([0.0, 2.0])},
        c={"v": Vector([3.0, 3.0])},
        d={"v": Vector([1.0])},
        e={"v": [1.0, 0.0]},
    )

    def nearest(measure: DistanceMeasure, **options: float) -> list[tuple[str, float]]:
        target = Vector([1.0, 0.0])
        query = collection.find_nearest("v", target, 10, measure, distance_result_field="d", **options)
        return [(each.id, round(each.get("d"), 6)) for each in query.get()]

    assert nearest(DistanceMeasure.EUCLIDEAN) == [("a", 0.0), ("b", 2.236068), ("c", 3.605551)]
    assert nearest(DistanceMeasure.EUCLIDEAN, distance_threshold=3) == [("a", 0.0), ("b", 2.236068)]
    assert nearest(DistanceMeasure.COSINE) == [("a", 0.0), ("c", 0.292893), ("b", 1.0)]
    assert nearest(DistanceMeasure.DOT_PRODUCT) == [("c", 3.0), ("a", 1.0), ("b", 0.0)]


@pytest.mark.parametrize(
    "conditions",
    [
        pytest.param([("a", "in", list(range(31)))], id="in of 31"),
        pytest.param([("a", "not-in", list(range(11)))], id="not-in of 11"),
        pytest.param([("a", "in", [])], id="empty in"),
        pytest.param([("a", "in", list(range(6))), ("b", "in", list(range(6)))], id="36 disjunctions"),
        pytest.param([("a", "array_contains", 1), ("b", "array_contains", 2)], id="two array-contains"),
        pytest.param([("a", "not-in", [1]), ("b", "!=", 2)], id="not-in with !="),
        pytest.param([("a", "not-in", [1]), ("b", "in", [2, 3])], id="not-in with in"),
        pytest.param([("__x__", "==", 1)], id="reserved field"),
    ],
)
def test_queries_that_are_refused(collection: CollectionReference, conditions: list[tuple[str, str, object]]) -> None:
    with pytest.raises(exceptions.InvalidArgument):
        ids(where(collection, *conditions))


def test_paging_through_a_collection_and_its_phantoms(collection: CollectionReference) -> None:
    fill(collection, a={}, c={}, e={})
    collection.document("b").collection("below").document("x").set({})
    collection.document("d").collection("below").document("x").set({})
    assert [each.id for each in collection.list_documents(page_size=2)] == ["a", "b", "c", "d", "e"]
    assert [each.id for each in collection.document("b").collections()] == ["below"]


def test_reading_the_past(collection: CollectionReference) -> None:
    fill(collection, a={"n": 1}, b={"n": 2}, c={"n": 3})
    before = collection.document("d").set({"n": 4}).update_time
    collection.document("a").delete()
    collection.document("b").update({"n": 9})
    collection.document("e").set({"n": 0})
    past = collection.order_by("n").stream(read_time=before)
    assert [(each.id, each.get("n")) for each in past] == [("a", 1), ("b", 2), ("c", 3), ("d", 4)]
    assert collection.document("a").get(read_time=before).get("n") == 1
    assert not collection.document("e").get(read_time=before).exists
    assert [each.id for each in collection.order_by("n").limit(2).stream()] == ["e", "c"]
