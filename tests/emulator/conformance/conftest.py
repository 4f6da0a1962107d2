"""One suite for every Firestore: ours, the official emulator, or a real project.

Without variables it starts ours. TRAVVY_CONFORMANCE_HOST=host:port runs it against any other emulator,
TRAVVY_CONFORMANCE_PROJECT=project against a real project (with application default credentials).
"""

import os
import uuid
from collections.abc import Iterator

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.firestore import Client, CollectionReference, DocumentReference

from emulator.firestore.testing import running


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    """A client of the Firestore under test."""
    project = os.environ.get("TRAVVY_CONFORMANCE_PROJECT")
    if project:
        yield Client(project)
        return
    address = os.environ.get("TRAVVY_CONFORMANCE_HOST")
    with pytest.MonkeyPatch.context() as patch:
        if address:
            patch.setenv("FIRESTORE_EMULATOR_HOST", address)
            yield Client("demo-conformance", credentials=AnonymousCredentials())
            return
        with running() as emulator:
            patch.setenv("FIRESTORE_EMULATOR_HOST", emulator.address)
            client = Client("demo-conformance", credentials=AnonymousCredentials())
            yield client
            client.close()


@pytest.fixture
def root(client: Client) -> Iterator[DocumentReference]:
    """A document of its own for each test; all below it is deleted afterwards."""
    document = client.document(f"conformance/{uuid.uuid4().hex}")
    yield document
    client.recursive_delete(document)


@pytest.fixture
def collection(root: DocumentReference) -> CollectionReference:
    return root.collection("things")
