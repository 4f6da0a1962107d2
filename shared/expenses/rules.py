"""Decisions about what is stored: versions, removal, who shares costs, the audit trail. Without I/O."""

from datetime import datetime

from shared.expenses.entering import require_known
from shared.expenses.models import Action, AuditEntry, Expense, People, Stay
from shared.expenses.requests import PeopleRequest
from shared.expenses.responses import ExpenseResponse, PeopleResponse
from shared.runtime.errors import Aborted, FailedPrecondition
from shared.trips.models import Trip

_BOOKKEEPING = {"by", "created_at", "updated_by", "updated_at", "fingerprint", "request_fingerprint", "version"}


def require_editable(known: Expense, expense_id: str, version: int) -> None:
    """Raises Aborted (VERSION_CONFLICT, with what is current) or FailedPrecondition (EXPENSE_REMOVED)."""
    if known.removed_at is not None:
        raise FailedPrecondition(
            "This has been removed.", reason="EXPENSE_REMOVED", metadata={"version": known.version}
        )
    if known.version != version:
        current = ExpenseResponse.of(expense_id, known).model_dump(mode="json", by_alias=True)
        raise Aborted(
            "Somebody else has changed this; look at it again",
            reason="VERSION_CONFLICT",
            metadata={"version": known.version, "current": current},
        )


def require_expense(known: Expense) -> None:
    """Raises FailedPrecondition (PAYMENT_FINAL) for a payment."""
    if known.kind == "payment":
        raise FailedPrecondition("A payment is not edited: remove it and record it anew.", reason="PAYMENT_FINAL")


def removed(known: Expense, by: str, now: datetime, mark: str) -> Expense:
    """The expense taken out of the sums."""
    return known.model_copy(
        update={
            "removed_at": now,
            "updated_at": now,
            "updated_by": by,
            "fingerprint": mark,
            "version": known.version + 1,
        }
    )


def is_resend(known: Expense, version: int, mark: str) -> bool:
    """Whether the request that was made from `version` is the one that led to what is known."""
    return known.version == version + 1 and known.fingerprint == mark


def people(request: PeopleRequest, *, by: str, trip: Trip, before: People, now: datetime) -> People:
    """Who is there when, as it is stored next. Raises Aborted (VERSION_CONFLICT), InvalidArgument (PERSON_UNKNOWN)."""
    wanted = People(
        stays={
            person: Stay(
                first=stay.first.isoformat() if stay.first else None, last=stay.last.isoformat() if stay.last else None
            )
            for person, stay in request.stays.items()
        },
        groups={name: tuple(group) for name, group in request.groups.items()},
        updated_by=by,
        updated_at=now,
        version=request.version + 1,
    )
    content = {"stays", "groups", "updated_by", "version"}
    if before.model_dump(include=content) == wanted.model_dump(include=content):
        return before
    if before.version != request.version:
        raise Aborted(
            "Somebody else has changed this; look at it again",
            reason="VERSION_CONFLICT",
            metadata={
                "version": before.version,
                "current": PeopleResponse.of(before).model_dump(mode="json", by_alias=True),
            },
        )
    named = {*request.stays, *(person for group in request.groups.values() for person in group)}
    grouped = {person for group in before.groups.values() for person in group}
    require_known(named, {*trip.known_people, *before.stays, *grouped})
    return wanted


def audit(after: Expense, before: Expense | None, action: Action) -> AuditEntry:
    """What a version changed."""
    new = after.model_dump(by_alias=True, mode="json", exclude=_BOOKKEEPING)
    old = before.model_dump(by_alias=True, mode="json", exclude=_BOOKKEEPING) if before else {}
    changes = {name: {"before": old.get(name), "after": value} for name, value in new.items() if old.get(name) != value}
    return AuditEntry(version=after.version, action=action, by=after.updated_by, at=after.updated_at, changes=changes)
