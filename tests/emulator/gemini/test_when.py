"""Days and times as people write and say them, in seven languages; the trip lasts from Friday to Monday."""

from datetime import date, timedelta

import pytest

from emulator.gemini.conversation.when import read_when
from emulator.gemini.text import fold, language

FRIDAY = date(2027, 4, 2)
DAYS = [FRIDAY + timedelta(days=count) for count in range(4)]

MEANT: list[tuple[str, list[int], str | None, str | None]] = [
    ("add it on Saturday morning", [3], None, "morning"),
    ("add it on April 4th at 3 pm", [4], "15:00", None),
    ("on 2027-04-05 at 12:15", [5], "12:15", None),
    ("at 3 in the afternoon on Sunday", [4], "15:00", "afternoon"),
    ("on saturday at ten thirty", [3], "10:30", None),
    ("at half past two on saturday", [3], "14:30", None),
    ("the last day at 12 am", [5], "00:00", None),
    ("Friday and Saturday", [2, 3], None, None),
    ("am Samstagmorgen", [3], None, "morning"),
    ("am 3. April um 10.30 Uhr", [3], "10:30", None),
    ("am zweiten Tag um halb elf", [3], "10:30", None),
    ("morgen", [3], None, None),
    ("am Morgen", [], None, "morning"),
    ("übermorgen Abend", [4], None, "evening"),
    ("samedi matin", [3], None, "morning"),
    ("le 3 avril à 10h30", [3], "10:30", None),
    ("dimanche à dix heures et demie", [4], "10:30", None),
    ("el sábado por la mañana", [3], None, "morning"),
    ("mañana por la tarde a las 5", [3], "17:00", "afternoon"),
    ("el segundo día a las diez", [3], "10:00", None),
    ("sabato mattina alle 9", [3], "09:00", "morning"),
    ("domenica alle dieci e mezza", [4], "10:30", None),
    ("no domingo às 15h", [4], "15:00", None),
    ("segunda-feira à noite", [5], None, "evening"),
    ("土曜日の朝", [3], None, "morning"),
    ("3日目の午後3時", [4], "15:00", "afternoon"),
    ("4月3日の10時半", [3], "10:30", None),
    ("最終日", [5], None, None),
    ("on Tuesday", [], None, None),
    ("on day 9", [], None, None),
    ("in the year 2027", [], None, None),
    ("25:99", [], None, None),
]


@pytest.mark.parametrize(("text", "days", "at", "part"), MEANT, ids=[one[0] for one in MEANT])
def test_days_and_times(text: str, days: list[int], at: str | None, part: str | None) -> None:
    when = read_when(fold(text), language(text))
    assert [one.day for one in when.dates(DAYS, FRIDAY)] == days
    assert (when.at, when.part) == (at, part)
