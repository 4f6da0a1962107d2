"""The rate of an expense in another currency, frozen when it is entered: pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from shared.expenses import split
from shared.expenses.models import Converted
from shared.money import Rates, UnknownCurrencyError, exponent
from shared.runtime.errors import InvalidArgument

_DIGITS = Context(prec=12)
MAX_AMOUNT = 10**15
"""Whole numbers up to here are exact in every client, JavaScript's included."""


def freeze(
    amount: int,
    currency: str,
    target: str,
    paid: Mapping[str, int],
    owed: Mapping[str, int],
    *,
    rates: Rates,
    given: Decimal | None = None,
    salt: str = "",
) -> Converted:
    """What was paid and what is owed, in minor units of `target`, at a rate that stays.

    The rate says how many major units of `target` one of `currency` is: `given` by somebody (their bank's), else the
    reference rate. The amount is converted and rounded once, half a unit away from zero; its parts keep their
    proportions. Raises InvalidArgument (RATE_UNKNOWN: nobody gave one and there is none, AMOUNT_TOO_LARGE).
    """
    if currency == target:
        return Converted(currency=target, amount=amount, paid=dict(paid), owed=dict(owed), rate="1", source="same")
    try:
        rate = given or _DIGITS.divide(rates.rate(target), rates.rate(currency))
        scaled = (amount * rate).scaleb(exponent(target) - exponent(currency))
    except UnknownCurrencyError as error:
        raise InvalidArgument(
            f"There is no rate for {error.currency}; give one: how many {target} is one {currency}?",
            reason="RATE_UNKNOWN",
            metadata={"field": "rate", "currency": error.currency},
        ) from None
    converted = int(scaled.quantize(Decimal(1), ROUND_HALF_UP))
    if abs(converted) > MAX_AMOUNT:
        raise InvalidArgument(
            "That is too much money at this rate.", reason="AMOUNT_TOO_LARGE", metadata={"field": "rate"}
        )
    return Converted(
        currency=target,
        amount=converted,
        paid=in_proportion(converted, paid, salt),
        owed=in_proportion(converted, owed, salt),
        rate=f"{rate:f}",
        source="person" if given else "reference",
        as_of=None if given else rates.as_of.isoformat(),
    )


def in_proportion(amount: int, parts: Mapping[str, int], salt: str = "") -> dict[str, int]:
    """An amount in the proportions of parts that all have one sign and are not all zero."""
    return split.by_weights(amount, {person: abs(part) for person, part in parts.items()}, salt)
