"""Reads tickets and bookings by rules: date, time, number of people, reference. Pure; text is never more than data."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.pictures.ticket_words import BOUGHT, MARKERS, MONTHS, PEOPLE, PEOPLE_BEFORE, REFERENCE

_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_NTH: Final = r"(?:st|nd|rd|th|er|o|\.)?"
_DATES: Final = (
    re.compile(r"(?<!\d)(?P<y>\d{4})\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}}){_NTH}\s+(?:de |of )?(?P<n>{_MONTH})\b\.?,?(?:\s+(?:del? )?(?P<y>\d{{4}}))?"),
    re.compile(rf"\b(?P<n>{_MONTH})\b\.?\s+(?P<d>\d{{1,2}}){_NTH}(?!\d)(?:,?\s+(?P<y>\d{{4}}))?"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})月\s?(?P<d>\d{1,2})日"),
)
_NUMERIC: Final = re.compile(r"(?<![\d.])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_TIMES: Final = (
    re.compile(r"(?<!\d)(?<!\d:)(?P<h>\d{1,2})[:.](?P<m>\d{2})\s?(?:uhr|(?P<half>[ap])\.?m\b)"),
    re.compile(r"(?<!\d)(?<!\d:)(?P<h>\d{1,2}):(?P<m>\d{2})(?![\d:])"),
    re.compile(r"(?<!\d)(?P<h>\d{1,2})\s?(?P<half>[ap])\.?m\b"),
    re.compile(r"(?P<half>午前|午後)?\s?(?<!\d)(?P<h>\d{1,2})\s?時(?:\s?(?P<m>\d{1,2})\s?分)?"),
    re.compile(r"(?<!\d)(?P<h>\d{1,2})\s?h\s?(?P<m>\d{2})?\b"),
    re.compile(r"(?<!\d)(?P<h>\d{1,2})\s?uhr\b"),
)
_PEOPLE: Final = re.compile(rf"(?<![\d:.,])(\d{{1,2}})\s?[x×]?\s?(?:{'|'.join(PEOPLE)})")
_PEOPLE_NAMED: Final = re.compile(rf"\b(?:{'|'.join(PEOPLE_BEFORE)})[^\w\d]{{0,3}}(\d{{1,2}})(?![\d:.,])")
_PEOPLE_JA: Final = re.compile(r"(?<!\d)(\d{1,2})\s?[名人]")
_CALLED: Final = "|".join(sorted(REFERENCE, key=len, reverse=True))
_NUMBER_OF_IT: Final = r"(?:no|nr|n|number|code|id|ref)(?![a-z0-9])[^\w]{0,3}"
_CODE: Final = re.compile(rf"(?:{_CALLED})[^\w]{{0,4}}(?:{_NUMBER_OF_IT})?([a-z0-9][a-z0-9-]{{3,19}})")
_MOST_PEOPLE: Final = 99
_EAST_ASIAN: Final = "\u2e80"
_LEAST_LETTERS: Final = 4
"""Of a title; a character of Chinese or Japanese counts as two."""


@dataclass(frozen=True)
class Ticket:
    """What a ticket says. `day` as ISO date; `assumed` names what was not written out ("year", "dayOrMonth")."""

    title: str | None
    day: str
    at: str | None
    people: int | None
    reference: str | None
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """The days that are likely: those of the trip, None where it has none, and today."""

    first: date | None
    last: date | None
    today: date

    def holds(self, day: date) -> bool:
        return (self.first or self.today) <= day and (self.last is None or day <= self.last)


def read(lines: Sequence[str], span: Span) -> Ticket | None:
    """The ticket that a text is, or None. A ticket has a date, and looks like one in another way too."""
    folded = [_fold(line) for line in lines]
    # What is only about the purchase counts if there is nothing else.
    telling = [line for line in folded if not any(word in line for word in BOUGHT)] or folded
    found = next((day for line in telling for day in _dates(line, span)), None)
    if found is None:
        return None
    day, assumed, where = found
    at = _time(where, telling)
    people, reference = _people(telling), _reference(lines, folded)
    marked = any(word in line for line in folded for word in MARKERS)
    if not marked and sum(one is not None for one in (at, people, reference)) < 2:
        return None
    return Ticket(_title(lines, folded), day.isoformat(), at, people, reference, assumed)


_Day = tuple[date, tuple[str, ...], str]


def _dates(line: str, span: Span) -> Iterator[_Day]:
    for pattern in _DATES:
        for match in pattern.finditer(line):
            parts = match.groupdict()
            month = MONTHS[parts["n"]] if parts.get("n") else int(parts["m"])
            written = parts.get("y")
            if written:
                day = _date(int(written), month, int(parts["d"]))
            else:
                day = _without_year(month, int(parts["d"]), span)
            if day:
                yield day, () if written else ("year",), line
    for match in _NUMERIC.finditer(line):
        year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        first, second = int(match[1]), int(match[3])
        days = [day for day in (_date(year, second, first), _date(year, first, second)) if day]
        if days:
            likely = next((day for day in days if span.holds(day)), days[0])
            yield likely, ("dayOrMonth",) if len(set(days)) > 1 else (), line


def _without_year(month: int, day: int, span: Span) -> date | None:
    """The one during the trip, else the next one."""
    years = range(span.today.year, span.today.year + 3)
    days = [found for year in years if (found := _date(year, month, day)) and found >= span.today]
    return next((found for found in days if span.first and span.holds(found)), days[0] if days else None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 2199 else None
    except ValueError:
        return None


def _time(where: str, telling: Sequence[str]) -> str | None:
    """The time on the line of the date, else the first one."""
    for line in (where, *telling):
        for pattern in _TIMES:
            for match in pattern.finditer(line):
                hour, minute = int(match["h"]), int(match.groupdict().get("m") or 0)
                half = match.groupdict().get("half")
                if half in ("p", "午後") and hour < 12:
                    hour += 12
                elif half in ("a", "午前") and hour == 12:
                    hour = 0
                if hour < 24 and minute < 60:
                    return f"{hour:02}:{minute:02}"
    return None


def _people(telling: Sequence[str]) -> int | None:
    """All groups together: two adults and a child are three."""
    for pattern in (_PEOPLE, _PEOPLE_NAMED, _PEOPLE_JA):
        count = sum(int(number) for line in telling for number in pattern.findall(line))
        if 0 < count <= _MOST_PEOPLE:
            return count
    return None


def _reference(lines: Sequence[str], folded: Sequence[str]) -> str | None:
    for line, plain in zip(lines, folded, strict=True):
        for match in _CODE.finditer(plain):
            code = unicodedata.normalize("NFKC", line)[match.start(1) : match.end(1)]
            # Folding a letter may change its length; a code is plain letters and digits.
            if code.casefold() == match[1] and any(one.isdigit() for one in code):
                return code
    return None


def _title(lines: Sequence[str], folded: Sequence[str]) -> str | None:
    """The first line that says neither that this is a ticket nor when, for whom or under which number."""
    for line, plain in zip(lines, folded, strict=True):
        letters = sum(2 if one >= _EAST_ASIAN else 1 for one in line if one.isalpha())
        numbers = sum(one.isdigit() for one in line)
        marked = any(word in plain for word in (*MARKERS, *BOUGHT))
        if letters >= _LEAST_LETTERS and numbers * 3 <= letters and not marked and ":" not in line:
            return line
    return None


def _fold(line: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", line).casefold())
    kept = "".join(one for one in decomposed if not unicodedata.combining(one) or one in "\u3099\u309a")
    return unicodedata.normalize("NFC", kept)
