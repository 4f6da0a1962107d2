"""The Python client over REST instead of gRPC: Google's own mapping of every method to a URL and a body."""

from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Conflict, NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore_v1.services.firestore import FirestoreClient
from google.cloud.firestore_v1.services.firestore.transports import FirestoreRestTransport

from emulator.firestore.testing import Emulator

OWNER = (("authorization", "Bearer owner"),)


@pytest.fixture(scope="module")
def client(emulator: Emulator) -> FirestoreClient:
    credentials = AnonymousCredentials()
    return FirestoreClient(
        transport=FirestoreRestTransport(host=emulator.address, url_scheme="http", credentials=credentials)
    )


@pytest.fixture
def parent(database: str) -> str:
    """A document below which the tests work: the client has no URL for documents at the root."""
    return f"{database}/documents/tests/one"


@pytest.fixture
def name(client: FirestoreClient, parent: str) -> str:
    """A document with one field, `n`, which is 1."""
    fields = {"n": {"integer_value": 1}}
    request = {"parent": parent, "collection_id": "c", "document_id": "a", "document": {"fields": fields}}
    return client.create_document(request=request).name


def test_documents(client: FirestoreClient, parent: str, name: str) -> None:
    assert name == f"{parent}/c/a"
    with pytest.raises(Conflict):
        client.create_document(request={"parent": parent, "collection_id": "c", "document_id": "a"})
    update = {
        "document": {"name": name, "fields": {"real": {"double_value": 2.5}}},
        "update_mask": {"field_paths": ["real"]},
        "current_document": {"exists": True},
    }
    assert client.update_document(request=update).fields["n"].integer_value == 1
    read = client.get_document(request={"name": name, "mask": {"field_paths": ["real"]}})
    assert {key: value.double_value for key, value in read.fields.items()} == {"real": 2.5}
    listed = client.list_documents(request={"parent": parent, "collection_id": "c", "page_size": 1})
    assert [each.name for each in listed] == [name]
    client.delete_document(request={"name": name})
    with pytest.raises(NotFound, match="not found"):
        client.get_document(request={"name": name})


def test_streams(client: FirestoreClient, parent: str, name: str, database: str) -> None:
    got = list(client.batch_get_documents(request={"database": database, "documents": [name, f"{parent}/c/b"]}))
    assert [(each.found.name, each.missing) for each in got] == [(name, ""), ("", f"{parent}/c/b")]
    query: dict[str, Any] = {
        "from_": [{"collection_id": "c"}],
        "where": {"field_filter": {"field": {"field_path": "n"}, "op": "EQUAL", "value": {"integer_value": 1}}},
    }
    found = client.run_query(request={"parent": parent, "structured_query": query})
    assert [each.document.name for each in found] == [name]
    count = {"structured_query": query, "aggregations": [{"alias": "k", "count": {}}]}
    request = {"parent": parent, "structured_aggregation_query": count}
    (total,) = client.run_aggregation_query(request=request)
    assert total.result.aggregate_fields["k"].integer_value == 1
    with pytest.raises(BadRequest, match="limit is negative"):
        list(client.run_query(request={"parent": parent, "structured_query": {**query, "limit": -1}}))


def test_transactions(client: FirestoreClient, name: str, database: str) -> None:
    transaction = client.begin_transaction(request={"database": database}).transaction
    client.rollback(request={"database": database, "transaction": transaction})
    first, second = client.batch_get_documents(
        request={"database": database, "documents": [name], "new_transaction": {"read_write": {}}}
    )
    assert second.found.name == name
    commit = {"database": database, "writes": [{"delete": name}], "transaction": first.transaction}
    assert client.commit(request=commit).commit_time
    with pytest.raises(NotFound):
        client.get_document(request={"name": name})


def test_administration(client: FirestoreClient, parent: str, name: str, database: str) -> None:
    root = f"{database}/documents"
    assert list(client.list_collection_ids(request={"parent": root}, metadata=OWNER)) == ["tests"]
    assert list(client.list_collection_ids(request={"parent": parent}, metadata=OWNER)) == ["c"]
    batch = {"database": database, "writes": [{"delete": name}]}
    assert [each.code for each in client.batch_write(request=batch, metadata=OWNER).status] == [0]
    group = {
        "from_": [{"collection_id": "c", "all_descendants": True}],
        "order_by": [{"field": {"field_path": "__name__"}, "direction": "ASCENDING"}],
    }
    request = {"parent": root, "structured_query": group, "partition_count": 2}
    assert list(client.partition_query(request=request, metadata=OWNER)) == []
