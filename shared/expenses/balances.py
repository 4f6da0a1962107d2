"""Who is owed and who owes: pure, in minor units, each currency for itself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol


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
