"""Holding a worker of the cloud where the test wants it: it waits for a lock of Firestore's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from google.cloud.firestore import Client, DocumentReference


@contextmanager
def held(database: Client, document: DocumentReference) -> Iterator[Callable[[], bool]]:
    """Nobody else can write the document within the block; tells whether it exists, which also keeps the lock alive."""
    transaction = database.transaction()
    transaction._begin()

    def exists() -> bool:
        return bool(document.get(transaction=transaction).exists)

    exists()
    try:
        yield exists
    finally:
        transaction._rollback()
