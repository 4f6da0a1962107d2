"""Splits, one rule at a time."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from shared.expenses import split
from shared.expenses.balances import balances, in_groups
from shared.expenses.freezing import freeze
from shared.money import reference_rates
from shared.runtime.errors import InvalidArgument


def test_the_odd_cent_is_not_always_the_same_persons() -> None:
    people = ["ana", "ben", "cleo"]
    lucky = {max(parts, key=parts.__getitem__) for salt in "abcdefgh" if (parts := split.equally(100, people, salt))}
    assert lucky == set(people)
    assert split.equally(100, people, "a") == split.equally(100, people[::-1], "a")


def test_a_refund_mirrors_the_expense() -> None:
    weights = {"ana": 2, "ben": 3, "cleo": 2}
    spent = split.by_weights(1001, weights, "x")
    assert split.by_weights(-1001, weights, "x") == {person: -part for person, part in spent.items()}


def test_percentages_are_basis_points() -> None:
    assert split.by_percentages(1000, {"ana": 3333, "ben": 6667}) == {"ana": 333, "ben": 667}


def test_tax_and_tip_follow_what_everybody_ordered_and_a_discount_lowers_it() -> None:
    bill = [(3000, ["ana"]), (1000, ["ben"]), (600, ["ana", "ben"]), (-600, ["ana", "ben"])]
    assert split.by_items(5000, bill, 1000) == {"ana": 3750, "ben": 1250}


@pytest.mark.parametrize(
    "impossible",
    [
        lambda: split.equally(100, []),
        lambda: split.by_weights(100, {"ana": 0}),
        lambda: split.by_weights(100, {"ana": 2, "ben": -1}),
        lambda: split.by_percentages(100, {"ana": 9999}),
        lambda: split.exactly(100, {"ana": 99}),
        lambda: split.exactly(100, {"ana": 150, "ben": -50}),
        lambda: split.by_items(100, [(90, ["ana"])], 9),
        lambda: split.by_items(100, [(0, ["ana"])], 100),
        lambda: split.by_items(100, [(150, ["ana"]), (-50, ["ben"])], 0),
    ],
)
def test_what_does_not_add_up_is_refused(impossible: Callable[[], object]) -> None:
    with pytest.raises(InvalidArgument) as refused:
        impossible()
    assert refused.value.reason == "SPLIT_INVALID"


@pytest.mark.parametrize(
    ("impossible", "words"),
    [
        (lambda: split.by_items(1000, [(1500, ["ana"]), (-500, ["ana", "ben"])], 0), "nobody's items"),
        (lambda: split.by_percentages(1000, {"ana": 10_001, "ben": -1}), "percentage"),
    ],
    ids=["a discount for somebody without items", "a negative percentage"],
)
def test_the_refusal_says_what_is_wrong_in_the_words_of_the_split(impossible: Callable[[], object], words: str) -> None:
    with pytest.raises(InvalidArgument, match=words):
        impossible()


def test_a_rate_is_frozen_and_the_parts_still_sum() -> None:
    frozen = freeze(1000, "JPY", "EUR", {"ana": 1000}, {"ana": 334, "ben": 333, "cleo": 333}, rates=reference_rates())
    assert (frozen.amount, sum(frozen.owed.values()), frozen.paid) == (613, 613, {"ana": 613})
    assert (frozen.rate, frozen.source, frozen.as_of) == ("0.00613271188520", "reference", "2024-12-31")
    given = freeze(
        -1000, "USD", "KWD", {"ana": -1000}, {"ben": -1000}, rates=reference_rates(), given=Decimal("0.3055")
    )
    assert (given.amount, given.rate, given.source) == (-3055, "0.3055", "person")


def test_without_a_rate_one_is_asked_for() -> None:
    with pytest.raises(InvalidArgument) as refused:
        freeze(5, "AFN", "EUR", {"ana": 5}, {"ana": 5}, rates=reference_rates())
    assert refused.value.reason == "RATE_UNKNOWN"
    given = freeze(500, "AFN", "EUR", {"ana": 500}, {"ana": 500}, rates=reference_rates(), given=Decimal("0.5"))
    assert given.amount == 250


def test_a_family_settles_as_one() -> None:
    entry = freeze(900, "EUR", "EUR", {"ana": 900}, {"ana": 300, "ben": 300, "cleo": 300}, rates=reference_rates())
    people = balances([entry])["EUR"]
    assert people == {"ana": 600, "ben": -300, "cleo": -300}
    assert in_groups(people, [["ben", "ana"]]) == {"ben": 300, "cleo": -300}
