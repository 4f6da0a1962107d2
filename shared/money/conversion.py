"""Converts amounts at the reference rates in `rates.json`: good for planning, not for paying."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from shared.money.currencies import UnknownCurrencyError, exponent

_FILE = Path(__file__).with_name("rates.json")


@dataclass(frozen=True)
class Rates:
    """How many major units of each currency one `base` unit buys, as of a date."""

    base: str
    as_of: date
    source: str
    per_base: Mapping[str, Decimal]

    def rate(self, currency: str) -> Decimal:
        """Raises UnknownCurrencyError."""
        if currency == self.base:
            return Decimal(1)
        try:
            return self.per_base[currency]
        except KeyError:
            raise UnknownCurrencyError(currency) from None


@cache
def reference_rates() -> Rates:
    """The rates that ship with Travvy, read once."""
    stored = json.loads(_FILE.read_text("utf-8"))
    return Rates(
        base=stored["base"],
        as_of=date.fromisoformat(stored["asOf"]),
        source=stored["source"],
        per_base={currency: Decimal(rate) for currency, rate in stored["perBase"].items()},
    )


def convert(amount: int, source: str, target: str, rates: Rates, *, round_up: bool = False) -> int:
    """Minor units of `source` in minor units of `target`; half a unit, or with `round_up` any fraction, is rounded up.

    Raises UnknownCurrencyError if one of the currencies has no rate.
    """
    if source == target:
        return amount
    major = Decimal(amount).scaleb(-exponent(source)) / rates.rate(source) * rates.rate(target)
    rounding = ROUND_CEILING if round_up else ROUND_HALF_UP
    return int(major.scaleb(exponent(target)).quantize(Decimal(1), rounding))
