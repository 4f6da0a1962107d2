"""Listeners through the client, and the messages underneath."""

import queue
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from google.cloud.firestore import Client, CollectionReference, DocumentReference, FieldFilter, Query
from google.cloud.firestore_v1.types import firestore as messages

WAIT = 60


class Wire:
    """A raw Listen stream."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._requests: queue.Queue[messages.ListenRequest | None] = queue.Queue()
        self._responses: Any = None

    def add(self, target_id: int, **target: Any) -> None:
        self._send(add_target={"target_id": target_id, **target})

    def remove(self, target_id: int) -> None:
        self._send(remove_target=target_id)

    def _send(self, **change: Any) -> None:
        self._requests.put(messages.ListenRequest(database=self._client._database_string, **change))

    def until(self, done: Callable[[messages.ListenResponse], bool]) -> list[messages.ListenResponse]:
        if self._responses is None:  # the client's call waits for the first response, so a request must come first
            api, requests = self._client._firestore_api, iter(self._requests.get, None)
            self._responses = api.listen(requests, metadata=self._client._rpc_metadata, timeout=60, retry=None)
        found = []
        for response in self._responses:
            found.append(response)
            if done(response):
                return found
        raise AssertionError("the stream ended")

    def snapshot(self) -> list[messages.ListenResponse]:
        """All messages up to the next consistent snapshot."""
        return self.until(is_snapshot)

    def close(self) -> None:
        self._requests.put(None)
        if self._responses is not None:
            self._responses.cancel()


def is_snapshot(response: messages.ListenResponse) -> bool:
    change = response.target_change
    return bool(kind(response) == "NO_CHANGE" and change.read_time and not change.target_ids)


def kind(response: messages.ListenResponse) -> str:
    which = response._pb.WhichOneof("response_type")
    return response.target_change.target_change_type.name if which == "target_change" else str(which)


def kinds(responses: list[messages.ListenResponse]) -> list[str]:
    return [kind(response) for response in responses]


def documents(responses: list[messages.ListenResponse]) -> list[str]:
    """What happened to which document, by its id: +changed, -removed from the target, !deleted."""
    told = []
    for response in responses:
        if kind(response) == "document_change":
            told.append("+" + response.document_change.document.name.rpartition("/")[2])
        elif kind(response) == "document_remove":
            told.append("-" + response.document_remove.document.rpartition("/")[2])
        elif kind(response) == "document_delete":
            told.append("!" + response.document_delete.document.rpartition("/")[2])
    return told


def target(query: Query | CollectionReference) -> dict[str, Any]:
    query = query if isinstance(query, Query) else query._query()
    return {"parent": query._parent.parent._document_path, "structured_query": query._to_protobuf()}


@pytest.fixture
def wire(client: Client) -> Iterator[Wire]:
    stream = Wire(client)
    yield stream
    stream.close()


def test_a_new_query_target(wire: Wire, collection: CollectionReference) -> None:
    collection.document("a").set({"n": 1})
    wire.add(1, query=target(collection))
    told = wire.snapshot()
    assert kinds(told) == ["ADD", "document_change", "CURRENT", "NO_CHANGE"]
    assert told[2].target_change.resume_token
    assert told[2].target_change.read_time
    assert list(told[2].target_change.target_ids) == [1]


def test_later_changes_come_one_by_one(wire: Wire, collection: CollectionReference) -> None:
    collection.document("a").set({"n": 1})
    wire.add(1, query=target(collection.where(filter=FieldFilter("n", ">", 0))))
    wire.snapshot()
    collection.document("b").set({"n": 2})
    assert kinds(wire.snapshot()) == ["document_change", "NO_CHANGE"]
    collection.document("a").update({"n": 0})
    assert documents(wire.snapshot()) == ["-a"]
    collection.document("b").delete()
    assert documents(wire.snapshot()) == ["!b"]


def test_one_commit_is_one_snapshot(wire: Wire, client: Client, collection: CollectionReference) -> None:
    wire.add(1, query=target(collection))
    wire.snapshot()
    batch = client.batch()
    for id_ in "abc":
        batch.set(collection.document(id_), {})
    batch.commit()
    told = wire.snapshot()
    assert sorted(documents(told)) == ["+a", "+b", "+c"]
    assert kinds(told).count("NO_CHANGE") == 1


def test_a_limit_is_filled_again(wire: Wire, collection: CollectionReference) -> None:
    for i in range(4):
        collection.document(str(i)).set({"n": i})
    wire.add(1, query=target(collection.order_by("n").limit(2)))
    assert documents(wire.snapshot()) == ["+0", "+1"]
    collection.document("0").delete()
    assert sorted(documents(wire.snapshot())) == ["!0", "+2"]
    collection.document("3").update({"n": -1})
    assert sorted(documents(wire.snapshot())) == ["+3", "-2"]


def test_a_documents_target(wire: Wire, collection: CollectionReference) -> None:
    here, gone = collection.document("here"), collection.document("gone")
    here.set({"n": 1})
    wire.add(7, documents={"documents": [here._document_path, gone._document_path]})
    assert sorted(documents(wire.snapshot())) == ["!gone", "+here"]
    gone.set({"n": 2})
    assert documents(wire.snapshot()) == ["+gone"]
    here.delete()
    assert documents(wire.snapshot()) == ["!here"]


def test_resuming_tells_what_changed_since(client: Client, wire: Wire, collection: CollectionReference) -> None:
    for id_ in "abcd":
        collection.document(id_).set({"n": 1})
    query = target(collection.where(filter=FieldFilter("n", "==", 1)))
    wire.add(1, query=query)
    token = wire.snapshot()[-1].target_change.resume_token
    wire.remove(1)
    wire.until(lambda response: kind(response) == "REMOVE")
    collection.document("a").update({"m": 1})
    collection.document("b").update({"n": 2})
    collection.document("c").delete()
    collection.document("e").set({"n": 1})
    wire.add(1, query=query, resume_token=token, expected_count=4)
    told = wire.until(is_snapshot)
    assert {"+a", "+e"} <= set(documents(told))
    assert "+d" not in documents(told)
    gone = {"-b", "!c"} <= set(documents(told))
    filters = [response.filter for response in told if kind(response) == "filter"]
    assert gone or filters
    assert all(each.count == 3 for each in filters)


def test_several_targets_on_one_stream(wire: Wire, root: DocumentReference) -> None:
    left, right = root.collection("left"), root.collection("right")
    wire.add(1, query=target(left))
    wire.snapshot()
    wire.add(2, query=target(right))
    wire.snapshot()
    right.document("x").set({})
    told = wire.snapshot()
    assert [list(each.document_change.target_ids) for each in told if kind(each) == "document_change"] == [[2]]
    wire.remove(2)
    wire.until(lambda response: kind(response) == "REMOVE")
    right.document("y").set({})
    left.document("z").set({})
    assert documents(wire.snapshot()) == ["+z"]


def test_a_bad_query_ends_the_target_and_not_the_stream(wire: Wire, collection: CollectionReference) -> None:
    bad = target(collection)
    bad["structured_query"].where = {
        "field_filter": {"field": {"field_path": "a"}, "op": "IN", "value": {"array_value": {}}}
    }
    wire.add(1, query=bad)
    told = wire.until(lambda response: kind(response) == "REMOVE")
    assert told[-1].target_change.cause.code == 3
    wire.add(2, query=target(collection))
    assert kinds(wire.snapshot()) == ["ADD", "CURRENT", "NO_CHANGE"]


def test_the_client_follows_a_query_in_order(collection: CollectionReference) -> None:
    seen: queue.Queue[list[str]] = queue.Queue()
    watch = collection.order_by("n").on_snapshot(lambda found, *_: seen.put([each.id for each in found]))
    try:
        assert seen.get(timeout=WAIT) == []
        collection.document("b").set({"n": 2})
        assert seen.get(timeout=WAIT) == ["b"]
        collection.document("a").set({"n": 1})
        assert seen.get(timeout=WAIT) == ["a", "b"]
        collection.document("a").update({"n": 3})
        assert seen.get(timeout=WAIT) == ["b", "a"]
        collection.document("b").delete()
        assert seen.get(timeout=WAIT) == ["a"]
    finally:
        watch.unsubscribe()


def test_the_client_follows_a_document(root: DocumentReference) -> None:
    seen: queue.Queue[dict[str, Any] | None] = queue.Queue()
    watch = root.on_snapshot(lambda found, *_: seen.put(found[0].to_dict() if found else None))
    try:
        seen.get(timeout=WAIT)
        root.set({"n": 1})
        assert seen.get(timeout=WAIT) == {"n": 1}
    finally:
        watch.unsubscribe()
