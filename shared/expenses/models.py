"""Stored documents of expenses: `trips/{t}/expenses/{id}`, which members read by listener, and what is kept with them.

`trips/{t}/settings/costs` says when everybody was there, and who settles as one.
`expenses/{id}/audit/{version}` says who made that version, when, and what it changed; it is written once.
"""

import datetime
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from shared.documents import Document, Instant

Category = Literal["sight", "food", "stay", "transport", "activity", "other"]


class SplitKind(StrEnum):
    EQUAL = "equal"
    SHARES = "shares"
    PERCENTAGES = "percentages"
    EXACT = "exact"
    ITEMISED = "itemised"


class Item(Document):
    """A line of a bill, shared equally by some."""

    text: str
    amount: int
    participants: tuple[str, ...]


class Split(Document):
    """How it was split, as entered. `parts` are shares, basis points or minor units, as the kind says."""

    kind: SplitKind
    participants: tuple[str, ...] = ()
    parts: dict[str, int] = Field(default_factory=dict)
    items: tuple[Item, ...] = ()
    tax: int = 0
    tip: int = 0


class Converted(Document):
    """An expense in the trip's currency, at the rate of its entry: `currency` units for one of the expense's."""

    currency: str
    amount: int
    paid: dict[str, int]
    owed: dict[str, int]
    rate: str
    source: Literal["same", "person", "reference"]
    as_of: str | None = None


class Expense(Document):
    """Money spent for the group, refunded to it (negative), or paid by one to another to settle (`payment`).

    In minor units of `currency`; `paid` and `owed` say by whom and each sum to `amount`. The fingerprints recognise a
    resend: of the request that made this version, and of the one that made the first.
    """

    kind: Literal["expense", "payment"]
    title: str
    category: Category = "other"
    amount: int
    currency: str
    date: str
    notes: str = ""
    paid: dict[str, int]
    owed: dict[str, int]
    split: Split | None = None
    converted: Converted
    by: str
    created_at: Instant
    updated_by: str
    updated_at: Instant
    removed_at: Instant | None = None
    fingerprint: str
    request_fingerprint: str
    version: int = 1

    @property
    def people(self) -> set[str]:
        """Everybody named in it."""
        items = self.split.items if self.split else ()
        return {*self.paid, *self.owed, *(person for item in items for person in item.participants)}


class Stay(Document):
    """The first and the last day that somebody is there; None is the trip's own."""

    first: str | None = None
    last: str | None = None

    def includes(self, day: datetime.date) -> bool:
        return (not self.first or self.first <= day.isoformat()) and (not self.last or day.isoformat() <= self.last)


class People(Document):
    """Stays of those who are not there all the time, and who settles as one. Members and guests are the trip's."""

    stays: dict[str, Stay] = Field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    updated_by: str = ""
    updated_at: Instant | None = None
    version: int = 0

    def present(
        self, travellers: Iterable[str], day: datetime.date | None, claims: Mapping[str, str] = MappingProxyType({})
    ) -> list[str]:
        """Those of the travellers who are there on a day (None: on some day).

        Who has claimed a guest (`claims`) and has no stay of their own is there when the guest is.
        """
        return [one for one in travellers if day is None or self._is_there(one, day, claims)]

    def _is_there(self, person: str, day: datetime.date, claims: Mapping[str, str]) -> bool:
        names = [person] if person in self.stays else [guest for guest, uid in claims.items() if uid == person]
        stays = [self.stays[name] for name in names if name in self.stays]
        return not stays or any(stay.includes(day) for stay in stays)


class Action(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


class AuditEntry(Document):
    """Who made a version of an expense. `changes` gives each field's value before and after."""

    version: int
    action: Action
    by: str
    at: Instant
    changes: dict[str, dict[str, Any]]
