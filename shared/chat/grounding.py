"""Times and prices in the model's words that nobody told it: no tool, no traveller, no fact of the trip."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from google.genai import types

from shared.documents import compact
from shared.money import is_known

MOST_NAMED: Final = 6

_CLOCK: Final = re.compile(r"(?<![\d:.-])(\d{1,2})[:：]([0-5]\d)(?![\d:])")
_HOUR: Final = re.compile(r"(?<![\d:.])(\d{1,2})\s?(a\.?m\b|p\.?m\b|Uhr\b|時(?!間))", re.IGNORECASE)
_NUMBER: Final = r"\d(?:[\d.,'\u00a0\u202f]*\d)?"
_SIGNS: Final = r"[€$£¥￥₩₹฿₺]"
_WORDS: Final = r"(?:euros?|yen|dollars?|dólares|dollari|pounds?|Pfund|libras?|francs?|Franken)"
_PRICE: Final = re.compile(
    rf"{_SIGNS}\s?(?P<before>{_NUMBER})|(?P<after>{_NUMBER})\s?(?:{_SIGNS}|円|{_WORDS}(?!\w)|(?P<code>[A-Z]{{3}})(?!\w))",
    re.IGNORECASE,
)
_ANY_NUMBER: Final = re.compile(_NUMBER)
_HALF_DAY: Final = 12
_DECIMALS: Final = (1, 2)


def unfounded(text: str, contents: Sequence[types.Content]) -> list[str]:
    """What a text says of times and prices that stands nowhere in the conversation but in the model's own words, as it
    says it; at most six. Tool calls are no words: what they ask for is checked by the tools.

    A sum or a conversion of the model's own is unfounded, too: there are tools for both.
    """
    known = _known(contents)
    times, numbers = set(_times(known)), set(_values(known))
    found = [said for minute, said in _said_times(text) if minute not in times]
    found += [said for value, said in _said_prices(text) if value not in numbers]
    return list(dict.fromkeys(found))[:MOST_NAMED]


def _known(contents: Sequence[types.Content]) -> str:
    """What the model was told, and what it asked of tools."""
    told = []
    for content in contents:
        for part in content.parts or []:
            if part.text and content.role != "model":
                told.append(part.text)
            if part.function_response:
                told.append(compact(part.function_response.response))
            if part.function_call:
                told.append(compact(part.function_call.args))
    return "\n".join(told)


def _times(text: str) -> Iterator[int]:
    return (minute for minute, _ in _said_times(text))


def _said_times(text: str) -> Iterator[tuple[int, str]]:
    """Minutes after midnight, and the words; 24:00 and later are of the night after."""
    for found in _CLOCK.finditer(text):
        yield (int(found[1]) * 60 + int(found[2])) % (24 * 60), found[0]
    for found in _HOUR.finditer(text):
        hour, half = int(found[1]), found[2].lower().replace(".", "")
        if half in ("am", "pm"):
            hour = hour % _HALF_DAY + (_HALF_DAY if half == "pm" else 0)
        yield hour * 60 % (24 * 60), found[0]


def _said_prices(text: str) -> Iterator[tuple[Decimal, str]]:
    for found in _PRICE.finditer(text):
        code: Any = found["code"]
        if code is None or is_known(code):
            yield _value(found["before"] or found["after"]), found[0]


def _values(text: str) -> Iterator[Decimal]:
    """Every number in a text."""
    return (_value(found[0]) for found in _ANY_NUMBER.finditer(text))


def _value(written: str) -> Decimal:
    """A number as any of our languages writes it: what comes last, before one or two digits, is the decimal sign."""
    parts = re.split(r"[.,'\u00a0\u202f]", written)
    last = parts[-1] if len(parts) > 1 and len(parts[-1]) in _DECIMALS else ""
    whole = "".join(parts[:-1] if last else parts)
    return Decimal(f"{whole}.{last or 0}").normalize()
