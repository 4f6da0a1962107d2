"""Use cases of expenses: add, edit, remove, pay, and who shares costs; the sums are in `summary.py`."""

import hashlib
from functools import partial
from typing import Literal

from shared.events.models import Event
from shared.events.outbox import Outbox
from shared.expenses import rules
from shared.expenses.entering import Entering, fingerprint
from shared.expenses.models import Action, AuditEntry, Expense, People
from shared.expenses.requests import (
    AddExpenseRequest,
    EditExpenseRequest,
    PayRequest,
    PeopleRequest,
    RemoveExpenseRequest,
)
from shared.expenses.store import ExpenseStore, ExpenseTransaction
from shared.money import Rates
from shared.runtime.caller import TripAccess
from shared.runtime.clock import Clock
from shared.runtime.errors import AlreadyExists
from shared.runtime.ids import Ids

Happened = Literal["added", "changed", "removed"]


class ExpenseService:
    def __init__(self, store: ExpenseStore, outbox: Outbox, clock: Clock, ids: Ids, rates: Rates) -> None:
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._ids = ids
        self._rates = rates

    def add(self, access: TripAccess, request: AddExpenseRequest) -> tuple[str, Expense]:
        """A new expense; a resend by `requestId` answers with the first one as it stands now. Two round trips.

        Raises InvalidArgument (see `Entering.expense`), AlreadyExists (REQUEST_ID_REUSED), NotFound and
        PermissionDenied.
        """
        return self._record(access, request)

    def pay(self, access: TripAccess, request: PayRequest) -> tuple[str, Expense]:
        """A payment from one person to another, as `add`."""
        return self._record(access, request)

    def edit(self, access: TripAccess, request: EditExpenseRequest) -> Expense:
        """The next version of an expense; a resend is answered as the first time. One transaction.

        Raises Aborted (VERSION_CONFLICT, with what is `current`), FailedPrecondition (EXPENSE_REMOVED, PAYMENT_FINAL),
        InvalidArgument (see `Entering.expense`), NotFound and PermissionDenied.
        """
        by, now, expense_id = access.caller.uid, self._clock.now(), request.expense_id
        event_id = self._ids.new()

        def work(transaction: ExpenseTransaction) -> tuple[Expense, Event | None]:
            opening = transaction.opening
            before = opening.known()
            if rules.is_resend(before, request.version, fingerprint(request, by)):
                return before, None
            rules.require_editable(before, expense_id, request.version)
            rules.require_expense(before)
            entering = Entering(
                expense_id, by, opening.trip, opening.people, self._rates, now, transaction.people_in_use
            )
            after = entering.expense(request, before)
            transaction.put(expense_id, after, rules.audit(after, before, Action.CHANGED))
            event = self._event(access, event_id, "changed", expense_id, after)
            transaction.add_event(event)
            return after, event

        return self._publishing(self._store.transact(access, expense_id, work))

    def remove(self, access: TripAccess, request: RemoveExpenseRequest) -> Expense:
        """Take an expense or a payment out of the sums; it is kept. One transaction.

        Raises Aborted (VERSION_CONFLICT, with what is `current`), FailedPrecondition (EXPENSE_REMOVED), NotFound and
        PermissionDenied.
        """
        by, now, expense_id = access.caller.uid, self._clock.now(), request.expense_id
        event_id, mark = self._ids.new(), fingerprint(request, by)

        def work(transaction: ExpenseTransaction) -> tuple[Expense, Event | None]:
            before = transaction.opening.known()
            if rules.is_resend(before, request.version, mark):
                return before, None
            rules.require_editable(before, expense_id, request.version)
            after = rules.removed(before, by, now, mark)
            transaction.put(expense_id, after, rules.audit(after, before, Action.REMOVED))
            event = self._event(access, event_id, "removed", expense_id, after)
            transaction.add_event(event)
            return after, event

        return self._publishing(self._store.transact(access, expense_id, work))

    def set_people(self, access: TripAccess, request: PeopleRequest) -> People:
        """When everybody is there, and who settles as one. One transaction.

        Raises Aborted (VERSION_CONFLICT, with what is `current`), InvalidArgument (PERSON_UNKNOWN), NotFound and
        PermissionDenied.
        """
        by, now = access.caller.uid, self._clock.now()

        def work(transaction: ExpenseTransaction) -> People:
            trip, before = transaction.opening.trip, transaction.opening.people
            after = rules.people(request, by=by, trip=trip, before=before, now=now)
            if after != before:
                transaction.put_people(after)
            return after

        return self._store.transact(access, None, work)

    def history(self, access: TripAccess, expense_id: str) -> list[AuditEntry]:
        """Who changed what of an expense, oldest first. One round trip. Raises NotFound and PermissionDenied."""
        return self._store.history(access, expense_id)

    def _record(self, access: TripAccess, request: AddExpenseRequest | PayRequest) -> tuple[str, Expense]:
        by, trip_id = access.caller.uid, access.trip_id
        expense_id = _replayable_id(access, request.request_id) if request.request_id else self._ids.new()
        opening = self._store.open(access, expense_id)
        if (known := opening.expense) is None:
            entering = Entering(
                expense_id,
                by,
                opening.trip,
                opening.people,
                self._rates,
                self._clock.now(),
                partial(self._store.people_in_use, trip_id),
            )
            made = entering.payment(request) if isinstance(request, PayRequest) else entering.expense(request)
            entry = rules.audit(made, None, Action.ADDED)
            event = self._event(access, self._ids.new(), "added", expense_id, made)
            if self._store.create(trip_id, expense_id, made, entry, event):
                self._outbox.publish(event)
                return expense_id, made
            known = self._store.open(access, expense_id).known()
        if known.request_fingerprint != fingerprint(request, by):
            raise AlreadyExists(
                "This requestId was used for something else; send a new one",
                reason="REQUEST_ID_REUSED",
                metadata={"field": "requestId"},
            )
        return expense_id, known

    def _event(self, access: TripAccess, event_id: str, happened: Happened, expense_id: str, made: Expense) -> Event:
        return Event(
            event_id=event_id,
            type=f"trip.{made.kind}_{happened}.v1",
            trip_id=access.trip_id,
            actor=access.caller.uid,
            at=made.updated_at,
            data={
                "name": access.caller.name or "Traveller",
                "expenseId": expense_id,
                "title": made.title,
                "amount": made.amount,
                "currency": made.currency,
                "people": sorted(made.people),
            },
        )

    def _publishing(self, done: tuple[Expense, Event | None]) -> Expense:
        expense, event = done
        if event:
            self._outbox.publish(event)
        return expense


def _replayable_id(access: TripAccess, request_id: str) -> str:
    return hashlib.sha256(f"{access.caller.uid}/{access.trip_id}/expense/{request_id}".encode()).hexdigest()[:20]
