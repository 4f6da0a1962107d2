"""Days set off where the group slept and end where it will; journeys that come and go bound them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from google.cloud.firestore import Client

from clients.python.session import Session
from shared.planning.facts import Facts, PlanDay
from shared.planning.requests import Optimise, SomeDays
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from tests.assistant.worlds import World, place, town
from tests.planning.conftest import days_of, make_kyoto
from tests.planning.worlds import after, facts, plan, sight, solver, stop, world

NORTH, SOUTH, FAR = (45.09, 9.0), (45.0, 9.0), (41.9, 12.5)
"""Two hotels ten kilometres apart, and one in another part of the country."""
A, B, C = (sight(name, step) for name, step in (("a", 0.0), ("b", 5.0), ("c", 10.0)))
KNOWN = world(A, B, C)


def inn(point: tuple[float, float], day: str, at: str | None = "15:00", **fields: Any) -> dict[str, Any]:
    return stop(None, day, at, name="Inn", kind="stay", lat=point[0], lng=point[1], **{"minutes": 30, **fields})


def journey(point: tuple[float, float] | None, day: str, at: str, minutes: int = 120, **fields: Any) -> dict[str, Any]:
    where = {"lat": point[0], "lng": point[1]} if point else {}
    return stop(None, day, at, name="Train", kind="transport", minutes=minutes, **where, **fields)


def base(point: tuple[float, float]) -> dict[str, Any]:
    return {"name": "Hotel", "lat": point[0], "lng": point[1]}


def known(stops: dict[str, dict[str, Any]], bases: dict[str, Any] | None = None, days: int = 3, **trip: Any) -> Facts:
    doc = plan(stops, days)
    for day_id, point in (bases or {}).items():
        doc["days"][day_id]["base"] = base(point)
    return facts(doc, KNOWN, **trip)


def ends(given: Facts) -> list[tuple[Any, Any]]:
    """Where each day sets off and ends."""
    return [(day.sets_off, day.sleeps) for day in given.days]


def hours(day: PlanDay) -> tuple[int, int]:
    return day.start, day.end


def test_a_day_sets_off_at_last_nights_hotel_and_ends_at_tonights() -> None:
    assert ends(known({}, {"d1": NORTH, "d2": SOUTH, "d3": NORTH})) == [
        (NORTH, NORTH), (NORTH, SOUTH), (SOUTH, NORTH)
    ]  # fmt: skip


def test_a_stay_is_where_the_night_is_whatever_the_base_says() -> None:
    assert ends(known({"inn": inn(SOUTH, "d2")}, {"d1": NORTH, "d2": NORTH, "d3": NORTH})) == [
        (NORTH, NORTH), (NORTH, SOUTH), (SOUTH, NORTH)
    ]  # fmt: skip


def test_a_stay_goes_on_until_something_else_is_told() -> None:
    assert ends(known({"inn": inn(SOUTH, "d1")})) == [(None, SOUTH), (SOUTH, SOUTH), (SOUTH, SOUTH)]
    moved = {"inn": inn(SOUTH, "d1"), "other": inn(NORTH, "d2", None)}
    assert ends(known(moved)) == [(None, SOUTH), (SOUTH, NORTH), (NORTH, NORTH)]
    assert ends(known({"inn": inn(SOUTH, "d1")}, {"d2": NORTH})) == [(None, SOUTH), (SOUTH, NORTH), (NORTH, None)]


def test_a_stay_as_long_as_its_nights_holds_for_these_and_takes_only_the_check_in_of_the_day() -> None:
    given = known({"inn": inn(SOUTH, "d1", minutes=2 * 24 * 60 - 5 * 60)}, {"d2": NORTH, "d3": NORTH})
    assert ends(given) == [(None, SOUTH), (SOUTH, SOUTH), (SOUTH, NORTH)]
    assert given.stops["inn"].minutes == 30


def test_what_only_some_do_is_not_where_the_group_sleeps() -> None:
    trip = {"roles": {"ana": "owner", "ben": "editor"}, "members": ("ana", "ben")}
    assert ends(known({"inn": inn(SOUTH, "d1", who={"ben": True})}, {"d1": NORTH}, days=1, **trip)) == [(NORTH, NORTH)]


def test_after_a_gap_in_the_dates_a_day_sets_off_at_its_own_base() -> None:
    doc = plan({})
    for (day_id, point), on in zip({"d1": NORTH, "d2": SOUTH}.items(), ("2027-05-03", "2027-05-05"), strict=True):
        doc["days"][day_id] |= {"base": base(point), "date": on}
    assert ends(facts(doc, KNOWN)) == [(NORTH, NORTH), (SOUTH, SOUTH)]


def test_the_first_day_begins_when_the_journey_there_ends() -> None:
    first, *_ = known({"train": journey(SOUTH, "d1", "11:00")}, {"d1": SOUTH}).days
    assert (first.sets_off, first.sleeps, hours(first)) == (None, SOUTH, (13 * 60, 18 * 60))
    two = {"flight": journey(None, "d1", "08:00", 60), "train": journey(SOUTH, "d1", "10:00", 30)}
    assert hours(known(two).days[0]) == (10 * 60 + 30, 18 * 60), "the one has connection to the other"


@pytest.mark.parametrize(
    "stops",
    [
        {"train": journey(FAR, "d1", "11:00"), "a": stop(A, "d1", "15:00")},
        {"a": stop(A, "d1", "09:00"), "train": journey(SOUTH, "d1", "11:00"), "b": stop(B, "d1", "16:00")},
    ],
    ids=["it leads away", "somebody is there before"],
)
def test_not_every_journey_of_the_first_day_is_the_arrival(stops: dict[str, Any]) -> None:
    assert hours(known(stops).days[0]) == (9 * 60, 18 * 60)


def test_the_last_day_ends_where_the_way_home_begins() -> None:
    way_home = {"taxi": journey(None, "d3", "14:00", 30), "flight": journey(FAR, "d3", "16:00")}
    *_, last = known(way_home, {"d2": NORTH, "d3": NORTH}).days
    assert (last.sets_off, last.sleeps, hours(last)) == (NORTH, None, (9 * 60, 14 * 60))
    *_, before = known(way_home, {"d3": NORTH}, end_date="2027-05-06").days
    assert hours(before) == (9 * 60, 18 * 60), "the trip has another day"


def test_a_trip_of_one_day_comes_and_goes() -> None:
    both = {"there": journey(SOUTH, "d1", "08:00", 90), "back": journey(FAR, "d1", "17:00", 90)}
    assert hours(known(both, days=1).days[0]) == (9 * 60 + 30, 17 * 60)
    assert hours(known({"back": journey(None, "d1", "17:00")}, days=1).days[0]) == (9 * 60, 17 * 60)
    assert hours(known({"there": journey(None, "d1", "10:00")}, days=1).days[0]) == (12 * 60, 18 * 60)


def test_the_end_of_a_moving_day_is_in_the_other_town_if_the_journey_is_in_the_plan() -> None:
    bases = {"d1": NORTH, "d2": FAR, "d3": FAR}
    moving = {"a": stop(A, "d2", "09:30"), "train": journey(FAR, "d2", "12:00", 180)}
    assert ends(known(moving, bases))[1] == (NORTH, FAR)
    del moving["train"]
    assert ends(known(moving, bases))[1] == (NORTH, None), "nobody has said how they get there"
    assert ends(known({}, bases))[1] == (FAR, FAR), "the day's own base is where it is, then"


def test_a_day_out_from_one_hotel_leads_back_to_it_without_a_journey() -> None:
    lake = place("mila/lake", lat=45.9, lng=9.0)
    doc = plan({"lake": stop(lake, "d2", "12:00")})
    for day in doc["days"].values():
        day["base"] = base(SOUTH)
    assert ends(facts(doc, world(lake)))[1] == (SOUTH, SOUTH)


def test_a_journey_that_leads_away_ends_the_stay_and_one_that_comes_back_does_not() -> None:
    stops = {"inn": inn(SOUTH, "d1"), "there": journey(FAR, "d2", "09:00")}
    assert ends(known(stops))[1:] == [(SOUTH, None), (None, None)]
    stops["back"] = journey(SOUTH, "d2", "16:00")
    assert ends(known(stops))[1:] == [(SOUTH, SOUTH), (SOUTH, SOUTH)]


def test_after_a_night_on_the_train_the_day_begins_where_and_when_it_arrives() -> None:
    stops = {"night": journey(SOUTH, "d1", "22:00", 12 * 60), "a": stop(A, "d1", "10:00")}
    first, second, _ = known(stops, {"d2": SOUTH}).days
    assert first.sleeps is None
    assert (second.sets_off, second.sleeps, hours(second)) == (SOUTH, SOUTH, (10 * 60, 18 * 60))


def test_a_stay_that_nobody_ended_counts_no_more_where_the_days_are_elsewhere() -> None:
    away = place("roma/forum", lat=FAR[0], lng=FAR[1])
    there = World([A, away], [town("mila"), town("roma", *FAR)])
    doc = plan({"inn": inn(SOUTH, "d1"), "a": stop(A, "d1", "10:00"), "forum": stop(away, "d2", "10:00")})
    assert ends(facts(doc, there))[1] == (None, None)


def test_the_order_of_a_day_follows_the_hotels() -> None:
    """From the hotel in the south to the one in the north, though the stops stand the other way about."""
    doc = plan({"c": stop(C, "d2", "09:30"), "b": stop(B, "d2", "12:00"), "a": stop(A, "d2", "15:00")})
    doc["days"]["d1"]["base"], doc["days"]["d2"]["base"] = base(SOUTH), base(NORTH)
    made = solver(KNOWN).plans(facts(doc, KNOWN), Optimise(scope=SomeDays(days=["d2"]), deliver="apply"))[0]
    changed = after(doc, made)
    times = {key: changed["stops"][key]["at"] for key in "abc"}
    assert sorted(times, key=lambda key: times[key]) == ["a", "b", "c"]
    (travel,) = made.report["travelMinutes"]
    assert travel["after"] < travel["before"] / 2


@pytest.mark.parametrize("kind", ["arrival", "departure"])
def test_nothing_is_placed_before_the_arrival_or_after_the_departure(kind: str) -> None:
    train = journey(SOUTH, "d1", "13:00", 60) if kind == "arrival" else journey(FAR, "d1", "13:00", 60)
    ideas = {key: stop(one) for key, one in zip("abc", (A, B, C), strict=True)}
    doc = plan({"train": train, **ideas}, days=1)
    loved = {key: {"ana": Reaction.LOVE} for key in ideas}
    given = facts(doc, KNOWN, Group(travellers=(Traveller(uid="ana"),), reactions=loved))
    made = solver(KNOWN).plans(given, Optimise(scope=SomeDays(days=["d1"]), deliver="apply"))[0]
    times = [one["to"]["at"] for one in made.report["placed"]]
    assert times and all(at >= "14:00" if kind == "arrival" else at <= "12:00" for at in times)


def test_hotels_along_a_real_trip(person: Callable[..., Session], database: Client) -> None:
    """Monday ends at an inn beside Fushimi Inari, so what is near it comes last; Tuesday sets off there."""
    ana = person()
    kyoto = make_kyoto(ana, database)
    version = ana.call("plan-get", tripId=kyoto.trip_id)["version"]
    hotel = {"name": "Hotel", "lat": 35.036, "lng": 135.728}
    point = {"lat": 34.967, "lng": 135.772}
    check_in = {"name": "Inn", "kind": "stay", "minutes": 30, "by": ana.uid, "dayId": "d1", "order": "a9", "notes": ""}
    kyoto.edit(
        ana,
        {"p": ["days", "d1", "base"], "oi": hotel},
        {"p": ["stops", "inn"], "oi": {**check_in, **point}},
        base=version,
        seq=1,
    )
    job = kyoto.ask("planning-optimise", scope={"days": ["d1", "d2"]}, ideas=False, **{"as": "apply"})
    assert job["state"] == "done", job
    order = [key for key in days_of(kyoto.plan())["d1"] if key in ("kinkaku", "ryoan", "tofuku", "inari")]
    assert set(order[:2]) == {"kinkaku", "ryoan"} and set(order[2:]) <= {"tofuku", "inari"}


def test_dates_of_the_trip_say_which_day_is_the_first() -> None:
    arrives = {"train": journey(SOUTH, "d1", "11:00")}
    assert known(arrives, start_date=date(2027, 5, 3).isoformat()).days[0].start == 13 * 60
    assert known(arrives, start_date=date(2027, 5, 1).isoformat()).days[0].start == 9 * 60
