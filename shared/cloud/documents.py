"""Changing one document in one transaction, for the stores whose documents change by themselves."""

from collections.abc import Callable
from typing import TypeVar

from google.cloud import firestore
from google.cloud.firestore import Client, DocumentReference, Transaction

from shared.documents import Document

D = TypeVar("D", bound=Document)


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
