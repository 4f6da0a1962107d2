"""Dates, amounts, numbers and lists as each of our languages writes them (after CLDR 46)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from shared.money import exponent
from shared.words.languages import Language
from shared.words.tables import TERMS, THEMES, TOWNS, table

_MONTHS: Final[Mapping[Language, str]] = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "ja": "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
}
_DATE: Final[Mapping[Language, str]] = {
    "en": "{day} {month} {year}",
    "es": "{day} de {month} de {year}",
    "de": "{day}. {month} {year}",
    "fr": "{day} {month} {year}",
    "it": "{day} {month} {year}",
    "pt": "{day} de {month} de {year}",
    "ja": "{year}年{month}{day}日",
}
_FIRST: Final[Mapping[Language, str]] = {"fr": "1er", "it": "1º", "pt": "1"}
_SEPARATORS: Final[Mapping[Language, tuple[str, str]]] = {
    "en": (",", "."),
    "es": (".", ","),
    "de": (".", ","),
    "fr": ("\u202f", ","),
    "it": (".", ","),
    "pt": (".", ","),
    "ja": (",", "."),
}
"""Between thousands, and before decimals."""
_BETWEEN: Final[Mapping[Language, str]] = {"ja": "、"}


@dataclass(frozen=True)
class Theme:
    """A kind or tag of the place catalogue, or a diet, by the word that programs use."""

    word: str


@dataclass(frozen=True)
class Term:
    """A means of travel, a type of stay or a house rule, by the word that programs use; what people call otherwise
    stays as it is."""

    word: str


@dataclass(frozen=True)
class Town:
    """A town by its catalogue id; `name` is its English name, for towns that we have no other of."""

    id: str
    name: str


class Money(NamedTuple):
    """An amount in minor units of a currency (ISO 4217)."""

    amount: int
    currency: str


def written(value: Any, language: Language) -> str:
    """A value of a sentence: towns, dates, money, numbers, and lists of any of them; texts, such as names, as they
    are."""
    if isinstance(value, Money):
        return _money(value, language)
    if isinstance(value, Theme):
        return table(THEMES).get(value.word, {}).get(language, value.word)
    if isinstance(value, Term):
        return table(TERMS).get(value.word.casefold(), {}).get(language, value.word)
    if isinstance(value, Town):
        return table(TOWNS).get(value.id, {}).get(language, value.name)
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return _date(value, language)
    if isinstance(value, int):
        return _number(Decimal(value), 0, language)
    if isinstance(value, Decimal):
        return _number(value, max(0, -int(value.as_tuple().exponent)), language)
    if isinstance(value, Mapping):
        return written(Town(str(value.get("id", "")), str(value.get("name", ""))), language)
    if isinstance(value, (list, tuple)):
        return _BETWEEN.get(language, ", ").join(written(one, language) for one in value)
    return str(value)


def _date(day: date, language: Language) -> str:
    number = _FIRST.get(language, "1") if day.day == 1 else str(day.day)
    return _DATE[language].format(day=number, month=_MONTHS[language].split()[day.month - 1], year=day.year)


def _money(money: Money, language: Language) -> str:
    """The amount and its currency's code; round amounts lose their decimals."""
    digits = exponent(money.currency)
    major = Decimal(money.amount).scaleb(-digits)
    decimals = 0 if major == major.to_integral_value() else digits
    return f"{_number(major, decimals, language)} {money.currency}"


def _number(number: Decimal, decimals: int, language: Language) -> str:
    thousands, point = _SEPARATORS[language]
    whole, _, rest = f"{number:,.{decimals}f}".partition(".")
    whole = whole.replace(",", thousands)
    return f"{whole}{point}{rest}" if rest else whole
