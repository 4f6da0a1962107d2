"""Where to, for how long and when: the part of the rules that needs positions in the text."""

from __future__ import annotations

import re
from datetime import date

from emulator.gemini import lexicon
from emulator.gemini.facts import Facts, Leg
from emulator.gemini.gazetteer import Gazetteer
from emulator.gemini.numbers import NUMBER, number
from emulator.gemini.text import fold, pattern, phrase

_ALL_MONTHS = {word: index for index, words in enumerate(lexicon.MONTHS, 1) for word in words.split()}
_MONTH = "|".join(sorted(_ALL_MONTHS, key=len, reverse=True))
_NAME = r"((?:[A-ZÀ-Þ][\w'’-]+)(?:[ -](?:(?:de|del|di|la|el|al|of|sur|am)[ -])?[A-ZÀ-Þ][\w'’-]+){0,2})"
_THEN = r"then|puis|ensuite|dann|danach|luego|después|poi|depois"
_BEFORE_TOWN = rf"(?:in|to|at|visit(?:ing)?|à|a|au|en|nach|auf|bei|para|em|no|na|ad|{_THEN})"
_AFTER_TOWN_JA = re.compile(r"([ァ-ヶー一-鿿]{2,12}?)(?:へ|に|で|を|の旅|旅行|観光)")
_NO_TOWN = re.compile(
    rf"(?:{_MONTH}|monday|tuesday|wednesday|thursday|friday|saturday|sunday|ich|i|wir|we|uns|ruhe|urlaub)\b.*"
)


def read_journey(text: str, folded: str, facts: Facts, gazetteer: Gazetteer) -> None:
    """Fills destinations with their days, the number of days, and whether it is a weekend."""
    towns = [(mention.name, mention.start) for mention in gazetteer.mentions(text, folded)]
    towns += [(name, at) for name, at in _unknown_towns(text, bool(towns)) if not gazetteer.is_destination(name)]
    facts.legs = [Leg(name) for name, _ in sorted(towns, key=lambda town: town[1])]
    durations = _durations(folded)
    facts.weekend = phrase(f"{lexicon.LONG_WEEKEND}|{lexicon.WEEKEND}").search(folded) is not None
    if len(durations) > 1 and len(towns) > 1:
        _share_durations(facts, durations, [at for _, at in sorted(towns, key=lambda town: town[1])])
    elif durations:
        facts.days = durations[0][1]
    elif facts.weekend:
        facts.days = 3 if phrase(lexicon.LONG_WEEKEND).search(folded) else 2


def _unknown_towns(text: str, some_known: bool) -> list[tuple[str, int]]:
    """Capitalised names where a town would stand. Beside known towns only a name in the same list counts."""
    before = rf"(?:{_THEN})" if some_known else _BEFORE_TOWN
    found = []
    for match in re.finditer(rf"(?<!\w)(?i:{before})\s+(?i:in |to |à |nach |a |em |para )?{_NAME}", text):
        if not _NO_TOWN.fullmatch(fold(match[1])):
            found.append((match[1], match.start(1)))
    if not found and not some_known:
        found = [(match[1], match.start(1)) for match in _AFTER_TOWN_JA.finditer(text)][:1]
    if not found and not some_known:
        lower = re.search(rf"(?i:{lexicon.DAY}|weekend|week)\s+(?i:in|à|en|a|to)\s+([^\W\d_]{{3,}})", text)
        found = [(lower[1], lower.start(1))] if lower else []
    if not found and not some_known:
        first = re.match(rf"\s*{_NAME}\s*(?:$|[,:;.(]|for |pour |für |para |per |por )", text)
        found = [(first[1], 0)] if first and not _NO_TOWN.fullmatch(fold(first[1])) else []
    return found[:1] if not some_known else found


def _durations(folded: str) -> list[tuple[int, int]]:
    """(position, days) of each duration; n nights are n + 1 days unless days are named beside them."""
    found: list[tuple[int, int]] = []
    folded = phrase(lexicon.WEEKEND).sub(lambda match: " " * len(match.group()), folded)
    ja = re.search(r"(\d+|[一二三四五六七八九十])泊(\d+|[一二三四五六七八九十])日", folded)
    if ja:
        return [(ja.start(), number(ja[2]))]
    short = re.search(r"(\d+|[一二三四五六七八九十])日(?=だけ|くらい|ぐらい|ほど|旅行|の旅)|日帰り", folded)
    if short:
        return [(short.start(), number(short[1]) if short[1] else 1)]
    both = re.search(
        rf"({NUMBER})[\s-]*{lexicon.DAY}\W*(?:and|et|und|y|e|/|,)?\W*({NUMBER})[\s-]*{lexicon.NIGHT}", folded
    )
    if both:
        return [(both.start(), number(both[1]))]
    for unit, days in ((lexicon.DAY, 1), (lexicon.WEEK, 7), (lexicon.NIGHT, 0)):
        for match in re.finditer(rf"(?<![a-z\d.])({NUMBER})[\s-]*{unit}(?![a-z])", folded):
            count = number(match[1])
            found.append((match.start(), count * days if days else count + 1))
    return sorted(found)


def _share_durations(facts: Facts, durations: list[tuple[int, int]], towns: list[int]) -> None:
    """Several durations and towns: each duration goes to the nearest town that has none yet."""
    if len(durations) > len(towns):
        facts.days = durations[0][1]
        durations = durations[1:]
    for at, days in durations:
        free = [index for index, leg in enumerate(facts.legs) if leg.days is None]
        facts.legs[min(free, key=lambda index: abs(towns[index] - at))].days = days
    if facts.days is None and all(leg.days for leg in facts.legs):
        facts.days = sum(leg.days or 0 for leg in facts.legs)


def read_dates(folded: str, facts: Facts) -> None:
    """Fills the start date when it is exact, else month, part of the month and year; a range also fills the days."""
    year = re.search(r"(?<!\d)(20\d\d)(?!\d)", folded)
    facts.year = int(year[1]) if year else None
    iso = re.findall(r"(?<!\d)(20\d\d-\d\d-\d\d)(?!\d)", folded)
    if iso:
        facts.start_date = iso[0]
        _range_days(facts, iso)
        return
    until = r"(?:\s*(?:-|–|to|until|au|bis|al|hasta|ao|a)\s*(?:the |den )?(\d{1,2})(?:st|nd|rd|th|\.|日)?)?"
    first = r"(\d{1,2})(?:st|nd|rd|th|er|\.|日)?"
    for expression, day, month in (
        (rf"(?<!\d){first}{until}\s*(?:of |de |di )?(?P<month>{_MONTH})\b", 1, "month"),
        (rf"(?P<month>{_MONTH})\s+(?:the )?{first}(?!\d){until}", 2, "month"),
        (r"(?P<month>\d{1,2})月\s*(\d{1,2})日(?:\s*(?:から|〜|~|-)\s*(?:\d{1,2}月)?(\d{1,2})日)?", 2, "month"),
    ):
        match = re.search(expression, folded)
        if match and 1 <= int(match[day]) <= 31:
            facts.month = _month(match[month])
            if facts.year:
                facts.start_date = _date(facts.year, facts.month, int(match[day]))
            facts.month_part = "early" if int(match[day]) <= 10 else "mid" if int(match[day]) <= 20 else "late"
            last = match[day + 1]
            if last and facts.days is None and int(last) >= int(match[day]):
                facts.days = int(last) - int(match[day]) + 1
            return
    _read_month(folded, facts)


def _read_month(folded: str, facts: Facts) -> None:
    match = re.search(rf"(?<!\w)(?P<month>{_MONTH})(?!\w)", folded) or re.search(r"(?P<month>\d{1,2})月", folded)
    if match and not (match["month"] in ("mai", "may", "marco") and _is_verb(folded, match)):
        facts.month = _month(match["month"])
        around = folded[max(match.start() - 24, 0) : match.end() + 4]
        facts.month_part = next(
            (part for part, words in lexicon.MONTH_PART.items() if pattern(words).search(around)), None
        )
        return
    facts.month = next((month for month, words in lexicon.SEASONS.items() if pattern(words).search(folded)), None)


def _is_verb(folded: str, match: re.Match[str]) -> bool:
    return re.match(r"\s+(?:be|we|i|not|also|have|want|need)\b", folded[match.end() :]) is not None


def _month(text: str) -> int | None:
    value = int(text) if text.isdigit() else _ALL_MONTHS[text]
    return value if 1 <= value <= 12 else None


def _date(year: int, month: int | None, day: int) -> str | None:
    try:
        return date(year, month or 0, day).isoformat()
    except ValueError:
        return None


def _range_days(facts: Facts, dates: list[str]) -> None:
    try:
        first, last = date.fromisoformat(dates[0]), date.fromisoformat(dates[-1])
    except ValueError:
        facts.start_date = None
        return
    if facts.days is None and last > first:
        facts.days = (last - first).days + 1
