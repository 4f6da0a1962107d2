"""From what people enter to what is stored: split, converted, signed. Without I/O."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from shared.expenses import split
from shared.expenses.freezing import freeze, in_proportion
from shared.expenses.models import Converted, Expense, Item, People, Split, SplitKind
from shared.expenses.requests import AddExpenseRequest, EditExpenseRequest, ItemInput, PayRequest, SplitInput
from shared.money import Rates, is_known
from shared.runtime.errors import InvalidArgument
from shared.runtime.models import Request
from shared.trips.models import Trip


@dataclass(frozen=True)
class Entering:
    """Who enters something, when, in which trip; `expense_id` also decides who gets the odd cent.

    `in_use` gives everybody in the ledger. It is asked only about people who are neither members nor guests: whoever
    left keeps their debts and credits.
    """

    expense_id: str
    by: str
    trip: Trip
    people: People
    rates: Rates
    now: datetime
    in_use: Callable[[], set[str]]

    def expense(self, request: AddExpenseRequest | EditExpenseRequest, before: Expense | None = None) -> Expense:
        """An expense as it is stored; with `before`, the next version of that, split and paid alike unless it says how.

        Raises InvalidArgument: SPLIT_INVALID, CURRENCY_UNKNOWN, RATE_UNKNOWN, AMOUNT_TOO_LARGE, PERSON_UNKNOWN,
        NOBODY_PRESENT.
        """
        _check_money(request.currency, request.amount)
        kept_split = None if before is None or "split" in request.model_fields_set else before.split
        how = kept_split or self._resolved(request.split, request.date)
        if before is not None and request.paid is None:
            paid = in_proportion(request.amount, before.paid, self.expense_id)
        else:
            paid = split.exactly(request.amount, self._once(request.paid or {self.by: request.amount}), "paid")
        owed = _owed(request.amount, how, self.expense_id)
        kept = None if before is None or request.rate or before.currency != request.currency else before.converted
        made = self._signed(request, "expense", paid, owed, kept)
        update: dict[str, object] = {"title": request.title, "category": request.category, "split": how}
        if before:
            update |= {"by": before.by, "created_at": before.created_at, "version": before.version + 1}
            update["request_fingerprint"] = before.request_fingerprint
            if kept:
                origin = {"source": kept.source, "as_of": kept.as_of}
                update["converted"] = made.converted.model_copy(update=origin)
        made = made.model_copy(update=update)
        self._check_people(made)
        return made

    def payment(self, request: PayRequest) -> Expense:
        """A payment as it is stored. Raises InvalidArgument as `expense`."""
        _check_money(request.currency, request.amount)
        if len(self._once({request.from_id: 1, request.to_id: 1})) == 1:
            raise split.invalid("the guest who pays and the account that is paid are one person", "toId")
        paid, owed = {request.from_id: request.amount}, {request.to_id: request.amount}
        made = self._signed(request, "payment", paid, owed)
        self._check_people(made)
        return made

    def _signed(
        self,
        request: AddExpenseRequest | EditExpenseRequest | PayRequest,
        kind: Literal["expense", "payment"],
        paid: dict[str, int],
        owed: dict[str, int],
        kept: Converted | None = None,
    ) -> Expense:
        """`kept` is the conversion whose currency and rate stay."""
        target, rate = (kept.currency, Decimal(kept.rate)) if kept else (self.trip.currency, request.rate)
        currency, salt, mark = request.currency, self.expense_id, fingerprint(request, self.by)
        return Expense(
            kind=kind,
            title="",
            amount=request.amount,
            currency=currency,
            date=request.date.isoformat(),
            notes=request.notes,
            paid=paid,
            owed=owed,
            converted=freeze(request.amount, currency, target, paid, owed, rates=self.rates, given=rate, salt=salt),
            by=self.by,
            created_at=self.now,
            updated_by=self.by,
            updated_at=self.now,
            fingerprint=mark,
            request_fingerprint=mark,
        )

    def _resolved(self, entered: SplitInput, day: date) -> Split:
        """The split with everybody named: who is there on the day shares what names nobody."""

        def resolved(item: ItemInput) -> Item:
            return Item(text=item.text, amount=item.amount, participants=self._sharing(item.participants, day))

        return Split(
            kind=entered.kind,
            participants=self._sharing(entered.participants, day) if entered.kind == SplitKind.EQUAL else (),
            parts=self._once(entered.parts or {}),
            items=tuple(resolved(item) for item in entered.items or ()),
            tax=entered.tax,
            tip=entered.tip,
        )

    def _sharing(self, named: list[str] | None, day: date) -> tuple[str, ...]:
        if named is not None:
            return tuple(self._once(dict.fromkeys(named, 1)))
        present = self.people.present(self.trip.travellers, day, self.trip.claims)
        if not present:
            raise InvalidArgument(
                "Nobody is there on that day; say who shares this.",
                reason="NOBODY_PRESENT",
                metadata={"field": "split"},
            )
        return tuple(present)

    def _once(self, parts: Mapping[str, int]) -> dict[str, int]:
        """A guest named beside the account that they are is one person: the sum, under the first of the names."""
        names: dict[str, str] = {}
        found: dict[str, int] = {}
        for person, part in parts.items():
            name = names.setdefault(self.trip.claims.get(person, person), person)
            found[name] = found.get(name, 0) + part
        return found

    def _check_people(self, made: Expense) -> None:
        unknown = made.people - self.trip.known_people
        if unknown:
            require_known(unknown, self.in_use())


def require_known(named: Iterable[str], known: set[str]) -> None:
    """Raises InvalidArgument (PERSON_UNKNOWN) for whoever is neither a member nor a guest."""
    if unknown := sorted({*named} - known):
        raise InvalidArgument(
            "Somebody named here is neither a member nor a guest of the trip.",
            reason="PERSON_UNKNOWN",
            metadata={"people": unknown},
        )


def fingerprint(request: Request, by: str) -> str:
    """Recognises the same request of the same person."""
    return hashlib.sha256(f"{by}/{request.model_dump_json()}".encode()).hexdigest()


def _owed(amount: int, how: Split, salt: str) -> dict[str, int]:
    match how.kind:
        case SplitKind.EQUAL:
            return split.equally(amount, how.participants, salt)
        case SplitKind.SHARES:
            return split.by_weights(amount, how.parts, salt)
        case SplitKind.PERCENTAGES:
            return split.by_percentages(amount, how.parts, salt)
        case SplitKind.EXACT:
            return split.exactly(amount, how.parts)
        case SplitKind.ITEMISED:
            items = [(item.amount, item.participants) for item in how.items]
            return split.by_items(amount, items, how.tax + how.tip, salt)


def _check_money(currency: str, amount: int) -> None:
    if not is_known(currency):
        raise InvalidArgument(
            f"{currency} is not a currency in use.", reason="CURRENCY_UNKNOWN", metadata={"field": "currency"}
        )
    if amount == 0:
        raise split.invalid("the amount must not be zero", "amount")
