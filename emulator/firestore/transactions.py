"""Transactions with pessimistic locks, as production gives them to server clients.

A read in a read-write transaction takes a shared lock on each document it names (also a missing one) and on the
result of each query. A commit needs every document it changes free of other transactions' locks: it waits for them,
and ends ABORTED when waiting cannot help (each waits for the other) or lasts too long. A new reader queues behind a
waiting commit, so that transactions which are tried again after an abort cannot starve it.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence

from emulator.firestore.clock import from_timestamp
from emulator.firestore.errors import aborted, invalid_argument
from emulator.firestore.protos import TransactionOptions
from emulator.firestore.query import Query
from emulator.firestore.storage import Change, Database

IDLE_SECONDS = 60.0
TOTAL_SECONDS = 270.0
LOCK_WAIT_SECONDS = 15.0
_ID_BYTES = 16

_ENDED = "The referenced transaction has expired or is no longer valid."
_CONTENTION = "Too much contention on these documents. Please try again."


class Transaction:
    """One open transaction, or (with an empty id) a single write that waits for others' locks."""

    def __init__(self, id_: bytes, read_only: bool, read_version: int | None) -> None:
        self.id = id_
        self.read_only = read_only
        self.read_version = read_version
        self.names: set[str] = set()
        self.queries: list[Query] = []
        self.waits_for: frozenset[Transaction] = frozenset()
        self.wants: frozenset[str] = frozenset()
        self.started = self.used = time.monotonic()
        self.ended = False

    def expires(self) -> float:
        """When it expires, on the monotonic clock."""
        return min(self.used + IDLE_SECONDS, self.started + TOTAL_SECONDS)

    def holds(self, change: Change) -> bool:
        """Whether this transaction read what the change alters."""
        if change.name in self.names:
            return True
        return any(
            state is not None and query.matches(state) is not None
            for query in self.queries
            for state in (change.before, change.after)
        )

    def waits_on(self, other: "Transaction") -> bool:
        """Whether it waits for `other`, directly or through others."""
        seen: set[Transaction] = set()
        frontier = set(self.waits_for)
        while frontier:
            if other in frontier:
                return True
            seen |= frontier
            frontier = {blocker for waiter in frontier for blocker in waiter.waits_for} - seen
        return False


class Transactions:
    """The transactions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open: dict[bytes, Transaction] = {}
        self._waiting: set[Transaction] = set()
        self._released = asyncio.Event()

    @property
    def active(self) -> bool:
        """Whether any transaction is open, so that a commit has to look for locks."""
        return bool(self._open)

    def open(self) -> tuple[Transaction, ...]:
        """The transactions that have not ended."""
        return tuple(self._open.values())

    def begin(self, options: TransactionOptions) -> Transaction:
        """Opens a transaction; raises for a read time that cannot be read."""
        read_only = options.HasField("read_only")
        version = None
        if read_only:
            if options.read_only.HasField("read_time"):
                version = from_timestamp(options.read_only.read_time)
                self._database.check_readable(version)
            else:
                version = self._database.clock.read()
        transaction = Transaction(os.urandom(_ID_BYTES), read_only, version)
        self._open[transaction.id] = transaction
        return transaction

    def find(self, id_: bytes) -> Transaction:
        """The open transaction of this id; raises ABORTED when it has ended, INVALID_ARGUMENT when it cannot be one."""
        if len(id_) != _ID_BYTES:
            raise invalid_argument("Invalid transaction.")
        transaction = self._open.get(id_)
        now = time.monotonic()
        if transaction is None or transaction.expires() < now:
            if transaction is not None:
                self.end(transaction)
            raise aborted(_ENDED)
        transaction.used = now
        return transaction

    def end(self, transaction: Transaction) -> None:
        """Releases all locks."""
        transaction.ended = True
        self._open.pop(transaction.id, None)
        self._wake()

    def _wake(self) -> None:
        self._released.set()
        self._released = asyncio.Event()

    async def lock_documents(self, transaction: Transaction, names: Iterable[str]) -> None:
        """Takes shared locks on documents, present or not."""
        wanted = frozenset(names) - transaction.names
        await self._queue(transaction, lambda writer: bool(wanted & writer.wants))
        transaction.names |= wanted

    async def lock_query(self, transaction: Transaction, query: Query) -> None:
        """Takes a shared lock on everything that is, or would become, a result of the query."""
        await self._queue(transaction, lambda writer: any(map(query.covers, writer.wants)))
        transaction.queries.append(query)

    async def _queue(self, reader: Transaction, concerns: Callable[[Transaction], bool]) -> None:
        if reader.read_only:
            return
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        while True:
            writers = frozenset(w for w in self._waiting if w is not reader and concerns(w) and not w.waits_on(reader))
            if not writers:
                break
            await self._wait(reader, writers, deadline)
        if reader.ended:
            raise aborted(_ENDED)

    async def acquire(self, transaction: Transaction, compute: Callable[[], Sequence[Change]]) -> None:
        """Waits until no other transaction has read what the commit changes. `compute` gives the changes as of now;
        when this returns they may be applied at once, before anything else runs."""
        deadline = time.monotonic() + LOCK_WAIT_SECONDS
        self._waiting.add(transaction)
        try:
            while True:
                changes = compute()
                blockers = self._blockers(transaction, changes)
                if not blockers:
                    return
                if any(blocker.waits_on(transaction) for blocker in blockers):
                    raise aborted(_CONTENTION)
                transaction.wants = frozenset(change.name for change in changes)
                await self._wait(transaction, blockers, deadline)
                if transaction.ended:
                    raise aborted(_ENDED)
        finally:
            self._waiting.discard(transaction)
            transaction.wants = frozenset()
            self._wake()

    def _blockers(self, transaction: Transaction, changes: Sequence[Change]) -> frozenset[Transaction]:
        now = time.monotonic()
        for expired in [other for other in self._open.values() if other.expires() < now]:
            self.end(expired)
        return frozenset(
            other
            for other in self._open.values()
            if other is not transaction and not other.read_only and any(map(other.holds, changes))
        )

    async def _wait(self, waiter: Transaction, blockers: frozenset[Transaction], deadline: float) -> None:
        now = time.monotonic()
        if now >= deadline:
            raise aborted(_CONTENTION)
        waiter.waits_for = blockers
        until = min([deadline, *(blocker.expires() for blocker in blockers)])
        try:
            await asyncio.wait_for(self._released.wait(), max(0.001, until - now))
        except TimeoutError:
            return
        finally:
            waiter.waits_for = frozenset()


def lone_write() -> Transaction:
    """Stands in the queue for a write outside of any transaction."""
    return Transaction(b"", read_only=False, read_version=None)
