"""A database with what happens around it, and the state of it that one request reads."""

from dataclasses import dataclass, field

from emulator.firestore.listen import Hub
from emulator.firestore.storage import Database
from emulator.firestore.stream import ListenStream
from emulator.firestore.transactions import Transaction, Transactions


@dataclass(slots=True)
class Space:
    """One database and what happens around it."""

    database: Database
    transactions: Transactions
    hub: Hub
    streams: set[ListenStream] = field(default_factory=set)


@dataclass(slots=True)
class ReadContext:
    """At what state a request reads: `version` None is now; `opened` is the id of a transaction it asked to begin."""

    space: Space
    transaction: Transaction | None
    version: int | None
    opened: bytes = b""

    @property
    def time(self) -> int:
        return self.space.database.clock.read() if self.version is None else self.version
