"""Random ledgers: nothing is lost to the smallest unit, and settling takes no transfer too many.

TRAVVY_LEDGERS says how many (1,000 if it is not set).
"""

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pytest

from shared.expenses import split
from shared.expenses.balances import balances, in_groups
from shared.expenses.freezing import freeze
from shared.expenses.settle import EXACT_UP_TO, settle
from shared.money import reference_rates

LEDGERS = int(os.environ.get("TRAVVY_LEDGERS", "1000"))
BATCHES = 10
CURRENCIES = ("EUR", "JPY", "USD", "KWD")


@dataclass(frozen=True)
class Entered:
    currency: str
    paid: Mapping[str, int]
    owed: Mapping[str, int]

    @property
    def amount(self) -> int:
        return sum(self.paid.values())


def cut(choose: random.Random, amount: int, people: Sequence[str]) -> dict[str, int]:
    """An amount cut at random, as people type it in."""
    cuts = sorted(choose.randint(0, abs(amount)) for _ in people[1:])
    sign = 1 if amount > 0 else -1
    bounds = [0, *cuts, abs(amount)]
    return {person: sign * (high - low) for person, low, high in zip(people, bounds[:-1], bounds[1:], strict=True)}


def some(choose: random.Random, people: Sequence[str]) -> list[str]:
    return choose.sample(people, choose.randint(1, len(people)))


def a_split(choose: random.Random, amount: int, people: Sequence[str]) -> dict[str, int]:
    sharing, salt = some(choose, people), str(choose.random())
    match choose.randrange(5):
        case 0:
            return split.equally(amount, sharing, salt)
        case 1:
            weights = {person: choose.randint(0, 5) for person in sharing}
            return split.by_weights(amount, weights | {sharing[0]: 1}, salt)
        case 2:
            return split.by_percentages(amount, cut(choose, split.BASIS_POINTS, sharing), salt)
        case 3:
            return split.exactly(amount, cut(choose, amount, sharing))
        case _:
            names = [str(number) for number in range(choose.randint(1, 6))]
            priced = {name: price for name, price in cut(choose, amount, names).items() if price}
            extra = choose.randint(0, 9) if amount > 0 else 0
            items = [(price, some(choose, people)) for price in priced.values()]
            return split.by_items(amount + extra, items, extra, salt)


def ledger(choose: random.Random) -> list[Entered]:
    """Expenses, refunds and payments of a few people; small amounts too, so that balances coincide."""
    people = [f"p{number}" for number in range(choose.randint(1, 14))]
    people[-1] = f"guest:{people[-1]}"
    most = choose.choice((3, 50, 10_000, 10**12))
    entries = []
    for _ in range(choose.randint(1, 15)):
        amount = choose.randint(1, most) * choose.choice((1, 1, 1, -1))
        if len(people) > 1 and choose.random() < 0.2:
            payer, receiver = choose.sample(people, 2)
            paid, owed = {payer: abs(amount)}, {receiver: abs(amount)}
        else:
            owed = a_split(choose, amount, people)
            paid = cut(choose, sum(owed.values()), some(choose, people))
        entries.append(Entered(choose.choice(CURRENCIES), paid, owed))
    return entries


def fewest_transfers(amounts: Sequence[int]) -> int:
    """By trying every first payment: the first person settles with each other one of opposite sign."""

    @cache
    def search(left: tuple[int, ...]) -> int:
        if not left:
            return 0
        first, rest = left[0], left[1:]
        best = len(left)
        for index, other in enumerate(rest):
            if first * other < 0:
                merged = [*rest[:index], *([first + other] if first + other else []), *rest[index + 1 :]]
                best = min(best, 1 + search(tuple(sorted(merged))))
        return best

    return search(tuple(sorted(amount for amount in amounts if amount)))


def check_settlement(people: Mapping[str, int]) -> None:
    owing = [person for person, balance in people.items() if balance]
    found = settle(people)
    left = dict(people)
    for transfer in found.transfers:
        assert transfer.amount > 0
        left[transfer.payer] += transfer.amount
        left[transfer.receiver] -= transfer.amount
    assert not any(left.values())
    assert len(found.transfers) <= max(0, len(owing) - 1)
    assert found.fewest or len(owing) > EXACT_UP_TO
    if len(owing) <= 7:
        assert settle(dict(sorted(people.items(), reverse=True))) == found
        assert len(found.transfers) == fewest_transfers(list(people.values()))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_ledgers_add_up_and_settle(batch: int) -> None:
    for number in range(LEDGERS // BATCHES):
        choose = random.Random(f"{batch}/{number}")
        entries = ledger(choose)
        frozen = [
            freeze(one.amount, one.currency, "EUR", one.paid, one.owed, rates=reference_rates()) for one in entries
        ]
        for entry in [*entries, *frozen]:
            assert sum(entry.owed.values()) == entry.amount == sum(entry.paid.values())
        for found in (balances(entries), balances(frozen)):
            for people in found.values():
                assert sum(people.values()) == 0
                check_settlement(people)
                names = sorted(people)
                couples = [names[:2], names[2:5]]
                check_settlement(in_groups(people, [couple for couple in couples if couple]))


def parts_by_brute_force(amounts: Sequence[int]) -> int:
    """The largest number of zero-sum parts, by going over all partitions."""

    def search(index: int, sums: list[int]) -> int:
        if index == len(amounts):
            return len(sums) if not any(sums) else 0
        best = 0
        for at in range(len(sums)):
            sums[at] += amounts[index]
            best = max(best, search(index + 1, sums))
            sums[at] -= amounts[index]
        sums.append(amounts[index])
        best = max(best, search(index + 1, sums))
        sums.pop()
        return best

    return search(0, [])


def hidden_groups(choose: random.Random, size: int) -> list[int]:
    """Balances none of which is zero, of groups that settle among themselves, mixed; few amounts, so that other groups
    do by chance."""
    most = choose.choice((3, 12, 10**6))
    amounts: list[int] = []
    while len(amounts) < size:
        left = size - len(amounts)
        group = left if left < 4 else choose.randint(2, left - 2)
        own = [choose.choice((-1, 1)) * choose.randint(1, most) for _ in range(group - 1)]
        if sum(own):
            amounts += [*own, -sum(own)]
    choose.shuffle(amounts)
    return amounts


@pytest.mark.parametrize("size", range(2, 11))
def test_up_to_ten_people_settle_with_the_fewest_transfers(size: int) -> None:
    """Of 10 people there are 115,975 partitions."""
    for number in range(max(3, LEDGERS // 100) if size < 9 else max(2, LEDGERS // 500)):
        amounts = hidden_groups(random.Random(f"{size}/{number}"), size)
        people = {f"p{index}": amount for index, amount in enumerate(amounts)}
        check_settlement(people)
        assert len(settle(people).transfers) == size - parts_by_brute_force(amounts)


def test_the_twelve_of_the_paper_take_few_transfers() -> None:
    """Three groups of four that sum to zero, hidden among each other."""
    amounts = [101, 203, -150, -154, 307, -411, 60, 44, 999, -1001, 13, -11]
    found = settle({f"p{index}": amount for index, amount in enumerate(amounts)})
    assert (len(found.transfers), found.fewest) == (9, True)


def test_a_large_group_is_settled_all_the_same() -> None:
    choose = random.Random(7)
    people = {f"p{index}": choose.randint(-(10**9), 10**9) for index in range(149)}
    people["last"] = -sum(people.values())
    check_settlement(people)
    assert not settle(people).fewest


def test_balances_that_do_not_sum_to_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="zero"):
        settle({"ana": 1})


def test_no_part_is_a_unit_off_its_exact_share() -> None:
    for number in range(LEDGERS):
        choose = random.Random(number)
        weights = {f"p{index}": choose.randint(0, 1000) for index in range(choose.randint(2, 12))} | {"q": 1}
        amount = choose.randint(-100_000, 100_000)
        parts = split.by_weights(amount, weights, str(number))
        whole = sum(weights.values())
        assert sum(parts.values()) == amount
        assert all(abs(parts[one] - Fraction(amount * weight, whole)) < 1 for one, weight in weights.items())
