"""Currencies and their minor units (ISO 4217, table A.1)."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_TWO_DECIMALS: Final = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
    "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
    "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
    "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
    "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER "
    "ZAR ZMW ZWG"
)
_NO_DECIMALS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS: Final = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS: Final = {
    currency: digits
    for digits, currencies in ((2, _TWO_DECIMALS), (0, _NO_DECIMALS), (3, _THREE_DECIMALS))
    for currency in currencies.split()
}


class UnknownCurrencyError(ValueError):
    """Not an active ISO 4217 currency, or one for which there is no rate."""

    def __init__(self, currency: str) -> None:
        super().__init__(f"unknown currency: {currency!r}")
        self.currency = currency


def is_known(currency: str) -> bool:
    return currency in _EXPONENTS


def exponent(currency: str) -> int:
    """How many decimals the major unit has: 2 for EUR, 0 for JPY. Raises UnknownCurrencyError."""
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrencyError(currency) from None


def from_major(amount: Decimal, currency: str) -> int:
    """Minor units of an amount in major units, half a unit rounded up: 9.995 EUR is 1000."""
    return int(amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP))


def in_words(amount: int, currency: str) -> str:
    """An amount in minor units for people: 123450 EUR gives "1,234.50 EUR"; round amounts lose their decimals."""
    digits = exponent(currency)
    major = Decimal(amount).scaleb(-digits)
    decimals = 0 if major == major.to_integral_value() else digits
    return f"{major:,.{decimals}f} {currency}"
