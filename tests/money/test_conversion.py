"""Money is whole minor units: conversion respects the decimals of each currency and never loses a unit unsaid."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import Rates, UnknownCurrencyError, convert, exponent, from_major, in_words, is_known, reference_rates
from shared.places.catalogue import CatalogueProvider

RATES = Rates("EUR", date(2025, 1, 1), "test", {"USD": Decimal("1.25"), "JPY": Decimal(160), "KWD": Decimal("0.32")})
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD"])


@pytest.mark.parametrize(
    ("amount", "source", "target", "result"),
    [
        (100, "EUR", "USD", 125),
        (100, "EUR", "JPY", 160),
        (160, "JPY", "EUR", 100),
        (100, "EUR", "KWD", 320),
        (1000, "KWD", "USD", 391),
        (1, "EUR", "JPY", 2),
        (7, "JPY", "JPY", 7),
    ],
)
def test_minor_units_are_converted(amount: int, source: str, target: str, result: int) -> None:
    assert convert(amount, source, target, RATES) == result


@given(st.integers(0, 10**9), CURRENCIES, CURRENCIES)
def test_rounding_up_never_asks_for_less(amount: int, source: str, target: str) -> None:
    up, near = convert(amount, source, target, RATES, round_up=True), convert(amount, source, target, RATES)
    assert near <= up <= near + 1


@given(st.integers(0, 10**9), CURRENCIES)
def test_there_and_back_is_within_rounding(amount: int, target: str) -> None:
    step = convert(1, target, "KWD", RATES, round_up=True)
    assert abs(convert(convert(amount, "KWD", target, RATES), target, "KWD", RATES) - amount) <= step


def test_unknown_currencies_are_refused() -> None:
    with pytest.raises(UnknownCurrencyError, match="XXX"):
        convert(1, "EUR", "XXX", RATES)
    with pytest.raises(UnknownCurrencyError):
        exponent("EURO")
    assert is_known("JPY") and not is_known("jpy")


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [(90_000, "EUR", "900 EUR"), (123_450, "EUR", "1,234.50 EUR"), (500, "JPY", "500 JPY"), (1, "KWD", "0.001 KWD")],
)
def test_amounts_in_words(amount: int, currency: str, words: str) -> None:
    assert in_words(amount, currency) == words


def test_major_amounts_become_minor_ones() -> None:
    assert from_major(Decimal("9.995"), "EUR") == 1000
    assert from_major(Decimal("900"), "JPY") == 900


def test_every_destination_has_a_rate() -> None:
    rates = reference_rates()
    assert [one.currency for one in CatalogueProvider().destinations() if rates.rate(one.currency) <= 0] == []
    assert all(is_known(currency) for currency in rates.per_base)


def test_currencies_that_replaced_others_lately_are_known() -> None:
    """The digital bolívar, the Caribbean guilder and the Zimbabwe gold."""
    assert all(is_known(currency) and exponent(currency) == 2 for currency in ("VED", "XCG", "ZWG"))
