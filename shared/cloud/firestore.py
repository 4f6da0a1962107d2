"""Firestore."""

from google.cloud.firestore import Client

from shared.cloud.once import once
from shared.runtime.settings import settings


@once
def client() -> Client:
    """The client of this process; thread-safe. FIRESTORE_EMULATOR_HOST, which the library reads, redirects it."""
    return Client(project=settings().project)
