"""Who is owed and who owes: pure, in minor units, each currency for itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from shared.expenses.freezing import in_proportion
from shared.money import Rates, UnknownCurrencyError, convert


class Entry(Protocol):
    """An expense, a refund or a payment. What was paid and what is owed both sum to its amount."""

    @property
    def currency(self) -> str: ...

    @property
    def paid(self) -> Mapping[str, int]: ...

    @property
    def owed(self) -> Mapping[str, int]: ...


def balances(entries: Iterable[Entry]) -> dict[str, dict[str, int]]:
    """By currency, what each person has paid beyond what they owe; negative is debt. The sum in a currency is zero."""
    found: dict[str, dict[str, int]] = {}
    for entry in entries:
        people = found.setdefault(entry.currency, {})
        for person, paid in entry.paid.items():
            people[person] = people.get(person, 0) + paid
        for person, owed in entry.owed.items():
            people[person] = people.get(person, 0) - owed
    return found


def in_one(accounts: Mapping[str, Mapping[str, int]], target: str, rates: Rates) -> dict[str, dict[str, int]]:
    """The balances of other currencies added to those in `target`; a currency without a rate stays for itself.

    Credits and debts are each converted as one sum, so that balances still sum to zero, and who was even stays so.
    """
    found: dict[str, dict[str, int]] = {}
    for currency, people in accounts.items():
        try:
            whole = convert(sum(max(balance, 0) for balance in people.values()), currency, target, rates)
        except UnknownCurrencyError:
            found.setdefault(currency, {}).update(people)
            continue
        account = found.setdefault(target, {})
        for sign in (1, -1):
            side = {person: balance for person, balance in people.items() if balance * sign > 0}
            for person, part in (in_proportion(sign * whole, side) if side else {}).items():
                account[person] = account.get(person, 0) + part
        for person in people:
            account.setdefault(person, 0)
    return found


def merged(people: Mapping[str, int], claims: Mapping[str, str]) -> dict[str, int]:
    """The balances with those of each claimed guest added to the member's who claimed them."""
    found: dict[str, int] = {}
    for person, balance in people.items():
        party = claims.get(person, person)
        found[party] = found.get(party, 0) + balance
    return found


def in_groups(people: Mapping[str, int], groups: Iterable[Sequence[str]]) -> dict[str, int]:
    """The balances with each family or couple as one, under the id of the first in it, who settles for all."""
    head = {person: group[0] for group in groups for person in group}
    return merged(people, head)
