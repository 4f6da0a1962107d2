"""Splitting an amount, to the smallest unit: pure, integers in and integers out, minor units of one currency.

Rounding is by largest remainders (Hamilton's method): everybody gets their exact share rounded towards zero, and the
units that are left go, one each, to those who lost most by it. So the parts sum to the whole and none is a unit off its
exact share. Equal remainders are ordered by a hash of `salt` and the person's id: the same for the same expense, and
over many expenses the odd cent does not always meet the same person.
"""

import hashlib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

from shared.runtime.errors import InvalidArgument

BASIS_POINTS = 10_000
"""The whole, for percentages: 1250 basis points are 12.5 %."""


def by_weights(amount: int, weights: Mapping[str, int | Fraction], salt: str = "") -> dict[str, int]:
    """The amount in proportion to weights, which are not negative; a negative amount (a refund) mirrors a positive one.

    Raises InvalidArgument (SPLIT_INVALID) if a weight is negative or none is positive.
    """
    scale = lcm(*(weight.denominator for weight in weights.values()))
    whole_weights = {person: int(weight * scale) for person, weight in weights.items()}
    whole = sum(whole_weights.values())
    if whole <= 0 or min(whole_weights.values()) < 0:
        raise invalid("shares must not be negative, and one at least must be positive")
    exact = {person: divmod(abs(amount) * weight, whole) for person, weight in whole_weights.items()}
    parts = {person: quotient for person, (quotient, _) in exact.items()}
    left = abs(amount) - sum(parts.values())
    unlucky = sorted(weights, key=lambda person: (-exact[person][1], _ticket(salt, person))) if left else []
    for person in unlucky[:left]:
        parts[person] += 1
    return parts if amount >= 0 else {person: -part for person, part in parts.items()}


def equally(amount: int, people: Sequence[str], salt: str = "") -> dict[str, int]:
    """The amount in equal parts. Raises InvalidArgument (SPLIT_INVALID) if there is nobody."""
    return by_weights(amount, dict.fromkeys(people, 1), salt)


def by_percentages(amount: int, basis_points: Mapping[str, int], salt: str = "") -> dict[str, int]:
    """The amount by basis points. Raises InvalidArgument (SPLIT_INVALID) if they are not 10000, 100 %, in all."""
    if (whole := sum(basis_points.values())) != BASIS_POINTS:
        raise invalid(f"the percentages must be {BASIS_POINTS} basis points in all, not {whole}")
    if min(basis_points.values()) < 0:
        raise invalid("no percentage may be negative")
    return by_weights(amount, basis_points, salt)


def exactly(amount: int, parts: Mapping[str, int], field: str = "split") -> dict[str, int]:
    """Parts as given. Raises InvalidArgument (SPLIT_INVALID) if they do not sum to the amount, or one opposes it.

    `field` is what the error names.
    """
    if (whole := sum(parts.values())) != amount:
        raise invalid(f"the parts must sum to {amount}, not {whole}", field)
    if any(part * amount < 0 for part in parts.values()):
        raise invalid("no part may have the opposite sign of the amount", field)
    return dict(parts)


def by_items(amount: int, items: Sequence[tuple[int, Sequence[str]]], extra: int, salt: str = "") -> dict[str, int]:
    """A bill, item by item: (price, who shares it equally). `extra`, tax and tip, goes in proportion to that.

    A discount is an item with a negative price. Everything is rounded once, at the end. Raises InvalidArgument
    (SPLIT_INVALID) if items and extra do not sum to the amount, or somebody's items come to less than nothing.
    """
    prices = sum(price for price, _ in items)
    if prices + extra != amount:
        raise invalid(f"items, tax and tip must sum to {amount}, not {prices + extra}")
    if prices * amount <= 0:
        raise invalid("the items must not sum to nothing, nor oppose the amount")
    sign = 1 if amount > 0 else -1
    subtotals: dict[str, Fraction] = {}
    for price, people in items:
        for person in people:
            subtotals[person] = subtotals.get(person, Fraction()) + Fraction(sign * price, len(people))
    if min(subtotals.values()) < 0:
        raise invalid("nobody's items may come to less than nothing; say who shares the discount")
    return by_weights(amount, subtotals, salt)


def invalid(problem: str, field: str = "split") -> InvalidArgument:
    """The error of a split that does not add up."""
    return InvalidArgument(f"This cannot be split so: {problem}.", reason="SPLIT_INVALID", metadata={"field": field})


def _ticket(salt: str, person: str) -> bytes:
    return hashlib.sha256(f"{salt}/{person}".encode()).digest()
