"""Days and times of a message: "on Saturday morning", "day 2", "am 3. April um 10 Uhr", "3日目の午後"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from emulator.gemini import lexicon
from emulator.gemini.numbers import NUMBER, number

Day = Callable[[Sequence[date], date | None], date | None]
"""Which of the trip's days is meant, given today; None if it has no such day."""

PARTS = {
    "morning": (9 * 60, 12 * 60),
    "noon": (12 * 60, 14 * 60),
    "afternoon": (13 * 60 + 30, 18 * 60),
    "evening": (18 * 60, 22 * 60),
}
"""Parts of a day in minutes after midnight."""
_PART_WORDS = {
    "morning": "mornings?|vormittags?|morgens|(?<=am )morgen|fruh|matin(?:ee)?|(?:por|de|en) la manana|mattin[ao]|"
    "manha|朝|午前中?",
    "noon": "noon|midday|lunchtime|mittags?|midi|mediodia|mezzogiorno|meio-dia|昼|正午",
    "afternoon": "afternoons?|nachmittags?|apres-midi|tarde|pomeriggio|午後",
    "evening": "evenings?|tonight|nights?|abends?|soir(?:ee)?|noche|sera|noite|夕方|夜|晩",
}
_WEEKDAYS = (
    "monday montag lundi lunes lunedi segunda[-_]feira 月曜日? ",
    "tuesday dienstag mardi martes martedi terca[-_]feira 火曜日?",
    "wednesday mittwoch mercredi miercoles mercoledi quarta[-_]feira 水曜日?",
    "thursday donnerstag jeudi jueves giovedi quinta[-_]feira 木曜日?",
    "friday freitag vendredi viernes venerdi sexta[-_]feira 金曜日?",
    "saturday samstag sonnabend samedi sabado sabato 土曜日?",
    "sunday sonntag dimanche domingo domenica 日曜日?",
)
_OFFSETS = {
    2: "day after tomorrow|ubermorgen|apres-demain|pasado manana|dopodomani|depois de amanha|明後日|あさって",
    1: "tomorrow|morgen|demain|manana|domani|amanha|明日|あした",
    0: "today|heute|aujourd'hui|hoy|oggi|hoje|今日",
}
_ORDINALS = (
    "first ersten? premiere? primer[oa]? prim[oa] primeir[oa] 初",
    "second zweiten? deuxieme segund[oa] second[oa]",
    "third dritten? troisieme tercer[oa]? terz[oa] terceir[oa]",
    "fourth vierten? quatrieme cuart[oa] quart[oa]",
    "fifth funften? cinquieme quint[oa]",
)
_ARTICLE = r"(?:a|an|un|une|ein|eine|einen|una|um|uma)\b"
_COUNT = f"({NUMBER})"
_HOURS = {word: value for word, value in lexicon.NUMBERS.items() if word.isascii() and len(word) > 2} | {
    "eleven": 11, "onze": 11, "elf": 11, "once": 11, "undici": 11, "six": 6, "sei": 6,
}  # fmt: skip
_HOUR = "|".join(sorted((word for word, value in _HOURS.items() if value <= 12), key=len, reverse=True))
_DAWN = 7
_LAST = "last|letzten?|derniere?|ultim[oa]|最終"
_DAY_NAME = "day|tag|jour|dia|giorno"
_BEFORE = (
    r"(?:(?:on|at|for|to|in|by|until|the|this|next|of|am|an|auf|um|fur|zum|den|dem|der|im|gegen|bis|ab|le|la|les|el|il|"
    r"lo|los|las|en|no|na|em|ao|as|a|au|pour|para|per|di|de|du|do|da|del|dal|alle|al|ce|este|esta|questo|questa|diesen|"
    r"vers|hacia|verso|por)\s+)*"
)
_AFTER = r"(?:\s*(?:の|に|へ|は|から)+)?"
_MONTHS = {name: index for index, names in enumerate(lexicon.MONTHS, 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WORD_START, _WORD_END = r"(?<![^\W\d_ぁ-ヿ一-鿿])", r"(?![^\W\d_ぁ-ヿ一-鿿])"


@dataclass
class When:
    """`days` are the days that are named, in order; `at` is HH:MM; `spans` are the places of all that in the text."""

    days: list[Day] = field(default_factory=list)
    at: str | None = None
    part: str | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)

    def dates(self, known: Sequence[date], today: date | None) -> list[date]:
        """The days of the trip (`known`, in order) that are meant."""
        found = (day(known, today) for day in self.days)
        return list(dict.fromkeys(one for one in found if one in known and one is not None))


def read_when(folded: str, language: str) -> When:
    """What a folded text says of days and times."""
    return _Reading(folded, language).done()


class _Reading:
    """Takes one expression after the other out of the text, so that none is read twice."""

    def __init__(self, folded: str, language: str) -> None:
        self._rest = folded
        self._language = language
        self._found: list[tuple[int, Day]] = []
        self._when = When()

    def done(self) -> When:
        self._calendar()
        self._numbered()
        self._weekdays()
        self._part_of_day()
        self._clock()
        self._spoken_clock()
        self._relative()
        self._when.days = [day for _, day in sorted(self._found, key=lambda one: one[0])]
        return self._when

    def _take(self, expression: str) -> list[re.Match[str]]:
        whole = re.compile(rf"{_WORD_START}{_BEFORE}(?:{expression}){_AFTER}{_WORD_END}")
        found = list(whole.finditer(self._rest))
        for match in found:
            start, end = match.span()
            self._rest = self._rest[:start] + "\n" * (end - start) + self._rest[end:]
            self._when.spans.append((start, end))
        return found

    def _calendar(self) -> None:
        for match in self._take(r"(20\d\d)-(\d\d)-(\d\d)"):
            self._add(match, int(match[1]), int(match[2]), int(match[3]))
        for match in self._take(r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"):
            self._add(match, _int(match[1]), int(match[2]), int(match[3]))
        day = r"(\d{1,2})(?:st|nd|rd|th|er|\.|º)?"
        for match in self._take(rf"{day}\s*(?:of |de |di )?({_MONTH})(?:\s+(?:de )?(20\d\d))?"):
            self._add(match, _int(match[3]), _MONTHS[match[2]], int(match[1]))
        for match in self._take(rf"({_MONTH})\s+(?:the )?{day}(?:,?\s+(20\d\d))?"):
            self._add(match, _int(match[3]), _MONTHS[match[1]], int(match[2]))

    def _add(self, match: re.Match[str], year: int | None, month: int, day: int) -> None:
        self._found.append((match.start(), _on(year, month, day)))

    def _numbered(self) -> None:
        for match in self._take(rf"(?:{_DAY_NAME})\s*(?!{_ARTICLE}){_COUNT}|(\d{{1,2}}|[一二三四五六七八九十])日目"):
            self._found.append((match.start(), _nth(number(match[1] or match[2]))))
        for count, names in enumerate(_ORDINALS, 1):
            for match in self._take(rf"(?:{_any(names)})(?:\s+(?:{_DAY_NAME})|日)"):
                self._found.append((match.start(), _nth(count)))
        for match in self._take(rf"(?:{_LAST})(?:\s+(?:{_DAY_NAME})|日)"):
            self._found.append((match.start(), _nth(0)))

    def _weekdays(self) -> None:
        for weekday, names in enumerate(_WEEKDAYS):
            parts = "|".join(f"(?P<{part}>{words})" for part, words in _PART_WORDS.items())
            # In German a part of the day grows onto the weekday: Samstagmorgen, Samstag Morgen.
            german = r"|(?P<grown>morgen|vormittag|mittag|nachmittag|abend)" if self._language == "de" else ""
            for match in self._take(rf"(?:{_any(names)})s?(?:\s*(?:の|,)?\s*{_BEFORE}(?:{parts}{german}))?"):
                self._found.append((match.start(), _next(weekday)))
                part = next((part for part in PARTS if match[part]), None)
                grown = match.groupdict().get("grown")
                self._when.part = part or _GROWN.get(grown or "") or self._when.part

    def _part_of_day(self) -> None:
        for part, expression in _PART_WORDS.items():
            if self._take(expression):
                self._when.part = part

    def _clock(self) -> None:
        halves = {"am": 0, "a.m.": 0, "pm": 12, "p.m.": 12, "午前": 0, "午後": 12}
        for match in self._take(
            r"(?P<ja>午前|午後)?(?P<h>\d{1,2})時(?:(?P<half>半)|(?P<m>\d{1,2})分)?"
            r"|(?:(?:at|um|las|alle|as|gegen)\s+)?(?P<h2>\d{1,2})(?:[:h](?P<m2>\d{2}))\s*(?P<pm2>am|pm|uhr)?"
            r"|(?P<h3>\d{1,2})(?:\.(?P<m3>\d{2}))?\s*(?P<pm3>am|pm|a\.m\.|p\.m\.|uhr|heures?|h|o'clock)"
        ) or self._take(r"(?:at|um|las|alle|as)\s+(?P<h4>\d{1,2})"):
            said = {name.rstrip("234"): value for name, value in match.groupdict().items() if value}
            hour, minute = int(said["h"]), 30 if "half" in said else int(said.get("m", 0))
            half = said.get("pm") or said.get("ja")
            late = halves.get(half or "", 12 if self._when.part in ("afternoon", "evening") else 0)
            hour += late if hour < 12 else -12 if half in ("am", "a.m.") else 0
            hour = self._as_meant(hour) if match.groupdict().get("h4") else hour
            if hour < 24 and minute < 60:
                self._when.at = f"{hour:02d}:{minute:02d}"

    def _spoken_clock(self) -> None:
        """Times without digits, as in what was said aloud: "at ten thirty", "halb elf", "à dix heures et demie"."""
        for match in self._take(
            rf"(?P<halb>halb) (?P<h1>{_HOUR})|half past (?P<h2>{_HOUR})|"
            rf"(?:at|um|las|alle|as|gegen) (?P<h3>{_HOUR})(?: (?P<half>thirty|dreißig|y media|e mezza|e meia))?"
            rf"(?: uhr| o'clock)?|(?P<h4>{_HOUR}) (?:uhr|heures?)(?P<demie> et demie)?"
        ):
            hour = _HOURS[next(filter(None, match.group("h1", "h2", "h3", "h4")))] - bool(match["halb"])
            half = match["halb"] or match["h2"] or match["half"] or match["demie"]
            self._when.at = f"{self._as_meant(hour):02d}:{30 if half else 0:02d}"

    def _as_meant(self, hour: int) -> int:
        """The hour of an expression that does not say which half of the day: nobody plans visits before dawn."""
        late = self._when.part in ("afternoon", "evening") or (hour < _DAWN and self._when.part != "morning")
        return hour + 12 if late and hour < 12 else hour

    def _relative(self) -> None:
        for days, expression in _OFFSETS.items():
            for match in self._take(expression):
                self._found.append((match.start(), _after(days)))


_GROWN = {"morgen": "morning", "vormittag": "morning", "mittag": "noon", "nachmittag": "afternoon", "abend": "evening"}


def _any(names: str) -> str:
    return "|".join(name.replace("_", " ") for name in sorted(names.split(), key=len, reverse=True))


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def _on(year: int | None, month: int, day: int) -> Day:
    def find(known: Sequence[date], today: date | None) -> date | None:
        return next((one for one in known if (one.month, one.day) == (month, day) and year in (None, one.year)), None)

    return find


def _nth(count: int) -> Day:
    """The day with this number, counted from 1; 0 is the last."""
    return lambda known, today: known[count - 1] if count <= len(known) and known else None


def _next(weekday: int) -> Day:
    def find(known: Sequence[date], today: date | None) -> date | None:
        ahead = [one for one in known if today is None or one >= today]
        return next((one for one in (*ahead, *known) if one.weekday() == weekday), None)

    return find


def _after(days: int) -> Day:
    return lambda known, today: today + timedelta(days=days) if today else None
