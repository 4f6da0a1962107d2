"""Locks, conflicts, read-only transactions, and what happens after the end."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from google.api_core import exceptions
from google.cloud.firestore import (
    Client,
    CollectionReference,
    DocumentReference,
    FieldFilter,
    Transaction,
    transactional,
)
from google.cloud.firestore_v1.types import common
from google.cloud.firestore_v1.types import firestore as messages


class Raw:
    """Transactions by hand, through the generated client: no retries."""

    def __init__(self, client: Client) -> None:
        self.api = client._firestore_api
        self.database = client._database_string

    def begin(self, options: common.TransactionOptions | None = None) -> bytes:
        request = messages.BeginTransactionRequest(database=self.database, options=options)
        return bytes(self.api.begin_transaction(request).transaction)

    def read(self, id_: bytes, document: DocumentReference) -> messages.BatchGetDocumentsResponse:
        request = messages.BatchGetDocumentsRequest(
            database=self.database, documents=[document._document_path], transaction=id_
        )
        return list(self.api.batch_get_documents(request, retry=None))[-1]

    def query(self, id_: bytes, collection: CollectionReference) -> int:
        parent = collection.parent._document_path
        query = {"from_": [{"collection_id": collection.id}]}
        request = messages.RunQueryRequest(parent=parent, structured_query=query, transaction=id_)
        return sum("document" in response for response in self.api.run_query(request, retry=None))

    def commit(self, id_: bytes, document: DocumentReference, number: int) -> None:
        write = {"update": {"name": document._document_path, "fields": {"n": {"integer_value": number}}}}
        request = messages.CommitRequest(database=self.database, writes=[write], transaction=id_)
        self.api.commit(request, retry=None, timeout=90)

    def rollback(self, id_: bytes) -> None:
        self.api.rollback(messages.RollbackRequest(database=self.database, transaction=id_), retry=None)


@pytest.fixture
def raw(client: Client) -> Raw:
    return Raw(client)


@pytest.fixture
def background() -> Callable[..., Future[None]]:
    with ThreadPoolExecutor() as pool:
        yield pool.submit


def test_of_two_that_read_and_write_the_same_one_commits(raw: Raw, root: DocumentReference, background) -> None:
    root.set({"n": 0})
    first, second = raw.begin(), raw.begin()
    raw.read(first, root)
    raw.read(second, root)
    commits = [background(raw.commit, first, root, 1), background(raw.commit, second, root, 2)]
    errors = [each.exception(timeout=90) for each in commits]
    assert sorted(type(error).__name__ for error in errors) == ["Aborted", "NoneType"]
    assert root.get().get("n") == (1 if errors[0] is None else 2)


def test_a_writer_outside_waits_for_the_lock(raw: Raw, root: DocumentReference, background) -> None:
    root.set({"n": 0})
    id_ = raw.begin()
    raw.read(id_, root)
    outside = background(root.set, {"n": 9})
    raw.commit(id_, root, 1)
    outside.result(timeout=90)
    assert root.get().get("n") == 9


def test_a_missing_document_is_locked_too(raw: Raw, root: DocumentReference, background) -> None:
    id_ = raw.begin()
    assert raw.read(id_, root).missing
    outside = background(root.create, {"n": 9})
    raw.commit(id_, root, 1)
    with pytest.raises(exceptions.AlreadyExists):
        outside.result(timeout=90)


def test_a_query_result_is_locked_against_newcomers(raw: Raw, collection: CollectionReference, background) -> None:
    collection.document("a").set({"n": 1})
    id_ = raw.begin()
    assert raw.query(id_, collection) == 1
    outside = background(collection.document("b").set, {"n": 2})
    assert raw.query(id_, collection) == 1
    raw.commit(id_, collection.document("sum"), 1)
    outside.result(timeout=90)
    assert len(collection.get()) == 3


def test_rollback_releases(raw: Raw, root: DocumentReference, background) -> None:
    id_ = raw.begin()
    raw.read(id_, root)
    outside = background(root.set, {"n": 1})
    raw.rollback(id_)
    outside.result(timeout=90)


def test_after_the_end_it_is_aborted_or_refused(raw: Raw, root: DocumentReference) -> None:
    id_ = raw.begin()
    raw.commit(id_, root, 1)
    with pytest.raises((exceptions.Aborted, exceptions.InvalidArgument)):
        raw.commit(id_, root, 2)
    with pytest.raises((exceptions.Aborted, exceptions.InvalidArgument)):
        raw.read(id_, root)
    with pytest.raises(exceptions.InvalidArgument):
        raw.commit(b"nonsense", root, 2)


def test_a_read_only_transaction_sees_one_moment_and_writes_nothing(raw: Raw, root: DocumentReference) -> None:
    root.set({"n": 1})
    id_ = raw.begin(common.TransactionOptions(read_only={}))
    assert raw.read(id_, root).found.fields["n"].integer_value == 1
    root.set({"n": 2})
    assert raw.read(id_, root).found.fields["n"].integer_value == 1
    with pytest.raises(exceptions.InvalidArgument):
        raw.commit(id_, root, 3)


def test_a_read_only_transaction_in_the_past(raw: Raw, root: DocumentReference) -> None:
    moment = root.set({"n": 1}).update_time
    root.set({"n": 2})
    id_ = raw.begin(common.TransactionOptions(read_only={"read_time": moment}))
    assert raw.read(id_, root).found.fields["n"].integer_value == 1
    with pytest.raises((exceptions.FailedPrecondition, exceptions.InvalidArgument)):
        raw.begin(common.TransactionOptions(read_only={"read_time": datetime(2020, 1, 1, tzinfo=UTC)}))


def test_new_transaction_on_a_read_comes_with_the_first_message(raw: Raw, root: DocumentReference) -> None:
    request = messages.BatchGetDocumentsRequest(
        database=raw.database, documents=[root._document_path], new_transaction={"read_write": {}}
    )
    responses = list(raw.api.batch_get_documents(request))
    assert responses[0].transaction
    assert responses[-1].missing == root._document_path
    raw.commit(responses[0].transaction, root, 1)


def test_counters_add_up_under_contention(client: Client, root: DocumentReference) -> None:
    root.set({"n": 0})

    @transactional
    def increment(transaction: Transaction) -> None:
        count = root.get(transaction=transaction).get("n")
        transaction.update(root, {"n": count + 1})

    def work() -> None:
        for _ in range(5):
            increment(client.transaction(max_attempts=100))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert root.get().get("n") == 20


def test_a_transaction_that_queries_sees_its_own_view(client: Client, collection: CollectionReference) -> None:
    for i in range(3):
        collection.document(str(i)).set({"n": i})

    @transactional
    def total(transaction: Transaction) -> int:
        found = collection.where(filter=FieldFilter("n", ">", 0)).stream(transaction=transaction)
        value = sum(each.get("n") for each in found)
        transaction.set(collection.document("total"), {"total": value})
        return value

    assert total(client.transaction()) == 3
