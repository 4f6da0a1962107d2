"""Money as whole minor units of an ISO 4217 currency, and conversion at documented reference rates."""

from shared.money.conversion import Rates, convert, reference_rates
from shared.money.currencies import UnknownCurrencyError, exponent, from_major, in_words, is_known

__all__ = [
    "Rates",
    "UnknownCurrencyError",
    "convert",
    "exponent",
    "from_major",
    "in_words",
    "is_known",
    "reference_rates",
]
