"""The same calls again, through the ordinary interface of the client libraries."""

import base64
import secrets
from collections.abc import Callable
from typing import Any

import firebase_admin
from firebase_admin import auth
from google.cloud import firestore
from google.cloud.firestore import Client, CollectionReference, FieldFilter, Query, Transaction
from google.cloud.firestore_v1 import _helpers, types

from bench.api_parts.converting import as_wav
from shared.cloud import pubsub, speech, tasks

Step = dict[str, Any]
Act = Callable[[dict[str, Any]], object]
"""Takes what the caller sent."""
Read = Callable[[Transaction | None], None]

_OPERATORS = {1: "<", 2: "<=", 3: ">", 4: ">=", 5: "==", 6: "!=", 7: "array_contains", 8: "in", 9: "array_contains_any"}


class Script:
    """The calls of one recorded request, ready to be made any number of times."""

    def __init__(self, client: Client, steps: list[Step]) -> None:
        self._client = client
        self._acts: list[Act] = []
        rest = list(steps)
        while rest:
            step = rest.pop(0)
            if step["kind"] == "begin":
                inside = []
                while rest and rest[0].get("inside"):
                    inside.append(rest.pop(0))
                self._acts.append(self._transaction(inside))
            else:
                self._acts.append(self._act(step))

    def run(self, data: dict[str, Any]) -> None:
        """Make the calls, with what the caller sent."""
        for act in self._acts:
            act(data)

    def _act(self, step: Step) -> Act:
        match step["kind"]:
            case "commit":
                write = _writes(self._client, step["writes"])

                def commit(_data: dict[str, Any]) -> None:
                    batch = self._client.batch()
                    write(batch)
                    batch.commit()

                return commit
            case "publish":
                data = base64.b64decode(step["data"])
                return lambda _: pubsub.publisher().publish(step["topic"], data, **step["attributes"]).result(timeout=5)
            case "account":
                return lambda _: getattr(auth, step["call"])(*step["arguments"], firebase_admin.get_app())
            case "task":
                # An unknown payload is refused and dropped by the function, which is somebody else's time.
                return lambda _: tasks.enqueue(step["queue"], step["function"], {"bench": 1}, delay_seconds=600)
            case "speech":
                return _recognition(step["request"])
            case "get" | "query":
                pass
            case other:
                raise RuntimeError(f"{other} cannot be played again")
        read = self._read(step)
        return lambda _: read(None)

    def _transaction(self, steps: list[Step]) -> Act:
        reads = [self._read(step) for step in steps if step["kind"] != "commit"]
        writes = [_writes(self._client, step["writes"]) for step in steps if step["kind"] == "commit"]

        @firestore.transactional
        def body(transaction: Transaction) -> None:
            for read in reads:
                read(transaction)
            for write in writes:
                write(transaction)

        return lambda _: body(self._client.transaction(max_attempts=20))

    def _read(self, step: Step) -> Read:
        if step["kind"] == "get":
            references = [self._client.document(path) for path in step["paths"]]

            def get(transaction: Transaction | None) -> None:
                for found in self._client.get_all(references, transaction=transaction):
                    found.to_dict()

            return get
        query = _query(self._client, step["parent"], step["query"])

        def run(transaction: Transaction | None) -> None:
            for found in query.stream(transaction=transaction):
                found.to_dict()

        return run


def _recognition(encoded: str) -> Act:
    """Has the caller's recording recognised, opened and converted before as ours is."""
    from google.cloud.speech_v2 import RecognizeRequest

    told = base64.b64decode(encoded)

    def recognize(data: dict[str, Any]) -> None:
        request = RecognizeRequest.deserialize(told)
        request.content = as_wav(base64.b64decode(data["audio"]))
        speech.client().recognize(request, retry=None, timeout=60)

    return recognize


def _writes(client: Client, encoded: list[str]) -> Callable[[Any], None]:
    """What adds the writes to a batch or transaction; whatever is created gets a new id each time."""
    made: list[Callable[[Any], None]] = []
    for text in encoded:
        write = types.Write.pb(types.Write()).FromString(base64.b64decode(text))
        if write.delete:
            reference = client.document(write.delete.partition("/documents/")[2])
            made.append(lambda batch, reference=reference: batch.delete(reference))
            continue
        path = write.update.name.partition("/documents/")[2]
        data = _helpers.decode_dict(write.update.fields, client)
        for transform in write.update_transforms:
            _put(data, transform.field_path, _sentinel(transform, client))
        if write.current_document.HasField("exists") and not write.current_document.exists:
            parent = _aside(path.rpartition("/")[0])
            made.append(
                lambda batch, parent=parent, data=data: batch.create(
                    client.document(f"{parent}/{secrets.token_hex(10)}"), data
                )
            )
        else:
            merge = bool(write.HasField("update_mask"))
            made.append(
                lambda batch, path=path, data=data, merge=merge: batch.set(client.document(path), data, merge=merge)
            )

    def add(batch: Any) -> None:
        for one in made:
            one(batch)

    return add


def _aside(collection: str) -> str:
    """Where to create documents so that the next call reads as much as this one did: under a parent of another name."""
    parent, _, name = collection.rpartition("/")
    return f"{parent}-aside/{name}" if parent else collection


def _put(data: dict[str, Any], field_path: str, value: Any) -> None:
    *parents, last = [part.strip("`") for part in field_path.split(".")]
    for parent in parents:
        data = data.setdefault(parent, {})
    data[last] = value


def _sentinel(transform: Any, client: Client) -> Any:
    match transform.WhichOneof("transform_type"):
        case "increment":
            return firestore.Increment(_helpers.decode_value(transform.increment, client))
        case "set_to_server_value":
            return firestore.SERVER_TIMESTAMP
        case "append_missing_elements":
            return firestore.ArrayUnion(
                [_helpers.decode_value(v, client) for v in transform.append_missing_elements.values]
            )
        case other:
            raise RuntimeError(f"{other} cannot be played again")


def _query(client: Client, parent: str, encoded: str) -> Query:
    told = types.StructuredQuery.pb(types.StructuredQuery()).FromString(base64.b64decode(encoded))
    source = told.from_[0]
    inside = client.document(parent) if parent else client
    collection: Any = (
        client.collection_group(source.collection_id)
        if source.all_descendants
        else inside.collection(source.collection_id)
    )
    if told.HasField("end_at") or told.offset:
        raise RuntimeError("a query with an end or an offset cannot be played again")
    query: Query = collection._query() if isinstance(collection, CollectionReference) else collection
    if told.HasField("select"):
        query = query.select([field.field_path for field in told.select.fields if field.field_path != "__name__"])
    for one in _filters(told.where):
        value = _helpers.decode_value(one.field_filter.value, client)
        query = query.where(
            filter=FieldFilter(one.field_filter.field.field_path, _OPERATORS[one.field_filter.op], value)
        )
    bounds = len(told.start_at.values)
    for number, order in enumerate(told.order_by):
        # The library adds the name by itself where no cursor speaks of it.
        if order.field.field_path != "__name__" or number < bounds:
            direction = Query.DESCENDING if order.direction == 2 else Query.ASCENDING
            query = query.order_by(order.field.field_path, direction=direction)
    if bounds:
        values = [_helpers.decode_value(value, client) for value in told.start_at.values]
        query = query.start_at(values) if told.start_at.before else query.start_after(values)
    return query.limit(told.limit.value) if told.HasField("limit") else query


def _filters(where: Any) -> list[Any]:
    """The field filters of a query's condition, which all must hold. Raises RuntimeError for others."""
    match where.WhichOneof("filter_type"):
        case "composite_filter" if where.composite_filter.op == 1:
            return [one for part in where.composite_filter.filters for one in _filters(part)]
        case "field_filter":
            return [where]
        case None:
            return []
        case other:
            raise RuntimeError(f"{other} cannot be played again")
