"""Words, dates and amounts that several exports share, in each of our languages."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from shared.exports.models import Cost, Pause, Visit
from shared.money.currencies import exponent, is_known
from shared.words.languages import Language
from shared.words.values import Money, written

_SCHEME: Final = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{1,20}:)(?=\S)")
_WWW: Final = re.compile(r"\b(www)\.", re.IGNORECASE)
_JOINER: Final = "\u2060"
_DECIMAL_POINT: Final = ("en", "ja")


@cache
def _words() -> Mapping[str, Mapping[Language, str]]:
    """By key and language, read once."""
    found: Mapping[str, Mapping[Language, str]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
    return found


def say(language: Language, key: str, **values: str | int) -> str:
    """Words of ours in a language. Raises KeyError for a key or a value that is missing."""
    return _words()[key][language].format(**values)


def long_date(language: Language, day: date) -> str:
    """A date with its weekday, as in "Friday, 2 April 2027"."""
    weekday = say(language, "weekdays").split()[day.weekday()]
    return say(language, "date_long", weekday=weekday, date=written(day, language))


def short_date(language: Language, day: date) -> str:
    """The same in little room, as in "Fri 2 Apr"."""
    weekday = say(language, "weekdays_short").split()[day.weekday()]
    month = say(language, "months_short").split()[day.month - 1]
    return say(language, "date_short", weekday=weekday, day=day.day, month=month)


def vocabulary(language: Language) -> Iterator[str]:
    """All our own words in a language, to know which letters they take."""
    yield from (by_language[language] for by_language in _words().values())
    yield from (written(date(2000, month, 1), language) for month in range(1, 13))


def distance(language: Language, metres: float) -> str:
    """How far something is, in metres or kilometres."""
    if metres < 1000:
        return f"{round(metres, -1)} m"
    far = f"{metres / 1000:.1f}"
    return f"{far if language in _DECIMAL_POINT else far.replace('.', ',')} km"


def day_title(language: Language, number: int, title: str = "") -> str:
    """What a day is called: its number, and its title if it has one."""
    return say(language, "day_titled", number=number, title=title) if title else say(language, "day", number=number)


def pause_title(language: Language, one: Pause) -> str:
    """What a break is called."""
    return one.name or say(language, "break")


def begins_between(language: Language, one: Pause) -> str:
    """When a break may begin."""
    return say(language, "begins_between", low=one.earliest, high=one.latest)


def inert(text: str) -> str:
    """Text that looks the same, but in which no program finds markup or an address to open.

    Calendars render HTML and turn addresses into links; an invisible word joiner keeps them from it.
    """
    apart = _WWW.sub(rf"\1{_JOINER}.", _SCHEME.sub(rf"\1{_JOINER}", text))
    return apart.replace("<", f"<{_JOINER}").replace("@", f"{_JOINER}@")


def price(language: Language, cost: Cost) -> str:
    """A cost for people; of a currency that nobody knows, the bare units."""
    known = is_known(cost.currency)
    return written(Money(cost.amount, cost.currency), language) if known else f"{cost.amount} {cost.currency}"


def described(language: Language, one: Visit) -> str:
    """What there is to tell of a stop, beside its name, time and place, in formats with one field for it."""
    told = [
        one.notes,
        say(language, "cost", cost=price(language, one.cost)) if one.cost else "",
        say(language, "with", names=written(one.who, language)) if one.who else "",
    ]
    return "\n\n".join(text for text in told if text)


def decimal(cost: Cost) -> str:
    """A cost in major units with all their decimals, as in "12.50"; empty for a currency that nobody knows."""
    if not is_known(cost.currency):
        return ""
    digits = exponent(cost.currency)
    whole, rest = divmod(cost.amount, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)
