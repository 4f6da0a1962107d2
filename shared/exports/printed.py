"""A plan on paper: an overview, a page or more for each day, the ideas, the packing list. Without I/O."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from shared.exports.models import Cost, DayPlan, Itinerary, PackingItem, Pause, Visit
from shared.exports.sheet import Sheet
from shared.exports.words import (
    begins_between,
    day_title,
    distance,
    long_date,
    pause_title,
    price,
    say,
    short_date,
    vocabulary,
)
from shared.places.travel import Leg, leg
from shared.words.languages import Language
from shared.words.values import written


def printed(itinerary: Itinerary, revised: datetime) -> Iterator[bytes]:
    """The PDF, A4, page by page as they are laid out. `revised` is its creation date, so that the same plan gives the
    same file."""
    language = itinerary.language
    sheet = Sheet(itinerary.name, "".join(_texts(itinerary)), revised, language)
    yield from _overview(sheet, itinerary)
    for day in itinerary.days:
        yield from _day(sheet, day, language)
    if itinerary.ideas:
        yield from sheet.section(say(language, "ideas"), say(language, "ideas"), say(language, "ideas_what"))
        for one in itinerary.ideas:
            yield from _visit(sheet, one, None, language)
    if itinerary.packing:
        yield from _packing(sheet, itinerary.packing, language)
    yield from sheet.closed()


def _overview(sheet: Sheet, itinerary: Itinerary) -> Iterator[bytes]:
    language = itinerary.language
    where = " · ".join(itinerary.destinations)
    yield from sheet.cover(itinerary.name, where, _dates(itinerary), say(language, "overview"))
    for day in itinerary.days:
        when = short_date(language, day.date) if day.date else ""
        yield from sheet.row(day_title(language, day.number), when, day.title or _first(day, language))
    if total := _sums((one for day in itinerary.days for one in day.visits), language):
        yield from sheet.paragraph(say(language, "planned_costs", sums=total), strong=True, above=6)
    if itinerary.notes:
        yield from sheet.heading(say(language, "notes"))
        yield from sheet.paragraph(itinerary.notes)


def _first(day: DayPlan, language: Language) -> str:
    """The first stops of a day that has no title."""
    if not day.visits:
        return say(language, "free")
    names, more = written([one.name for one in day.visits[:3]], language), len(day.visits) - 3
    return say(language, "and_more", names=names, count=more) if more > 0 else names


def _day(sheet: Sheet, day: DayPlan, language: Language) -> Iterator[bytes]:
    where = [
        say(language, "time_zone", zone=day.zone.key) if day.zone else "",
        say(language, "from_place", place=day.base) if day.base else "",
    ]
    title = long_date(language, day.date) if day.date else day.title or say(language, "no_date")
    subtitle = [day.title if day.date else "", *where]
    yield from sheet.section(day_title(language, day.number), title, " · ".join(text for text in subtitle if text))
    if day.notes:
        yield from sheet.paragraph(day.notes)
    if not (day.visits or day.pauses):
        yield from sheet.paragraph(say(language, "day_empty"), muted=True)
    last: Visit | None = None
    for told, one in enumerate(day.visits):
        yield from _pauses(sheet, day, told, language)
        if last and last.point and one.point:
            yield from sheet.way(_way(leg(last.point, one.point), language))
        yield from _visit(sheet, one, day, language)
        last = one
    yield from _pauses(sheet, day, len(day.visits), language)
    if total := _sums(day.visits, language):
        yield from sheet.paragraph(say(language, "costs_of_day", sums=total), strong=True, above=4)


def _visit(sheet: Sheet, one: Visit, day: DayPlan | None, language: Language) -> Iterator[bytes]:
    told = [say(language, one.kind)]
    if one.minutes:
        told.append(_lasts(one.minutes, language))
    if one.point:
        told.append(f"{one.point[0]:.5f}, {one.point[1]:.5f}")
    if one.cost:
        told.append(price(language, one.cost))
    if one.who:
        told.append(say(language, "with_names", names=written(one.who, language)))
    if day and one.zone and day.zone and one.zone != day.zone:
        told.append(say(language, "time_zone", zone=one.zone.key))
    begins = f"{one.begins:%H:%M}" if one.begins else ""
    ends = f"{one.ends:%H:%M}" if one.ends and one.minutes else ""
    yield from sheet.stop(begins, ends, one.name, " · ".join(told), one.notes)


def _pauses(sheet: Sheet, day: DayPlan, behind: int, language: Language) -> Iterator[bytes]:
    """The breaks that are told after so many stops."""
    for one in day.pauses:
        if one.behind == behind:
            begins = f"{one.begins:%H:%M}" if one.begins else ""
            ends = f"{one.ends:%H:%M}" if one.ends else ""
            yield from sheet.stop(begins, ends, pause_title(language, one), _pause_told(one, day, language), "")


def _pause_told(one: Pause, day: DayPlan, language: Language) -> str:
    told = [say(language, "break") if one.name else "", _lasts(one.minutes, language), begins_between(language, one)]
    if day.date and not one.begins:
        told.append(say(language, "no_room"))
    return " · ".join(text for text in told if text)


def _packing(sheet: Sheet, items: Iterable[PackingItem], language: Language) -> Iterator[bytes]:
    yield from sheet.section(say(language, "packing"), say(language, "packing_list"), "")
    for item in items:
        yield from sheet.tick(f"{item.text} ({item.assignee})" if item.assignee else item.text, done=item.done)


def _texts(itinerary: Itinerary) -> Iterator[str]:
    """Everything that is written in it, for choosing fonts."""
    yield from vocabulary(itinerary.language)
    yield from (itinerary.name, itinerary.notes, *itinerary.destinations)
    for day in itinerary.days:
        yield from (day.title, day.notes, day.base, *(one.name for one in day.pauses))
    for one in (*(one for day in itinerary.days for one in day.visits), *itinerary.ideas):
        yield from (one.name, one.notes, *one.who)
    for item in itinerary.packing:
        yield from (item.text, item.assignee)


def _sums(visits: Iterable[Visit], language: Language) -> str:
    sums: dict[str, int] = defaultdict(int)
    for one in visits:
        if one.cost:
            sums[one.cost.currency] += one.cost.amount
    return " + ".join(price(language, Cost(amount, currency)) for currency, amount in sorted(sums.items()))


def _way(way: Leg, language: Language) -> str:
    """An estimate of the way between two stops."""
    if not way.minutes:
        return say(language, "next_door")
    far = distance(language, way.metres)
    return say(language, "way", far=far, lasts=_lasts(way.minutes, language), how=say(language, way.mode))


def _lasts(minutes: int, language: Language) -> str:
    hours, rest = divmod(minutes, 60)
    told = [
        say(language, "hours", hours=hours) if hours else "",
        say(language, "minutes", minutes=rest) if rest else "",
    ]
    return " ".join(part for part in told if part)


def _dates(itinerary: Itinerary) -> str:
    language, first, last = itinerary.language, itinerary.first_day, itinerary.last_day
    if first is None:
        return say(language, "dates_open")
    begins = long_date(language, first)
    if last is None:
        return say(language, "from_date", date=begins)
    return f"{begins} – {long_date(language, last)}" if last != first else begins
