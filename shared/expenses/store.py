"""Expenses, and what is kept with them, in Firestore."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from google.api_core.exceptions import AlreadyExists
from google.cloud import firestore
from google.cloud.firestore import (
    Client,
    CollectionReference,
    DocumentReference,
    DocumentSnapshot,
    FieldFilter,
    Transaction,
)

from shared.cloud.documents import stored
from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.expenses.models import AuditEntry, Expense, People
from shared.runtime.caller import TripAccess, trip_not_found
from shared.runtime.errors import NotFound
from shared.trips.access import trip_ref
from shared.trips.models import Trip

T = TypeVar("T")
ATTEMPTS = 12


@dataclass(frozen=True)
class Opening:
    """What a use case begins with: the trip, who shares its costs, and the expense if there is one of the id."""

    trip: Trip
    people: People
    expense: Expense | None

    def known(self) -> Expense:
        """The expense. Raises NotFound."""
        if self.expense is None:
            raise NotFound("There is no such expense.", reason="EXPENSE_NOT_FOUND")
        return self.expense


@dataclass(frozen=True)
class Ledger:
    """Everything that counts: removed expenses are left out."""

    trip: Trip
    people: People
    entries: tuple[Expense, ...]


class ExpenseStore:
    """Reads and writes expenses, for those who may; each method is one round trip, a transaction three."""

    def __init__(self, client: Client, outbox: Outbox) -> None:
        self._client = client
        self._outbox = outbox

    def open(self, access: TripAccess, expense_id: str | None, transaction: Transaction | None = None) -> Opening:
        """The trip and, with it, what is known of an expense, if one is named. Raises NotFound and PermissionDenied."""
        trip, costs = trip_ref(self._client, access.trip_id), self._costs(access.trip_id)
        expense = self._expenses(access.trip_id).document(expense_id) if expense_id else None
        references = [trip, costs, *([expense] if expense else [])]
        found = {read.reference.path: read for read in self._client.get_all(references, transaction=transaction)}
        known = found[expense.path] if expense else None
        stored = Expense.from_stored(known.to_dict()) if known and known.exists else None
        return Opening(_visible(found[trip.path], access), _people(found[costs.path]), stored)

    def create(self, trip_id: str, expense_id: str, expense: Expense, entry: AuditEntry, event: Event) -> bool:
        """Commit a new expense, the first line of its audit trail and the event; False if there is one of this id."""
        batch = self._client.batch()
        reference = self._expenses(trip_id).document(expense_id)
        batch.create(reference, expense.to_stored())
        batch.create(reference.collection("audit").document(str(entry.version)), entry.to_stored())
        self._outbox.add(batch, event)
        try:
            batch.commit()
        except AlreadyExists:
            return False
        return True

    def transact(self, access: TripAccess, expense_id: str | None, work: Callable[["ExpenseTransaction"], T]) -> T:
        """Run `work` in one transaction that has opened an expense, if one is named; it may run several times."""

        @firestore.transactional
        def run(transaction: Transaction) -> T:
            opening = self.open(access, expense_id, transaction)
            return work(ExpenseTransaction(self, transaction, access.trip_id, opening))

        result: T = run(self._client.transaction(max_attempts=ATTEMPTS))
        return result

    def ledger(self, access: TripAccess) -> Ledger:
        """All that counts, the trip side by side. Raises NotFound and PermissionDenied."""
        opened = _pool().submit(self.open, access, None)
        entries = [Expense.from_stored(read.to_dict()) for read in self._expenses(access.trip_id).stream()]
        opening = opened.result()
        return Ledger(opening.trip, opening.people, tuple(entry for entry in entries if entry.removed_at is None))

    def history(self, access: TripAccess, expense_id: str) -> list[AuditEntry]:
        """The audit trail of an expense, oldest first. Raises NotFound and PermissionDenied."""
        opened = _pool().submit(self.open, access, expense_id)
        trail = self._expenses(access.trip_id).document(expense_id).collection("audit").order_by("version")
        entries = [AuditEntry.from_stored(found.to_dict()) for found in trail.stream()]
        opened.result().known()
        return entries

    def of_person(self, trip_id: str, uid: str) -> list[dict[str, Any]]:
        """The expenses and payments that somebody entered or is named in, and what they did to any, for their archive.

        One query, and one for each expense.
        """
        told = []
        for entry in stored(self._expenses(trip_id)):
            trail = self._expenses(trip_id).document(entry["id"]).collection("audit")
            history = stored(trail.where(filter=FieldFilter("by", "==", uid)))
            if history or uid in Expense.from_stored(entry).people:
                told.append({**entry, "history": history})
        return told

    def costs_of_person(self, trip_id: str, uid: str) -> dict[str, Any]:
        """Which days somebody shares and with whom they settle as one, for their archive."""
        people = _people(self._costs(trip_id).get())
        groups = {name: uids for name, uids in people.groups.items() if uid in uids}
        stay = people.stays.get(uid)
        return {
            **({"stay": stay.to_stored()} if stay else {}),
            **({"groups": groups} if groups else {}),
        }

    def people_in_use(self, trip_id: str, transaction: Transaction | None = None) -> set[str]:
        """Everybody named in an expense, removed ones included."""
        found = self._expenses(trip_id).stream(transaction=transaction)
        entries = [Expense.from_stored(read.to_dict()) for read in found]
        return {person for entry in entries for person in entry.people}

    def put(self, transaction: Transaction, trip_id: str, expense_id: str, expense: Expense, entry: AuditEntry) -> None:
        reference = self._expenses(trip_id).document(expense_id)
        transaction.set(reference, expense.to_stored())
        transaction.create(reference.collection("audit").document(str(entry.version)), entry.to_stored())

    def put_people(self, transaction: Transaction, trip_id: str, people: People) -> None:
        transaction.set(self._costs(trip_id), people.to_stored())

    def stage_event(self, transaction: Transaction, event: Event) -> None:
        self._outbox.add(transaction, event)

    def _costs(self, trip_id: str) -> DocumentReference:
        return self._client.document("trips", trip_id, "settings", "costs")

    def _expenses(self, trip_id: str) -> CollectionReference:
        return self._client.collection("trips", trip_id, "expenses")


class ExpenseTransaction:
    """What a use case may read and write within one transaction."""

    def __init__(self, store: ExpenseStore, transaction: Transaction, trip_id: str, opening: Opening) -> None:
        self._store = store
        self._transaction = transaction
        self._trip_id = trip_id
        self.opening = opening

    def people_in_use(self) -> set[str]:
        return self._store.people_in_use(self._trip_id, self._transaction)

    def put(self, expense_id: str, expense: Expense, entry: AuditEntry) -> None:
        self._store.put(self._transaction, self._trip_id, expense_id, expense, entry)

    def put_people(self, people: People) -> None:
        self._store.put_people(self._transaction, self._trip_id, people)

    def add_event(self, event: Event) -> None:
        self._store.stage_event(self._transaction, event)


def _visible(snapshot: DocumentSnapshot[Any], access: TripAccess) -> Trip:
    """The trip, for those who may. Raises NotFound and PermissionDenied."""
    if not snapshot.exists:
        raise trip_not_found(access.trip_id)
    trip = Trip.from_stored(snapshot.to_dict())
    access.check(trip.live_roles)
    return trip


def _people(snapshot: DocumentSnapshot[Any]) -> People:
    return People.from_stored(snapshot.to_dict()) if snapshot.exists else People()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="expenses")
