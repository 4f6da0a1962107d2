"""What callers of the expense functions send and get. Amounts are minor units (cents, yen) of an ISO 4217 currency."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared.expenses.models import Action, AuditEntry, Category, Expense, People, Split, SplitKind
from shared.runtime.models import Request, Response
from shared.trips.requests import Currency, MoneyView, Name, RequestId, TripId

MAX_SHARING = 150
MAX_ITEMS = 200
MAX_MINOR_UNITS = 10**12

ExpenseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{20}$")]
GuestId = Annotated[str, StringConstraints(pattern=r"^guest:[A-Za-z0-9_-]{1,40}$")]
PersonId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Amount = Annotated[int, Field(ge=-MAX_MINOR_UNITS, le=MAX_MINOR_UNITS)]
Parts = Annotated[dict[PersonId, Amount], Field(min_length=1, max_length=MAX_SHARING)]
Participants = Annotated[list[PersonId], Field(min_length=1, max_length=MAX_SHARING)]
Rate = Annotated[Decimal, Field(gt=0, lt=10**12, max_digits=20, decimal_places=10)]
Version = Annotated[int, Field(ge=1)]


class ItemInput(Request):
    """A line of a bill. Without `participants`, all who are there on the day share it."""

    text: Name
    amount: Amount
    participants: Participants | None = None


class SplitInput(Request):
    """`equal` among `participants` (without: all who are there on the day); by `parts`, which are `shares`,
    `percentages` in basis points (10000 in all) or `exact` amounts; or `itemised`, `tax` and `tip` in proportion."""

    kind: SplitKind = SplitKind.EQUAL
    participants: Participants | None = None
    parts: Parts | None = None
    items: list[ItemInput] | None = Field(default=None, min_length=1, max_length=MAX_ITEMS)
    tax: Amount = 0
    tip: Amount = 0

    @model_validator(mode="after")
    def _fields_of_its_kind(self) -> Self:
        wanted = {SplitKind.EQUAL: "participants", SplitKind.ITEMISED: "items"}.get(self.kind, "parts")
        for name in ("participants", "parts", "items"):
            if name != wanted and getattr(self, name) is not None:
                raise ValueError(f"{name} is not for a split of the kind {self.kind}")
        if wanted != "participants" and getattr(self, wanted) is None:
            raise ValueError(f"a split of the kind {self.kind} needs {wanted}")
        if self.kind != SplitKind.ITEMISED and (self.tax or self.tip):
            raise ValueError("tax and tip are for itemised splits")
        return self


class _Entered(Request):
    """What people enter. A negative amount is a refund; without `paid` the caller paid it all.

    `rate`, a decimal string, is how many of the trip's currency one of `currency` is; without it, the reference rate.
    """

    trip_id: TripId
    title: Name
    amount: Amount
    currency: Currency
    date: date
    category: Category = "other"
    notes: Annotated[str, StringConstraints(max_length=2000)] = ""
    paid: Parts | None = None
    split: SplitInput = SplitInput()
    rate: Rate | None = None


class AddExpenseRequest(_Entered):
    """A new expense. The same `requestId` from the same caller answers with the one made the first time."""

    request_id: RequestId | None = None


class EditExpenseRequest(_Entered):
    """An expense as it should be, made from `version` of it. The rate stays unless it or the currency is changed."""

    expense_id: ExpenseId
    version: Version


class RemoveExpenseRequest(Request):
    """An expense or payment to take out of the sums; it is kept."""

    trip_id: TripId
    expense_id: ExpenseId
    version: Version


class PayRequest(Request):
    """A payment from one person to another that has been made."""

    trip_id: TripId
    from_id: PersonId
    to_id: PersonId
    amount: Annotated[int, Field(ge=1, le=MAX_MINOR_UNITS)]
    currency: Currency
    date: date
    notes: Annotated[str, StringConstraints(max_length=2000)] = ""
    rate: Rate | None = None
    request_id: RequestId | None = None

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if self.from_id == self.to_id:
            raise ValueError("fromId and toId are the same person")
        return self


class StayInput(Request):
    """The days on which somebody is there, both included; without one, from or to the trip's own."""

    first: date | None = None
    last: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.last and self.last < self.first:
            raise ValueError("last is before first")
        return self


class PeopleRequest(Request):
    """Who shares costs besides the members, when each is there, and who settles as one (the first pays for all).

    It replaces what there is at `version` (0: nothing yet). A guest who occurs in an expense cannot be left out.
    """

    trip_id: TripId
    version: Annotated[int, Field(ge=0)]
    guests: dict[GuestId, Name] = Field(default={}, max_length=50)
    stays: dict[PersonId, StayInput] = Field(default={}, max_length=MAX_SHARING)
    groups: dict[Name, Annotated[list[PersonId], Field(min_length=2, max_length=20)]] = Field(default={}, max_length=50)

    @model_validator(mode="after")
    def _one_group_each(self) -> Self:
        grouped = [person for group in self.groups.values() for person in group]
        if len(set(grouped)) < len(grouped):
            raise ValueError("somebody is in two groups, or twice in one")
        return self


class SummaryRequest(Request):
    """`settle` everything in the trip's currency ("one"), or "each" currency for itself; `grouped`: families as one."""

    trip_id: TripId
    settle: Literal["one", "each"] = "one"
    grouped: bool = False


class ExpenseRequest(Request):
    trip_id: TripId
    expense_id: ExpenseId


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
    guests: dict[str, str]
    stays: dict[str, StayView]
    groups: dict[str, list[str]]
    version: int

    @classmethod
    def of(cls, people: People) -> "PeopleResponse":
        return cls(
            guests=people.guests,
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
    """Somebody's part of what is planned (equal among those who are there that day) and of what was spent."""

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
