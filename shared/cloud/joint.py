"""What several areas write together: all of it in one commit, or nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

from google.cloud import firestore
from google.cloud.firestore import Client, DocumentReference, DocumentSnapshot, Transaction, WriteBatch

T = TypeVar("T")
Found: TypeAlias = Mapping[str, "DocumentSnapshot[Any]"]
"""What was read, by path; what is not there, too."""
Write: TypeAlias = Callable[[WriteBatch], None]
"""Adds its writes to a batch or transaction."""


class Part(Protocol):
    """What one area does in the commit of another, which knows no more of it than this."""

    @property
    def references(self) -> Sequence[DocumentReference]:
        """What has to be read for it."""

    def write(self, batch: WriteBatch, found: Found) -> None:
        """Add its writes by what was read. May raise, and then nothing is written; may be called again.

        The batch is a transaction, or it holds only if nothing has changed since: see `put`.
        """

    def committed(self) -> None:
        """The commit has succeeded."""


def read(client: Client, references: Sequence[DocumentReference], parts: Sequence[Part] = ()) -> Found:
    """Documents, and with them what parts need. One round trip."""
    return {one.reference.path: one for one in client.get_all(_wanted(references, parts))}


def together(
    client: Client,
    references: Sequence[DocumentReference],
    parts: Sequence[Part],
    work: Callable[[Transaction, Found], T],
    attempts: int,
) -> T:
    """What `work` makes of the documents that it asks for, and the parts, in one transaction; they may run again."""
    wanted = _wanted(references, parts)

    @firestore.transactional
    def run(transaction: Transaction) -> T:
        found = {one.reference.path: one for one in client.get_all(wanted, transaction=transaction)}
        made = work(transaction, found)
        for part in parts:
            part.write(transaction, found)
        return made

    result: T = run(client.transaction(max_attempts=attempts))
    for part in parts:
        part.committed()
    return result


def put(batch: WriteBatch, before: "DocumentSnapshot[Any]", fields: Mapping[tuple[str, ...], Any]) -> None:
    """Set fields (by path) of a document, made if there was none. Outside of a transaction the batch fails with
    AlreadyExists or FailedPrecondition if the document is not as it was read `before`."""
    if not before.exists:
        data: dict[str, Any] = {}
        for path, value in fields.items():
            inner = data
            for name in path[:-1]:
                inner = inner.setdefault(name, {})
            inner[path[-1]] = value
        batch.create(before.reference, data)
        return
    named = {Client.field_path(*path): value for path, value in fields.items()}
    option = None if isinstance(batch, Transaction) else Client.write_option(last_update_time=before.update_time)
    batch.update(before.reference, named, option=option)


def _wanted(references: Sequence[DocumentReference], parts: Sequence[Part]) -> list[DocumentReference]:
    return [*references, *(reference for part in parts for reference in part.references)]
