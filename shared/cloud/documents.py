"""What several stores do alike: change one document in one transaction, read many as they are, write many."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from google.cloud import firestore
from google.cloud.firestore import Client, CollectionReference, DocumentReference, Query, Transaction, WriteBatch

from shared.documents import Document

D = TypeVar("D", bound=Document)
T = TypeVar("T")
WRITES_A_COMMIT = 300


def change(
    client: Client, reference: DocumentReference, model: type[D], decide: Callable[[D | None], D], attempts: int = 5
) -> D:
    """Replace a document by what `decide` makes of it (None: there is none), which may raise; returns the new one.

    `decide` may run several times. Nothing is written if it changes nothing. Three round trips.
    """

    @firestore.transactional
    def run(transaction: Transaction) -> D:
        found = reference.get(transaction=transaction)
        before = model.from_stored(found.to_dict()) if found.exists else None
        after = decide(before)
        if after != before:
            transaction.set(reference, after.to_stored())
        return after

    changed: D = run(client.transaction(max_attempts=attempts))
    return changed


def stored(query: Query | CollectionReference) -> list[dict[str, Any]]:
    """The documents of a query with their ids, as they are stored: for a person's archive."""
    return [{"id": found.id, **(found.to_dict() or {})} for found in query.stream()]


def in_batches(client: Client, items: Iterable[T], write: Callable[[WriteBatch, T], None]) -> None:
    """Make a write for each item, as many at a time as one commit takes. It may die anywhere in between."""
    left = iter(items)
    while piece := list(islice(left, WRITES_A_COMMIT)):
        batch = client.batch()
        for item in piece:
            write(batch, item)
        batch.commit()
