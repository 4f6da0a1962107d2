"""A plan on paper: an overview, a page or more for each day, the ideas, the packing list. Without I/O."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final

from shared.exports.models import Cost, DayPlan, Itinerary, PackingItem, Visit
from shared.exports.sheet import Sheet
from shared.exports.words import price
from shared.places.travel import Leg, leg

_PIECE: Final = 64 * 1024
_KINDS: Final = {
    "sight": "Sight",
    "food": "Food",
    "stay": "Stay",
    "transport": "Transport",
    "activity": "Activity",
    "note": "Note",
}
_WAYS: Final = {"walk": "on foot", "transit": "by public transport", "drive": "by car"}


def printed(itinerary: Itinerary, revised: datetime) -> Iterator[bytes]:
    """The PDF, A4. `revised` is its creation date, so that the same plan gives the same file."""
    sheet = Sheet(itinerary.name, "".join(_texts(itinerary)), revised)
    _overview(sheet, itinerary)
    for day in itinerary.days:
        _day(sheet, day)
    if itinerary.ideas:
        sheet.section("Ideas", "Ideas", "not on a day yet")
        for one in itinerary.ideas:
            _visit(sheet, one, None)
    if itinerary.packing:
        _packing(sheet, itinerary.packing)
    whole = memoryview(sheet.finished())
    for start in range(0, len(whole), _PIECE):
        yield bytes(whole[start : start + _PIECE])


def _overview(sheet: Sheet, itinerary: Itinerary) -> None:
    sheet.cover(itinerary.name, " · ".join(itinerary.destinations), _dates(itinerary))
    for day in itinerary.days:
        first = ", ".join(one.name for one in day.visits[:3])
        more = f" and {len(day.visits) - 3} more" if len(day.visits) > 3 else ""
        sheet.row(f"Day {day.number}", _short(day.date), day.title or f"{first}{more}" or "free")
    if total := _sums(one for day in itinerary.days for one in day.visits):
        sheet.paragraph(f"Planned costs: {total}", strong=True, above=6)
    if itinerary.notes:
        sheet.heading("Notes")
        sheet.paragraph(itinerary.notes)


def _day(sheet: Sheet, day: DayPlan) -> None:
    where = [f"Time zone {day.zone.key}" if day.zone else "", f"From {day.base}" if day.base else ""]
    title = f"{_long(day.date)}" if day.date else day.title or "No date yet"
    subtitle = [day.title if day.date else "", *where]
    sheet.section(f"Day {day.number}", title, " · ".join(text for text in subtitle if text))
    if day.notes:
        sheet.paragraph(day.notes)
    if not day.visits:
        sheet.paragraph("Nothing is planned for this day.", muted=True)
    last: Visit | None = None
    for one in day.visits:
        if last and last.point and one.point:
            sheet.way(_way(leg(last.point, one.point)))
        _visit(sheet, one, day)
        last = one
    if total := _sums(day.visits):
        sheet.paragraph(f"Costs of the day: {total}", strong=True, above=4)


def _visit(sheet: Sheet, one: Visit, day: DayPlan | None) -> None:
    told = [_KINDS[one.kind]]
    if one.minutes:
        told.append(_lasts(one.minutes))
    if one.point:
        told.append(f"{one.point[0]:.5f}, {one.point[1]:.5f}")
    if one.cost:
        told.append(price(one.cost))
    if one.who:
        told.append(f"with {', '.join(one.who)}")
    if day and one.zone and day.zone and one.zone != day.zone:
        told.append(f"time zone {one.zone.key}")
    begins = f"{one.begins:%H:%M}" if one.begins else ""
    ends = f"{one.ends:%H:%M}" if one.ends and one.minutes else ""
    sheet.stop(begins, ends, one.name, " · ".join(told), one.notes)


def _packing(sheet: Sheet, items: Iterable[PackingItem]) -> None:
    sheet.section("Packing", "Packing list", "")
    for item in items:
        sheet.tick(f"{item.text} ({item.assignee})" if item.assignee else item.text, done=item.done)


def _texts(itinerary: Itinerary) -> Iterator[str]:
    """Everything that people wrote, for choosing fonts."""
    yield from (itinerary.name, itinerary.notes, *itinerary.destinations)
    for day in itinerary.days:
        yield from (day.title, day.notes, day.base)
    for one in (*(one for day in itinerary.days for one in day.visits), *itinerary.ideas):
        yield from (one.name, one.notes, *one.who)
    for item in itinerary.packing:
        yield from (item.text, item.assignee)


def _sums(visits: Iterable[Visit]) -> str:
    sums: dict[str, int] = defaultdict(int)
    for one in visits:
        if one.cost:
            sums[one.cost.currency] += one.cost.amount
    return " + ".join(price(Cost(amount, currency)) for currency, amount in sorted(sums.items()))


def _way(way: Leg) -> str:
    """An estimate of the way between two stops."""
    far = f"{way.metres / 1000:.1f} km" if way.metres >= 1000 else f"{round(way.metres, -1)} m"
    return f"about {far}, {_lasts(way.minutes)} {_WAYS[way.mode]}" if way.minutes else "next door"


def _lasts(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def _dates(itinerary: Itinerary) -> str:
    first, last = itinerary.first_day, itinerary.last_day
    if first is None:
        return "Dates are still open"
    return f"{_long(first)} – {_long(last)}" if last and last != first else f"{'' if last else 'From '}{_long(first)}"


def _long(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def _short(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b}" if day else ""
