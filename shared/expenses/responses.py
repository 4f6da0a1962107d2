"""What callers of the expense functions get. Amounts are minor units (cents, yen) of an ISO 4217 currency."""

from datetime import datetime
from typing import Any, Literal

from shared.expenses.models import Action, AuditEntry, Category, Expense, People, Split, SplitKind
from shared.runtime.models import Response
from shared.trips.requests import MoneyView


class ItemView(Response):
    text: str
    amount: int
    participants: list[str]


class SplitView(Response):
    kind: SplitKind
    participants: list[str]
    parts: dict[str, int]
    items: list[ItemView]
    tax: int
    tip: int

    @classmethod
    def of(cls, split: Split) -> "SplitView":
        items = [
            ItemView(text=item.text, amount=item.amount, participants=list(item.participants)) for item in split.items
        ]
        return cls(
            kind=split.kind,
            participants=list(split.participants),
            parts=split.parts,
            items=items,
            tax=split.tax,
            tip=split.tip,
        )


class ConvertedView(Response):
    """The same in the trip's currency, at the frozen rate."""

    currency: str
    amount: int
    paid: dict[str, int]
    owed: dict[str, int]
    rate: str
    source: Literal["same", "person", "reference"]
    as_of: str | None


class ExpenseResponse(Response):
    """An expense or a payment as it stands; `paid` and `owed` each sum to `amount`."""

    expense_id: str
    kind: Literal["expense", "payment"]
    title: str
    category: Category
    amount: int
    currency: str
    date: str
    notes: str
    paid: dict[str, int]
    owed: dict[str, int]
    split: SplitView | None
    converted: ConvertedView
    by: str
    created_at: datetime
    updated_by: str
    updated_at: datetime
    removed: bool
    version: int

    @classmethod
    def of(cls, expense_id: str, expense: Expense) -> "ExpenseResponse":
        same = ("kind", "title", "category", "amount", "currency", "date", "notes", "paid", "owed", "by", "created_at")
        return cls(
            expense_id=expense_id,
            split=SplitView.of(expense.split) if expense.split else None,
            converted=ConvertedView(**expense.converted.model_dump()),
            updated_by=expense.updated_by,
            updated_at=expense.updated_at,
            removed=expense.removed_at is not None,
            version=expense.version,
            **{name: getattr(expense, name) for name in same},
        )


class StayView(Response):
    first: str | None
    last: str | None


class PeopleResponse(Response):
    stays: dict[str, StayView]
    groups: dict[str, list[str]]
    version: int

    @classmethod
    def of(cls, people: People) -> "PeopleResponse":
        return cls(
            stays={person: StayView(first=stay.first, last=stay.last) for person, stay in people.stays.items()},
            groups={name: list(group) for name, group in people.groups.items()},
            version=people.version,
        )


class AuditView(Response):
    version: int
    action: Action
    by: str
    at: datetime
    changes: dict[str, dict[str, Any]]


class HistoryResponse(Response):
    """Every version of an expense, oldest first: who made it, and each changed field `before` and `after`."""

    versions: list[AuditView]

    @classmethod
    def of(cls, entries: list[AuditEntry]) -> "HistoryResponse":
        return cls(versions=[AuditView(**entry.model_dump()) for entry in entries])


class TransferView(Response):
    from_id: str
    to_id: str
    amount: int


class SettlementView(Response):
    """In one currency: who is owed (positive) or owes, and transfers that settle it; `fewest` if no fewer would do."""

    currency: str
    balances: dict[str, int]
    transfers: list[TransferView]
    fewest: bool


class DayView(Response):
    """A date; or a day of the plan that has none."""

    date: str | None
    day_id: str | None
    planned: int
    actual: int


class CategoryView(Response):
    category: Category
    planned: int
    actual: int


class PersonView(Response):
    """Somebody's part of what is planned (equal among those who take part) and of what was spent."""

    id: str
    planned: int
    actual: int


class SummaryResponse(Response):
    """Planned against actual, in minor units of `currency`, and who should pay whom.

    Planned costs in other currencies are at reference rates; those that have none are in `unconverted` instead.
    """

    currency: str
    budget: MoneyView | None
    planned: int
    actual: int
    days: list[DayView]
    categories: list[CategoryView]
    people: list[PersonView]
    settlements: list[SettlementView]
    unconverted: list[MoneyView]
    entries: int
