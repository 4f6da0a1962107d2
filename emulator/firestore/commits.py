"""A commit: all of its writes or none, at one time, past the gate and past other transactions' locks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from emulator.firestore.auth import AuthContext
from emulator.firestore.definitions import Definitions
from emulator.firestore.entries import check_entries
from emulator.firestore.errors import StatusError
from emulator.firestore.gate import Gate
from emulator.firestore.guard import WriteIntent
from emulator.firestore.protos import Document, WriteResult
from emulator.firestore.storage import Change, Database
from emulator.firestore.transactions import Transaction, Transactions, lone_write
from emulator.firestore.writes import Operation, check_precondition, check_transforms, perform

_NOTHING_DEFINED = Definitions()


@dataclass(frozen=True, slots=True)
class Computation:
    """What a commit would do now: `changes` merges the writes to one document; `refusal` is the first failed
    precondition, which is told only to those whom the guard lets write."""

    version: int
    results: list[WriteResult]
    changes: list[Change]
    intents: list[WriteIntent]
    refusal: StatusError | None

    def after(self, name: str, database: Database) -> Document | None:
        """The document as it would be after the commit."""
        for change in self.changes:
            if change.name == name:
                return change.after
        return database.get(name)


def compute(database: Database, operations: Sequence[Operation], definitions: Definitions) -> Computation:
    """Computes all writes in order, each seeing those before it; raises when a result is refused."""
    check_transforms(operations)
    version = database.clock.commit()
    latest: dict[str, Document | None] = {}
    results = []
    intents = []
    refusal = None
    for operation in operations:
        name = operation.name
        before = latest[name] if name in latest else database.get(name)
        if refusal is None:
            try:
                check_precondition(operation, before, version)
            except StatusError as error:
                refusal = error
        after, result = perform(operation, before, version)
        if after is not None and after is not before:
            check_entries(after, definitions)
        latest[name] = after
        results.append(result)
        if operation.kind != "verify":
            method: Literal["create", "update", "delete"] = (
                "delete" if after is None else "create" if before is None else "update"
            )
            intents.append(WriteIntent(method, name, before, after))
    changes = [Change(name, database.get(name), after) for name, after in latest.items()]
    changed = [change for change in changes if change.before is not change.after]
    return Computation(version, results, changed, intents, refusal)


async def commit(
    database: Database,
    transactions: Transactions,
    gate: Gate,
    auth: AuthContext,
    operations: Sequence[Operation],
    transaction: Transaction | None = None,
) -> Computation:
    """Commits the writes, ends the transaction either way, and returns what was done.

    Raises what production raises: a failed precondition, PERMISSION_DENIED, or ABORTED when locks cannot be had."""
    definitions = gate.definitions or _NOTHING_DEFINED
    try:
        if transactions.active:
            await transactions.acquire(
                transaction or lone_write(), lambda: compute(database, operations, definitions).changes
            )
        done = compute(database, operations, definitions)
        gate.admit_writes(auth, database, done.intents, lambda name: done.after(name, database), done.version)
        if done.refusal is not None:
            raise done.refusal
        database.apply(done.version, done.changes)
        return done
    finally:
        if transaction is not None:
            transactions.end(transaction)
