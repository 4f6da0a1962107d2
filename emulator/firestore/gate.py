"""What stands before every read and write: the guard (for all but administrators) and the check of indexes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from emulator.firestore.auth import AuthContext
from emulator.firestore.clock import to_datetime
from emulator.firestore.definitions import Definitions
from emulator.firestore.errors import permission_denied
from emulator.firestore.guard import Reader, Verdict, WriteIntent
from emulator.firestore.protos import Document
from emulator.firestore.query import Query
from emulator.firestore.requirements import check_indexes
from emulator.firestore.rules.guard import RulesGuard
from emulator.firestore.storage import Database


class Gate:
    """Lets requests through or raises. Without `definitions`, or with `check_indexes` off, no query is refused for want
    of an index."""

    def __init__(self, guard: RulesGuard, definitions: Definitions | None = None, check_indexes: bool = True) -> None:
        self.guard = guard
        self.definitions = definitions
        self.check_indexes = check_indexes

    def admit_query(
        self, auth: AuthContext, database: Database, query: Query, version: int | None = None
    ) -> frozenset[str]:
        """Returns the documents that the verdict rests on; raises PERMISSION_DENIED or FAILED_PRECONDITION."""
        evidence: frozenset[str] = frozenset()
        if not auth.admin:
            read = _reader(database, version)
            evidence = _allowed([self.guard.judge_list(auth, query.for_guard(), read, _now(database, version))])
        if self.definitions is not None and self.check_indexes:
            check_indexes(self.definitions, query)
        return evidence

    def admit_reads(
        self,
        auth: AuthContext,
        database: Database,
        documents: Iterable[tuple[str, Document | None]],
        version: int | None = None,
    ) -> frozenset[str]:
        """Returns the documents that the verdicts rest on; raises PERMISSION_DENIED."""
        if auth.admin:
            return frozenset()
        read, now = _reader(database, version), _now(database, version)
        return _allowed([self.guard.judge_get(auth, name, document, read, now) for name, document in documents])

    def admit_writes(
        self, auth: AuthContext, database: Database, writes: Sequence[WriteIntent], after: Reader, version: int
    ) -> None:
        """Raises PERMISSION_DENIED unless every write of the commit is allowed."""
        if not auth.admin and writes:
            _allowed([self.guard.judge_writes(auth, writes, database.get, after, to_datetime(version))])


def _reader(database: Database, version: int | None) -> Reader:
    return lambda name: database.get(name, version)


def _now(database: Database, version: int | None) -> datetime:
    return to_datetime(database.clock.read() if version is None else version)


def _allowed(verdicts: Sequence[Verdict]) -> frozenset[str]:
    if not all(verdict.allowed for verdict in verdicts):
        raise permission_denied("Missing or insufficient permissions.")
    return frozenset[str]().union(*(verdict.read for verdict in verdicts))
