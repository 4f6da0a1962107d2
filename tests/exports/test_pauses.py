"""Breaks of a day on paper and in calendars: at a time that the stops leave, or told without one."""

import io
import random
from datetime import date, timedelta
from itertools import pairwise, permutations
from typing import Any

import pytest
from icalendar import Calendar, Component
from pypdf import PdfReader

from shared.exports.calendar import Versions, calendar
from shared.exports.models import Itinerary, Pause
from shared.exports.printed import printed
from shared.exports.revisions import Gone, Revision, Revisions
from shared.exports.words import say
from shared.words.languages import LANGUAGES, Language
from tests.exports.plans import NOW, UNCHANGED, shown, stop, trip, zones

SIESTA = {"name": "Siesta", "minutes": 45, "from": "13:30", "to": "16:00"}
NEAR: dict[str, Any] = {"lat": 34.967, "lng": 135.773}
FAR: dict[str, Any] = {"lat": 35.039, "lng": 135.729}


def told(stops: dict[str, dict[str, Any]], language: Language = "en", **day: Any) -> Itinerary:
    """Day d1, with a siesta unless told otherwise."""
    return shown(stops, language=language, day={"breaks": {"b1": SIESTA}, **day})


def begins(itinerary: Itinerary) -> list[str | None]:
    return [f"{one.begins:%H:%M}" if one.begins else None for one in itinerary.days[0].pauses]


def page(itinerary: Itinerary) -> str:
    reader = PdfReader(io.BytesIO(b"".join(printed(itinerary, NOW))))
    return reader.pages[1].extract_text()


def events(itinerary: Itinerary, revisions: Revisions = UNCHANGED) -> dict[str, Component]:
    known = trip()
    content = b"".join(calendar(itinerary, zones(known), Versions(known, revisions), feed=True))
    return {str(event["UID"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


def test_a_page_tells_a_break_between_the_stops_at_the_time_that_they_leave() -> None:
    stops = {
        "a": stop("Fushimi Inari", order="a0", at="13:00", minutes=50),
        "b": stop("Nishiki Market", order="a1"),
        "c": stop("Kinkaku-ji", order="a2", at="15:00"),
    }
    text = page(told(stops))
    assert all(words in text for words in ("13:50", "– 14:35", "Break · 45 min · begins between 13:30 and 16:00"))
    names = ("Fushimi Inari", "Siesta", "Nishiki Market", "Kinkaku-ji")
    assert sorted(names, key=text.index) == list(names)


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        ({}, "13:30"),
        ({"a": stop(at="13:00", minutes=63)}, "14:05"),
        ({"a": stop(at="13:00", minutes=178)}, "16:00"),
        ({"a": stop(at="13:00", minutes=181)}, None),
        ({"a": stop(at="13:00", minutes=178), "b": stop(at="16:44")}, "15:58"),
        ({"a": stop(at="13:00", minutes=178), "b": stop(at="16:45")}, "16:00"),
        ({"a": stop(at="13:00", minutes=178), "b": stop(at="16:42")}, None),
        ({"a": stop(at="13:00", minutes=177), "b": stop(at="16:43")}, "15:57"),
        ({"a": stop(at="14:00", **NEAR), "b": stop(at="15:44", **NEAR)}, None),
        ({"a": stop(at="14:00", **NEAR), "b": stop(at="15:45", **NEAR)}, "15:00"),
        ({"a": stop(at="14:00", **NEAR), "b": stop(at="16:00", **FAR), "c": stop(at="16:10")}, None),
        ({"a": stop("Call home", at="13:00", minutes=240, kind="note")}, "13:30"),
        ({"a": stop("Hotel", at="15:00", minutes=1080, kind="stay"), "b": stop(at="13:00", minutes=110)}, "15:30"),
        ({"a": stop(at="13:00", who={"ana": True}), "b": stop(at="13:30", who={"ben": True})}, "14:30"),
    ],
)
def test_it_begins_when_everybody_is_free_and_nobody_on_the_way(
    stops: dict[str, dict[str, Any]], expected: str | None
) -> None:
    names = {"ana": "Ana", "ben": "Ben"}
    assert begins(shown(stops, names=names, day={"breaks": {"b1": SIESTA}})) == [expected]


def test_it_is_within_the_hours_of_the_day() -> None:
    assert begins(told({}, start="15:00")) == ["15:00"]
    assert begins(told({}, end="14:14")) == [None]
    assert begins(told({}, end="14:15")) == ["13:30"]


@pytest.mark.parametrize("seed", range(30))
def test_as_many_breaks_have_a_time_as_can(seed: int) -> None:
    chance = random.Random(seed)
    stops, minute = {}, 9 * 60
    for number in range(chance.randint(1, 4)):
        minute += chance.randrange(0, 120, 5)
        lasts = chance.randrange(10, 120, 5)
        stops[f"s{number}"] = stop(at=clock(minute), minutes=lasts)
        minute += lasts
    breaks = {}
    for number in range(4):
        opens = chance.randrange(9 * 60, 15 * 60, 5)
        low, high = clock(opens), clock(opens + chance.randrange(0, 180, 5))
        breaks[f"b{number}"] = {"minutes": chance.randrange(15, 90, 5), "from": low, "to": high}
    found = shown(stops, day={"breaks": breaks, "end": "17:00"}).days[0]
    taken = [(one.begins, one.ends) for one in found.visits]
    timed = [one for one in found.pauses if one.begins]
    for one in timed:
        assert one.earliest <= f"{one.begins:%H:%M}" <= one.latest
        taken.append((one.begins, one.ends))
    taken.sort()
    assert all(ends <= begin for (_, ends), (begin, _) in pairwise(taken) if ends and begin)
    assert len(timed) == most(found.pauses, [(one.begins, one.ends) for one in found.visits])


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def most(wanted: tuple[Pause, ...], visits: list[tuple[Any, Any]]) -> int:
    """How many breaks fit at all, each tried every five minutes, in every order."""

    def fit(left: tuple[Pause, ...], taken: list[tuple[Any, Any]]) -> int:
        if not left:
            return 0
        one, *others = left
        for begin, end in slots(one):
            if all(end <= low or begin >= high for low, high in taken):
                return 1 + fit(tuple(others), [*taken, (begin, end)])
        return fit(tuple(others), taken)

    def slots(one: Pause) -> list[tuple[Any, Any]]:
        midnight = visits[0][0].replace(hour=0, minute=0)
        minutes = range(9 * 60, 17 * 60 - one.minutes + 1, 5)
        return [
            (midnight + timedelta(minutes=minute), midnight + timedelta(minutes=minute + one.minutes))
            for minute in minutes
            if one.earliest <= clock(minute) <= one.latest
        ]

    return max(fit(order, visits) for order in permutations(wanted))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_a_break_and_that_there_is_no_room(language: Language) -> None:
    nameless = {"b1": {**SIESTA, "name": ""}}
    text = page(told({"a": stop(at="13:00", minutes=300)}, language, breaks=nameless))
    window = say(language, "begins_between", low="13:30", high="16:00")
    for words in (say(language, "break"), window, say(language, "no_room")):
        assert words in text.replace("\n", " "), words
    event = events(told({}, language, breaks=nameless))["d1.b1.break@trip.travvy"]
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (say(language, "break"), window)


def test_a_day_without_a_date_tells_its_breaks_without_times() -> None:
    text = page(told({"a": stop(at="13:00")}, date=None))
    assert "Siesta" in text and "begins between 13:30 and 16:00" in text
    assert "no room" not in text and "13:30 –" not in text
    assert events(told({}, date=None)) == {}


def test_a_calendar_has_a_break_at_its_time_and_leaves_it_free() -> None:
    first = events(told({"a": stop(at="13:00")}))["d1.b1.break@trip.travvy"]
    assert (str(first["SUMMARY"]), str(first["TRANSP"]), first["DTSTART"].params["TZID"]) == (
        "Siesta",
        "TRANSPARENT",
        "Asia/Tokyo",
    )
    assert (f"{first.decoded('DTSTART'):%H:%M}", first.decoded("DURATION")) == ("14:00", timedelta(minutes=45))
    later = events(told({"a": stop(at="13:00", minutes=90)}))["d1.b1.break@trip.travvy"]
    assert f"{later.decoded('DTSTART'):%H:%M}" == "14:30", "the same entry, moved"
    crowded = events(told({"a": stop(at="13:00", minutes=300)}))["d1.b1.break@trip.travvy"]
    assert crowded.decoded("DTSTART") == date(2027, 4, 2) and "DURATION" not in crowded


def test_the_feed_takes_a_break_away_that_is_gone() -> None:
    gone = Gone(("breaks", "d1.b2"), {**SIESTA, "name": "Tea"}, date(2027, 4, 2), Revision(5, NOW))
    cancelled = events(told({}), Revisions({}, Revision(1, NOW), (gone,)))["d1.b2.break@trip.travvy"]
    assert (str(cancelled["STATUS"]), str(cancelled["SUMMARY"])) == ("CANCELLED", "Tea")
