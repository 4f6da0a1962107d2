"""What callers of the expense functions send. Amounts are minor units (cents, yen) of an ISO 4217 currency."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from shared.expenses.models import Category, SplitKind
from shared.runtime.models import Request
from shared.runtime.text import Text
from shared.trips.requests import Currency, Name, RequestId, TripId

MAX_SHARING = 150
MAX_ITEMS = 200
MAX_MINOR_UNITS = 10**12

ExpenseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{20}$")]
PersonId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Amount = Annotated[int, Field(ge=-MAX_MINOR_UNITS, le=MAX_MINOR_UNITS)]
Parts = Annotated[dict[PersonId, Amount], Field(min_length=1, max_length=MAX_SHARING)]
Participants = Annotated[list[PersonId], Field(min_length=1, max_length=MAX_SHARING)]
Rate = Annotated[Decimal, Field(gt=0, lt=10**12, max_digits=20, decimal_places=10)]
Version = Annotated[int, Field(ge=1)]
Notes = Annotated[str, Text(0, 2000)]


def _no_reserved_name(name: str) -> str:
    if name.startswith("__") and name.endswith("__"):
        raise ValueError("a name between double underscores is reserved")
    return name


GroupName = Annotated[Name, AfterValidator(_no_reserved_name)]
"""Firestore keeps the names of fields between double underscores to itself."""


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
    """What people enter. A negative amount is a refund; without `paid` the caller paid it all, if it is new.

    `rate`, a decimal string, is how many of the trip's currency one of `currency` is; without it, the reference rate.
    """

    trip_id: TripId
    title: Name
    amount: Amount
    currency: Currency
    date: date
    category: Category = "other"
    notes: Notes = ""
    paid: Parts | None = None
    split: SplitInput = SplitInput()
    rate: Rate | None = None


class AddExpenseRequest(_Entered):
    """A new expense. The same `requestId` from the same caller answers with the one made the first time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "title": "Ramen at Gion",
                    "amount": 4800,
                    "currency": "JPY",
                    "date": "2027-04-02",
                    "category": "food",
                    "paid": {"a1Xw9Lr4TzPq7sVn2bKc8dYfGh03": 4800},
                    "split": {
                        "kind": "shares",
                        "parts": {"a1Xw9Lr4TzPq7sVn2bKc8dYfGh03": 1, "b7Yt2Mn6RqWz4cXv9sLk1dJfPe50": 2},
                    },
                    "requestId": "expense-0001",
                }
            ]
        }
    )

    request_id: RequestId | None = None


class EditExpenseRequest(_Entered):
    """An expense as it should be, made from `version` of it.

    Without `paid`, those who paid before paid it in the same proportions; without `split`, it is split as before. The
    rate stays unless it or the currency is changed.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "expenseId": "e5Hn8Qv2XtLw4zRc7YpB",
                    "version": 1,
                    "title": "Ramen at Gion, with drinks",
                    "amount": 6200,
                    "currency": "JPY",
                    "date": "2027-04-02",
                    "category": "food",
                }
            ]
        }
    )

    expense_id: ExpenseId
    version: Version


class RemoveExpenseRequest(Request):
    """An expense or payment to take out of the sums; it is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "expenseId": "e5Hn8Qv2XtLw4zRc7YpB", "version": 2}]
        }
    )

    trip_id: TripId
    expense_id: ExpenseId
    version: Version


class PayRequest(Request):
    """A payment from one person to another that has been made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "fromId": "b7Yt2Mn6RqWz4cXv9sLk1dJfPe50",
                    "toId": "a1Xw9Lr4TzPq7sVn2bKc8dYfGh03",
                    "amount": 3200,
                    "currency": "JPY",
                    "date": "2027-04-05",
                    "notes": "cash",
                    "requestId": "payment-0001",
                }
            ]
        }
    )

    trip_id: TripId
    from_id: PersonId
    to_id: PersonId
    amount: Annotated[int, Field(ge=1, le=MAX_MINOR_UNITS)]
    currency: Currency
    date: date
    notes: Notes = ""
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
    """When each traveller is there, and who settles as one (the first pays for all).

    It replaces what there is at `version` (0: nothing yet).
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tripId": "Kq3vTz81mNcY5dRw0pLs",
                    "version": 0,
                    "stays": {"guest:mia": {"first": "2027-04-02", "last": "2027-04-03"}},
                    "groups": {"Family": ["a1Xw9Lr4TzPq7sVn2bKc8dYfGh03", "guest:mia"]},
                }
            ]
        }
    )

    trip_id: TripId
    version: Annotated[int, Field(ge=0)]
    stays: dict[PersonId, StayInput] = Field(default={}, max_length=MAX_SHARING)
    groups: dict[GroupName, Annotated[list[PersonId], Field(min_length=2, max_length=20)]] = Field(
        default={}, max_length=50
    )

    @model_validator(mode="after")
    def _one_group_each(self) -> Self:
        grouped = [person for group in self.groups.values() for person in group]
        if len(set(grouped)) < len(grouped):
            raise ValueError("somebody is in two groups, or twice in one")
        return self


class SummaryRequest(Request):
    """`settle` everything in the trip's currency ("one"), or "each" currency for itself; `grouped`: families as one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "settle": "one", "grouped": True}]}
    )

    trip_id: TripId
    settle: Literal["one", "each"] = "one"
    grouped: bool = False


class ExpenseRequest(Request):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"tripId": "Kq3vTz81mNcY5dRw0pLs", "expenseId": "e5Hn8Qv2XtLw4zRc7YpB"}]}
    )

    trip_id: TripId
    expense_id: ExpenseId
