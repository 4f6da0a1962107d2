"""A plan as an iCalendar object (RFC 5545), piece by piece. Without I/O."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vDuration

from shared.exports.itinerary import line, visit
from shared.exports.models import DayPlan, Itinerary, Pause, Visit
from shared.exports.revisions import Container, Gone, Key, Revisions
from shared.exports.vtimezone import vtimezone
from shared.exports.words import begins_between, day_title, described, inert, pause_title, say
from shared.exports.zones import Zones
from shared.trips.models import Trip

REFRESH: Final = timedelta(hours=1)
"""How often a calendar should look again."""
_END: Final = b"END:VCALENDAR\r\n"
_KINDS: Final[dict[Container, str]] = {"stops": "", "days": ".day", "breaks": ".break"}
"""What tells the entries of a plan apart whose ids may be alike."""


@dataclass(frozen=True)
class Versions:
    """What tells a calendar which of two states of an entry is the newer one."""

    trip: Trip
    revisions: Revisions

    def stamp(self, event: Event, key: Key) -> None:
        """Both versions only grow, so their sum does; what a trip's change moves may be every entry."""
        revision = self.revisions.of(key)
        revised = max(revision.at, self.trip.updated_at).replace(microsecond=0)
        event.add("dtstamp", revised)
        event.add("last-modified", revised)
        event.add("sequence", revision.version + self.trip.version)


def calendar(itinerary: Itinerary, zones: Zones, versions: Versions, *, feed: bool) -> Iterator[bytes]:
    """The calendar; a `feed` also says what was cancelled and how often to look again."""
    gone = [(one, _last_seen(one, zones)) for one in versions.revisions.gone] if feed else []
    timed: list[Visit | Pause] = [one for day in itinerary.days for one in day.visits if one.begins]
    timed += [one for day in itinerary.days for one in day.pauses if one.begins]
    timed += [seen for _, seen in gone if seen and seen.begins]
    yield _head(itinerary, timed, feed=feed)
    for day in itinerary.days:
        if day.date is None:
            continue
        if day.title or day.notes:
            yield _day(itinerary, day, day.date, versions)
        for one in day.visits:
            yield _entry(itinerary, one, day.date, versions).to_ical()
        for pause in day.pauses:
            yield _break(itinerary, pause, day.date, versions)
    for lost, seen in gone:
        yield _cancelled(itinerary, lost, seen, versions)
    yield _END


def _head(itinerary: Itinerary, timed: list[Visit | Pause], *, feed: bool) -> bytes:
    head = Calendar()
    head.add("prodid", "-//Travvy//Trip plan//EN")
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    head.add("method", "PUBLISH")
    head.add("name", itinerary.name)
    head.add("x-wr-calname", itinerary.name)
    if feed:
        head.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        head.add("x-published-ttl", vDuration(REFRESH))
    years: dict[ZoneInfo, set[int]] = defaultdict(set)
    for one in timed:
        if one.begins and one.zone:
            years[one.zone].add(one.begins.year)
    for zone in sorted(years, key=lambda known: known.key):
        head.add_component(vtimezone(zone, years[zone]))
    ical: bytes = head.to_ical()
    return ical.removesuffix(_END)


def _entry(itinerary: Itinerary, one: Visit, day: date, versions: Versions) -> Event:
    event = Event()
    event.add("uid", _uid(itinerary, ("stops", one.id)))
    event.add("summary", one.name)
    versions.stamp(event, ("stops", one.id))
    _when(event, one.begins, one.zone, day)
    if one.begins and one.minutes:
        # A duration is exact time; an end would be a wall clock, which may show the same hour twice.
        event.add("duration", timedelta(minutes=one.minutes))
    if one.point:
        event.add("geo", one.point)
    if description := described(itinerary.language, one):
        event.add("description", inert(description))
    event.add("categories", [one.kind])
    event.add("transp", "OPAQUE" if one.begins and one.kind != "note" else "TRANSPARENT")
    event.add("status", "CONFIRMED")
    return event


def _day(itinerary: Itinerary, day: DayPlan, told: date, versions: Versions) -> bytes:
    event = Event()
    event.add("uid", _uid(itinerary, ("days", day.id)))
    event.add("summary", day_title(itinerary.language, day.number, day.title))
    versions.stamp(event, ("days", day.id))
    _when(event, None, None, told)
    if day.notes:
        event.add("description", inert(day.notes))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    ical: bytes = event.to_ical()
    return ical


def _break(itinerary: Itinerary, one: Pause, day: date, versions: Versions) -> bytes:
    """A break at its time; one for which the stops leave no room is told on its day."""
    event = Event()
    event.add("uid", _uid(itinerary, ("breaks", one.id)))
    event.add("summary", pause_title(itinerary.language, one))
    versions.stamp(event, ("breaks", one.id))
    _when(event, one.begins, one.zone, day)
    if one.begins:
        event.add("duration", timedelta(minutes=one.minutes))
    event.add("description", begins_between(itinerary.language, one))
    event.add("categories", ["break"])
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    ical: bytes = event.to_ical()
    return ical


def _uid(itinerary: Itinerary, key: Key) -> str:
    container, element_id = key
    return f"{element_id}{_KINDS[container]}@{itinerary.trip_id}.travvy"


def _cancelled(itinerary: Itinerary, one: Gone, seen: Visit | None, versions: Versions) -> bytes:
    event = Event()
    event.add("uid", _uid(itinerary, one.key))
    told = seen.name if seen else line(one.element.get("title") or one.element.get("name", ""))
    event.add("summary", told or say(itinerary.language, "break" if one.key[0] == "breaks" else "day_gone"))
    versions.stamp(event, one.key)
    _when(event, seen.begins if seen else None, seen.zone if seen else None, one.day)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED")
    ical: bytes = event.to_ical()
    return ical


def _when(event: Event, begins: datetime | None, zone: ZoneInfo | None, day: date) -> None:
    if begins is None:
        event.add("dtstart", day)
    elif zone is None:
        event.add("dtstart", begins)
    else:
        # Named by parameter, so that zones like Etc/UTC look like all others.
        event.add("dtstart", begins.replace(tzinfo=None), parameters={"TZID": zone.key})


def _last_seen(one: Gone, zones: Zones) -> Visit | None:
    """A stop that is gone, as calendars know it."""
    return visit(one.key[1], {**one.element, "who": {}}, one.day, zones, {}) if one.key[0] == "stops" else None
