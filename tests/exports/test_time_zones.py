"""Zones of stops, and the VTIMEZONE components that calendars read them from."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Timezone

from shared.exports.calendar import Versions, calendar
from shared.exports.itinerary import itinerary
from shared.exports.vtimezone import vtimezone
from shared.exports.zones import Zones
from shared.places.catalogue import CatalogueProvider
from shared.trips.models import Leg
from tests.exports.plans import UNCHANGED, plan, shown, stop, trip, zones

TOKYO, ATHENS = "Asia/Tokyo", "Europe/Athens"
APRIL = [date(2027, 4, day) for day in range(1, 11)]


def offset(component: Timezone, local: datetime) -> timedelta:
    """The offset at a wall-clock time by RFC 5545: that of the observance whose onset was last."""
    last = max(
        (part for part in component.subcomponents if part["DTSTART"].dt <= local), key=lambda part: part["DTSTART"].dt
    )
    told: timedelta = last["TZOFFSETTO"].td
    return told


@pytest.mark.parametrize(
    ("zone", "years"),
    [
        ("Europe/Berlin", [2027]),
        ("America/New_York", [2026, 2027]),
        ("Australia/Lord_Howe", [2027]),
        ("Europe/Dublin", [2027, 2029]),
        ("Africa/Casablanca", [2027]),
        ("Asia/Tokyo", [2027]),
        ("Asia/Kolkata", [2027]),
        ("Pacific/Apia", [2011, 2012]),
        ("Etc/UTC", [2027]),
        ("Africa/Cairo", [1943]),
    ],
)
def test_a_component_says_what_the_database_says(zone: str, years: list[int]) -> None:
    known = ZoneInfo(zone)
    component = Timezone.from_ical(vtimezone(known, years).to_ical())
    for year in years:
        local = datetime.combine(date(year, 1, 1), time())
        while local.year == year:
            moment = local.replace(tzinfo=known)
            # Wall-clock times that are skipped are never written, and of those that come twice the first is meant.
            if moment.astimezone(UTC).astimezone(known).replace(tzinfo=None, fold=0) == local:
                assert offset(component, local) == moment.utcoffset(), local
            local += timedelta(minutes=30)


def test_times_that_daylight_saving_skips_or_repeats() -> None:
    told = trip(Leg(name="Berlin", time_zone="Europe/Berlin"))
    stops = {"skipped": stop(at="02:30"), "repeated": stop(at="02:30", dayId="d2", minutes=90)}
    days = {"d1": {"date": "2027-03-28", "order": "a"}, "d2": {"date": "2027-10-31", "order": "b"}}
    found = itinerary("trip", told, plan(stops, days=2) | {"days": days}, zones(told), {})
    skipped, repeated = (day.visits[0] for day in found.days)
    assert skipped.begins and skipped.begins.astimezone(UTC) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert f"{skipped.begins:%H:%M}" == "03:30"
    assert repeated.begins and repeated.begins.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert repeated.ends and f"{repeated.ends:%H:%M %Z}" == "03:00 CET"


@pytest.mark.parametrize(
    ("day", "zone"), [(2, TOKYO), (3, TOKYO), (4, TOKYO), (5, ATHENS), (6, ATHENS), (8, ATHENS), (1, TOKYO)]
)
def test_the_stay_decides_and_on_a_travel_day_where_one_comes_from(day: int, zone: str) -> None:
    stays = [
        Leg(name="Kyoto", time_zone=TOKYO, start_date="2027-04-02", end_date="2027-04-04"),
        Leg(name="Athens", time_zone=ATHENS, start_date="2027-04-04", end_date="2027-04-06"),
    ]
    found = Zones(stays, lambda _: None).of(date(2027, 4, day))
    assert found and found.key == zone


def test_a_place_or_coordinates_decide_on_a_travel_day() -> None:
    provider = CatalogueProvider()
    stays = [
        Leg(name="Kyoto", destination_id="kyoto", time_zone=TOKYO, start_date="2027-04-02", end_date="2027-04-04"),
        Leg(name="Athens", destination_id="athens", time_zone=ATHENS, start_date="2027-04-04", end_date="2027-04-06"),
    ]
    found = Zones(stays, provider.destination)
    day = date(2027, 4, 4)
    assert found.of(day, "athens/acropolis") == ZoneInfo(ATHENS)
    assert found.of(day, None, (37.97, 23.72)) == ZoneInfo(ATHENS)
    assert found.of(day, None, (35.0, 135.7)) == ZoneInfo(TOKYO)
    assert found.of(day, "rome/colosseum") == ZoneInfo(TOKYO)


def test_without_dates_the_nearest_and_without_zones_none() -> None:
    provider = CatalogueProvider()
    open_stays = [
        Leg(name="Kyoto", destination_id="kyoto", time_zone=TOKYO),
        Leg(name="Athens", destination_id="athens", time_zone=ATHENS),
    ]
    assert Zones(open_stays, provider.destination).of(APRIL[0], None, (37.97, 23.72)) == ZoneInfo(ATHENS)
    assert Zones(open_stays, provider.destination).of(APRIL[0]) == ZoneInfo(TOKYO)
    assert Zones([Leg(name="Nowhere")], provider.destination).of(APRIL[0]) is None
    assert Zones([Leg(name="Atlantis", time_zone="Sea/Atlantis")], provider.destination).of(APRIL[0]) is None


def test_a_calendar_names_every_zone_once_and_times_without_a_zone_float() -> None:
    told = trip()
    stops = {"a": stop(at="10:00"), "b": stop(at="12:00"), "whole-day": stop()}
    parsed = Calendar.from_ical(b"".join(calendar(shown(stops), zones(told), Versions(told, UNCHANGED), feed=False)))
    assert [str(zone["TZID"]) for zone in parsed.walk("VTIMEZONE")] == [TOKYO]
    whole = next(event for event in parsed.walk("VEVENT") if "whole-day" in event["UID"])
    assert (whole["DTSTART"].dt, str(whole["TRANSP"])) == (date(2027, 4, 2), "TRANSPARENT")
    floating = b"".join(calendar(shown(stops, None), zones(told), Versions(told, UNCHANGED), feed=False))
    assert b"DTSTART:20270402T100000\r\n" in floating and b"VTIMEZONE" not in floating


@pytest.mark.parametrize("told", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_no_trouble(told: str) -> None:
    known = trip(Leg(name="Kyoto", time_zone=TOKYO))
    days = {"d1": {"date": told, "order": "a"}}
    edge = itinerary("trip", known, plan({"s": stop(at="23:59", minutes=10_000)}) | {"days": days}, zones(known), {})
    content = b"".join(calendar(edge, zones(known), Versions(known, UNCHANGED), feed=True))
    assert told.replace("-", "").encode() in content
