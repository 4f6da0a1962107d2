"""Settling up with few transfers: pure, minor units of one currency.

A set of n people whose balances sum to zero is settled by at most n - 1 transfers, and no fewer will do unless a part
of it sums to zero by itself. So the fewest transfers are: people minus the largest number of zero-sum parts. To find
those is NP-hard (T. Verhoeff, "Settling Multiple Debts Efficiently: An Invitation to Computing Science", Informatics in
Education 3(1), 2004). Two people with opposite balances are always one part of some best partition: wherever else they
were, the rest of their parts sums to zero too. For what remains of a small group the partition is found exactly, by
going over its subsets in O(n 2^n); a large group is settled as one part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EXACT_UP_TO = 14
"""People, after opposite pairs, for whom the fewest transfers are found: 16,384 subsets, some 20 ms."""

_Balance = tuple[str, int]


@dataclass(frozen=True)
class Transfer:
    """`payer` gives `receiver` an amount, which is positive."""

    payer: str
    receiver: str
    amount: int


@dataclass(frozen=True)
class Settlement:
    """Transfers that bring all balances to zero; `fewest` if it is known that no fewer would do."""

    transfers: tuple[Transfer, ...]
    fewest: bool


def settle(balances: Mapping[str, int]) -> Settlement:
    """Transfers for balances that sum to zero (positive: is owed), at most one less than people; same in, same out.

    Raises ValueError if they do not sum to zero.
    """
    if sum(balances.values()) != 0:
        raise ValueError("balances must sum to zero")
    pairs, rest = _opposites(sorted((person, balance) for person, balance in balances.items() if balance))
    fewest = len(rest) <= EXACT_UP_TO
    parts = [*pairs, *(_zero_sum_parts(rest) if fewest else [rest])]
    return Settlement(tuple(transfer for part in parts for transfer in _chain(part)), fewest)


def _opposites(people: Sequence[_Balance]) -> tuple[list[list[_Balance]], list[_Balance]]:
    """Pairs with opposite balances, and everybody else."""
    waiting: dict[int, list[_Balance]] = {}
    pairs: list[list[_Balance]] = []
    for person, balance in people:
        if partners := waiting.get(-balance):
            pairs.append([partners.pop(0), (person, balance)])
        else:
            waiting.setdefault(balance, []).append((person, balance))
    return pairs, sorted(one for left in waiting.values() for one in left)


def _zero_sum_parts(people: Sequence[_Balance]) -> list[list[_Balance]]:
    """The people in as many parts that sum to zero as there can be.

    `most[subset]` is how often the running sum of a subset can return to zero when its members are added one by one in
    the best order; going back along that order cuts the whole at each return.
    """
    size = 1 << len(people)
    total = [0] * size
    most = [0] * size
    last = [0] * size
    for subset in range(1, size):
        low = subset & -subset
        total[subset] = total[subset ^ low] + people[low.bit_length() - 1][1]
        best, left = -1, subset
        while left:
            bit = left & -left
            left ^= bit
            if most[subset ^ bit] > best:
                best, last[subset] = most[subset ^ bit], bit
        most[subset] = best + (total[subset] == 0)
    parts: list[list[_Balance]] = []
    subset = size - 1
    while subset:
        if total[subset] == 0:
            parts.append([])
        parts[-1].append(people[last[subset].bit_length() - 1])
        subset ^= last[subset]
    return parts


def _chain(part: Sequence[_Balance]) -> list[Transfer]:
    """The largest debt pays the largest credit, until nothing is left; each transfer settles one of the two."""
    debts = sorted(((person, -balance) for person, balance in part if balance < 0), key=_largest_last)
    credits = sorted(((person, balance) for person, balance in part if balance > 0), key=_largest_last)
    transfers: list[Transfer] = []
    while debts and credits:
        (payer, debt), (receiver, credit) = debts.pop(), credits.pop()
        amount = min(debt, credit)
        transfers.append(Transfer(payer, receiver, amount))
        if debt > amount:
            debts = sorted([*debts, (payer, debt - amount)], key=_largest_last)
        if credit > amount:
            credits = sorted([*credits, (receiver, credit - amount)], key=_largest_last)
    return transfers


def _largest_last(one: _Balance) -> tuple[int, str]:
    return one[1], one[0]
