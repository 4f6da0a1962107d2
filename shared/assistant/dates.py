"""Chooses a first day where the request leaves it open."""

from datetime import date, timedelta
from typing import Literal

MonthPart = Literal["early", "mid", "late"]

_FIRST_DAY: dict[MonthPart | None, int] = {"early": 3, "mid": 13, "late": 22, None: 10}
_NOTICE = timedelta(days=21)
_SATURDAY = 5


def parse(text: str | None) -> date | None:
    """A date written YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def choose(today: date, month: int | None, part: MonthPart | None, *, weekend: bool) -> date:
    """The first fitting day after today.

    A month means its next occurrence, from the 3rd (early), 13th (mid), 22nd (late) or else the 10th; no month means
    three weeks from now. A weekend begins on the Saturday on or after that day.
    """
    if month is None:
        chosen = today + _NOTICE
    else:
        chosen = date(today.year, month, _FIRST_DAY[part])
        if chosen <= today:
            chosen = chosen.replace(year=today.year + 1)
    return chosen + timedelta(days=(_SATURDAY - chosen.weekday()) % 7) if weekend else chosen
