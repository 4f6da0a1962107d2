"""A plan as CSV (RFC 4180), row by row. Without I/O."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from shared.exports.models import DayPlan, Itinerary, Visit
from shared.exports.words import decimal

COLUMNS: Final = (
    "day",
    "date",
    "name",
    "kind",
    "begins",
    "ends",
    "time zone",
    "begins (UTC)",
    "ends (UTC)",
    "minutes",
    "latitude",
    "longitude",
    "cost (minor units)",
    "cost",
    "currency",
    "fixed",
    "who",
    "notes",
    "id",
)
_FORMULA: Final = re.compile(r"'*[\s]*[=+\-@|%＝＋－＠]")
_BYTE_ORDER_MARK: Final = "\ufeff"


def table(itinerary: Itinerary) -> Iterator[bytes]:
    """One row for each stop, the days in order and the ideas last. It begins with a byte order mark, without which
    Excel takes UTF-8 for something else."""
    yield _row(COLUMNS, _BYTE_ORDER_MARK)
    for day in itinerary.days:
        for one in day.visits:
            yield _row(_stop(one, day))
    for one in itinerary.ideas:
        yield _row(_stop(one, None))


def defused(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before what could be one (OWASP).

    Whoever reads it back takes one apostrophe away from what `defused` would change.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def _row(cells: tuple[str | int | float | None, ...], before: str = "") -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return (before + written.getvalue()).encode()


def _stop(one: Visit, day: DayPlan | None) -> tuple[str | int | float | None, ...]:
    return (
        day.number if day else None,
        day.date.isoformat() if day and day.date else None,
        defused(one.name),
        one.kind,
        _local(one.begins),
        _local(one.ends),
        one.zone.key if one.zone else None,
        _utc(one, one.begins),
        _utc(one, one.ends),
        one.minutes,
        one.lat,
        one.lng,
        one.cost.amount if one.cost else None,
        decimal(one.cost) if one.cost else None,
        one.cost.currency if one.cost else None,
        "yes" if one.fixed else "no",
        defused("; ".join(one.who)),
        defused(one.notes.replace("\n", "\r\n")),
        defused(one.id),
    )


def _local(moment: datetime | None) -> str | None:
    return moment.replace(tzinfo=None).isoformat(" ", "minutes") if moment else None


def _utc(one: Visit, moment: datetime | None) -> str | None:
    if moment is None or one.zone is None:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="minutes") + "Z"
