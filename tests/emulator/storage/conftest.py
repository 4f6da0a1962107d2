"""One Cloud Storage emulator for the tests of this directory, with the suite's own rules."""

from collections.abc import Iterator

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Bucket, Client

from emulator.common.testing import Program, program
from emulator.layout import ROOT

BUCKET = "demo-travvy.firebasestorage.app"


@pytest.fixture(scope="session")
def storage() -> Iterator[Program]:
    with program("storage", "--rules", str(ROOT / "storage.rules")) as running:
        yield running


@pytest.fixture
def bucket(storage: Program) -> Iterator[Bucket]:
    """Through Google's client library."""
    options = {"api_endpoint": f"http://{storage.address}"}
    client = Client(project="demo-travvy", credentials=AnonymousCredentials(), client_options=options)
    yield client.bucket(BUCKET)
    client._http.delete(f"http://{storage.address}/emulator")
    client.close()
