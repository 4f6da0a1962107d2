"""Ordering days anew: shorter ways, ideas placed, vetoes out, bookings and what has happened untouched."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.assistant.settings import SearchEffort
from shared.planning.facts import Facts
from shared.planning.outcome import Outcome
from shared.planning.reading import minutes
from shared.planning.requests import OneDay, Optimise, SomeDays, TheRest
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from shared.runtime.errors import FailedPrecondition, NotFound
from tests.assistant.worlds import World
from tests.planning.worlds import after, facts, plan, shown, sight, solver, stop, world

A, B, C, D = (sight(name, step) for name, step in (("a", 0.0), ("b", 0.5), ("c", 1.0), ("d", 1.5)))
SHUT_LATE = sight("early", 0.5, opening_hours="09:00-12:00")
LUNCH = sight("lunch", 1.5, kind="food", tags=("lunch",), opening_hours="11:00-15:00")
KNOWN = world(A, B, C, D, SHUT_LATE, LUNCH)
DAY = Optimise(scope=OneDay(day="d1"), deliver="apply")


def optimised(given: Facts, order: Optimise = DAY, known: World = KNOWN) -> Outcome:
    return solver(known).plans(given, order)[0]


def zigzag() -> dict[str, dict[str, Any]]:
    return {
        "a": stop(A, "d1", "09:00"),
        "d": stop(D, "d1", "10:45"),
        "b": stop(B, "d1", "12:30"),
        "c": stop(C, "d1", "14:00"),
    }


def test_a_day_that_zigzags_is_put_in_order_and_told_in_minutes() -> None:
    doc = plan(zigzag())
    made = optimised(facts(doc, KNOWN))
    assert [key for key, _ in shown(after(doc, made), "d1")] in (["a", "b", "c", "d"], ["d", "c", "b", "a"])
    (travel, _) = made.report["travelMinutes"], made.report["moved"]
    assert travel[0]["after"] < travel[0]["before"]


def test_a_day_in_order_stays_as_it_is() -> None:
    doc = plan({"a": stop(A, "d1", "09:00"), "b": stop(B, "d1", "11:00"), "c": stop(C, "d1", "14:00")})
    made = optimised(facts(doc, KNOWN))
    assert made.ops == [] and made.days == ()


def test_only_fields_that_change_are_written_and_few_keys() -> None:
    doc = plan(zigzag())
    made = optimised(facts(doc, KNOWN))
    assert all(len(one["p"]) == 3 and one["p"][2] in ("order", "at") for one in made.ops)
    assert all(one["od"] == doc["stops"][one["p"][1]][one["p"][2]] for one in made.ops)
    assert sum(one["p"][2] == "order" for one in made.ops) <= 3


def test_other_days_and_notes_are_not_touched() -> None:
    doc = plan({**zigzag(), "e": stop(SHUT_LATE, "d2", "16:00"), "n": stop(None, "d1", kind="note", name="Umbrellas")})
    changed = after(doc, optimised(facts(doc, KNOWN)))
    assert changed["stops"]["e"] == doc["stops"]["e"] and changed["stops"]["n"] == doc["stops"]["n"]


@pytest.mark.parametrize("fields", [{"fixed": True}, {"kind": "transport"}, {"kind": "stay"}])
def test_what_is_booked_keeps_its_time(fields: dict[str, Any]) -> None:
    doc = plan({**zigzag(), "b": stop(B, "d1", "12:30", **fields)})
    changed = after(doc, optimised(facts(doc, KNOWN)))
    assert changed["stops"]["b"]["at"] == "12:30"
    assert len(shown(changed, "d1")) == 4


def test_what_is_near_but_not_worth_its_way_is_not_said_to_be_a_day_away() -> None:
    doc = plan({"a": stop(A, minutes=5), "b": stop(B, minutes=5)})
    (left,) = optimised(facts(doc, KNOWN)).report["leftOut"]
    assert left["reason"] == "too_far"
    assert left["text"].endswith("stays an idea: the way there takes too long.")


@pytest.mark.parametrize("count", [2, 4])
def test_no_number_of_stops_is_put_where_a_booking_is(count: int) -> None:
    late = [sight(f"late{number}", 0.01 * number, opening_hours="14:00-18:00") for number in range(count)]
    stops = {f"s{number}": stop(one, "d1") for number, one in enumerate(late)}
    doc = plan({"book": stop(A, "d1", "14:00", fixed=True, minutes=240), **stops}, days=1)
    known = world(A, *late)
    made = optimised(facts(doc, known), known=known)
    assert shown(after(doc, made), "d1") == [("book", "14:00")]
    assert {one["stopId"] for one in made.report["leftOut"]} == stops.keys()


@pytest.mark.parametrize("at", ["08:00", "09:00", "09:05", "17:00", "17:30", "18:30"])
def test_a_booking_at_the_edge_of_a_day_is_reached_from_the_hotel_and_back(at: str) -> None:
    """A day begins and ends where the group sleeps, a kilometre from the booking."""
    doc = plan({"book": stop(C, "d1", at, fixed=True), "b": stop(B, "d1"), "a": stop(A, "d1")}, days=1)
    doc["days"]["d1"]["base"] = {"name": "Hotel", "lat": A.lat, "lng": A.lng}
    made = optimised(facts(doc, KNOWN))
    assert made.report["leftOut"] == []
    times = {key: minutes(told) for key, told in shown(after(doc, made), "d1") if told is not None}
    assert times["book"] == minutes(at)
    assert all(abs(times[key] - times["book"]) >= 60 for key in ("a", "b"))


def test_nothing_is_put_where_bookings_are_that_cannot_both_be_had() -> None:
    """They overlap by a minute; whichever is kept, the group has to be asked about the other."""
    late = sight("late", 0.5, opening_hours="09:30-13:00")
    stops = {"one": stop(A, "d1", "10:00", fixed=True), "two": stop(B, "d1", "10:59", fixed=True)}
    doc = plan({**stops, "late": stop(late, "d1", minutes=60)}, days=1)
    known = world(A, B, late)
    made = optimised(facts(doc, known), known=known)
    (clash,) = made.report["leftOut"]
    assert clash["reason"] == "clash" and clash["stopId"] in stops
    told = dict(shown(after(doc, made), "d1"))["late"]
    assert told is not None and told >= "11:59"


def test_stops_without_a_time_get_one_that_fits() -> None:
    doc = plan({"a": stop(A, "d1"), "early": stop(SHUT_LATE, "d1"), "lunch": stop(LUNCH, "d1", kind="food")})
    changed = after(doc, optimised(facts(doc, KNOWN)))
    times = dict(shown(changed, "d1"))
    assert times["early"] is not None and times["early"] <= "11:00"
    assert times["lunch"] is not None and times["lunch"] >= "11:00"


def reacted(**reactions: dict[str, Reaction]) -> Group:
    people = (Traveller(uid="ana", name="Ana"), Traveller(uid="ben", name="Ben"))
    return Group(travellers=people, reactions=dict(reactions))


def test_ideas_that_people_love_are_placed_by_moving_them() -> None:
    doc = plan({"a": stop(A, "d1", "09:00"), "b": stop(B, notes="with Mei")})
    made = optimised(facts(doc, KNOWN, reacted(b={"ana": Reaction.LOVE})))
    moved = after(doc, made)["stops"]["b"]
    assert (moved["dayId"], moved["notes"]) == ("d1", "with Mei")
    assert [one["stopId"] for one in made.report["placed"]] == ["b"]
    assert {one["uid"] for one in made.report["satisfaction"]} == {"ana", "ben"}
    assert optimised(facts(doc, KNOWN), DAY.model_copy(update={"ideas": False})).ops == []


def test_a_vetoed_idea_stays_and_a_vetoed_stop_goes_back_to_the_ideas() -> None:
    doc = plan({"a": stop(A, "d1", "09:00"), "b": stop(B, "d1", "11:00"), "c": stop(C)})
    group = reacted(b={"ben": Reaction.VETO}, c={"ana": Reaction.MUST, "ben": Reaction.VETO})
    made = optimised(facts(doc, KNOWN, group))
    changed = after(doc, made)
    assert changed["stops"]["b"]["dayId"] is None and changed["stops"]["c"]["dayId"] is None
    texts = {one["stopId"]: one["text"] for one in made.report["leftOut"]}
    assert texts == {
        "b": "B goes back to the ideas: vetoed by Ben.",
        "c": "C stays an idea: vetoed by Ben.",
    }


def test_what_no_day_takes_is_named() -> None:
    doc = plan({"early": stop(SHUT_LATE, "d1", "10:00", minutes=240), "a": stop(A, "d1", "15:00")})
    made = optimised(facts(doc, KNOWN))
    (left,) = made.report["leftOut"]
    assert (left["stopId"], left["reason"]) == ("early", "closed")
    assert after(doc, made)["stops"]["early"]["dayId"] is None


def test_ideas_share_what_is_left_of_the_budget_and_what_stands_is_paid_for() -> None:
    costs = {"cost": {"amount": 900, "currency": "EUR"}}
    doc = plan({"a": stop(A, "d1", "09:00", **costs), "b": stop(B, **costs)})
    group = reacted(b={"ana": Reaction.MUST})
    poor = facts(doc, KNOWN, group, budget={"amount": 1000, "currency": "EUR"})
    rich = facts(doc, KNOWN, group, budget={"amount": 1800, "currency": "EUR"})
    assert [one["reason"] for one in optimised(poor).report["leftOut"]] == ["over_budget"]
    assert [one["stopId"] for one in optimised(rich).report["placed"]] == ["b"]


def test_a_cost_without_a_rate_is_told_beside_the_budget() -> None:
    doc = plan(
        {"b": stop(B, cost={"amount": 900, "currency": "AFN"}), "c": stop(C, cost={"amount": 9, "currency": "JPY"})}
    )
    budget = {"amount": 100, "currency": "EUR"}
    told = optimised(facts(doc, KNOWN, reacted(b={"ana": Reaction.MUST}), budget=budget)).report
    assert told["unconverted"] == [{"stopId": "b", "amount": 900, "currency": "AFN"}]
    assert optimised(facts(doc, KNOWN, reacted(b={"ana": Reaction.MUST}))).report["unconverted"] == []


def test_the_rest_of_the_trip_begins_now_on_the_clocks_of_the_place() -> None:
    """It is 12:00 in Milan on the first day: what began before stays, whatever the rules say."""
    doc = plan({**zigzag(), "x": stop(SHUT_LATE, "d2", "17:00")})
    now = datetime(2027, 5, 3, 10, 0, tzinfo=UTC)
    made = optimised(facts(doc, KNOWN), Optimise(scope=TheRest(rest=True, now=now)))
    changed = after(doc, made)
    assert changed["stops"]["a"] == doc["stops"]["a"] and changed["stops"]["d"] == doc["stops"]["d"]
    assert all(at and at >= "12:00" for key, at in shown(changed, "d1") if key in "bc")
    assert changed["stops"]["x"]["at"] <= "11:00"


def test_days_that_are_over_or_unknown_are_refused() -> None:
    given = facts(plan(zigzag()), KNOWN, now=datetime(2027, 5, 4, 12, tzinfo=UTC))
    with pytest.raises(FailedPrecondition) as over:
        optimised(given)
    with pytest.raises(NotFound) as unknown:
        optimised(given, Optimise(scope=SomeDays(days=["d2", "d9"])))
    assert (over.value.reason, unknown.value.reason) == ("NOTHING_TO_PLAN", "DAY_NOT_FOUND")


def test_alternatives_are_different_plans() -> None:
    places = [sight(f"p{number}", number / 4, minutes=120) for number in range(12)]
    known = world(*places)
    doc = plan({f"p{number}": stop(place) for number, place in enumerate(places)}, days=1)
    order = Optimise(scope=OneDay(day="d1"), alternatives=2)
    plans = solver(known).plans(facts(doc, known), order)
    chosen = [frozenset(one["stopId"] for one in made.report["placed"]) for made in plans]
    assert len(plans) >= 2 and len(set(chosen)) == len(plans)


def test_the_same_facts_give_the_same_plan() -> None:
    doc = plan(zigzag())
    assert optimised(facts(doc, KNOWN)) == optimised(facts(doc, KNOWN))


def test_of_very_many_ideas_the_best_liked_are_looked_at_and_the_rest_are_named() -> None:
    ideas = {f"i{number}": stop(None, name=f"Idea {number}", lat=45.0, lng=9.0) for number in range(300)}
    doc = plan({"a": stop(A, "d1", "09:00"), **ideas})
    group = reacted(i299={"ana": Reaction.LOVE}, i0={"ana": Reaction.RATHER_NOT, "ben": Reaction.RATHER_NOT})
    quick = replace(solver(KNOWN), effort=SearchEffort(iterations=5, seconds=20))
    made = quick.plans(facts(doc, KNOWN, group), DAY)[0]
    crowded = [one["stopId"] for one in made.report["leftOut"] if one["reason"] == "too_many"]
    assert len(crowded) == 51 and "i299" not in crowded
    assert "i299" in {one["stopId"] for one in made.report["placed"]}


@pytest.mark.parametrize("keys", [("0", "00", "000"), ("a", "a0", "a00"), ("a" * 64, "b" * 64, "c" * 64)])
def test_order_keys_that_leave_no_room_are_renewed(keys: tuple[str, ...]) -> None:
    doc = plan({**zigzag(), "e": stop(SHUT_LATE, "d1", "16:00", order=keys[2])})
    for key, order in zip("ad", keys, strict=False):
        doc["stops"][key]["order"] = order
    changed = after(doc, optimised(facts(doc, KNOWN)))
    times = [at or "" for _, at in shown(changed, "d1")]
    assert len(times) == 5 and times == sorted(times)


def test_public_holidays_of_the_country_close_a_place_and_that_is_told() -> None:
    """3, 4 and 5 May 2027 are holidays in Japan, and none in Italy."""
    hours = "Mo-Su 09:00-18:00; PH off"
    japan = world(sight("shop", 0.5, opening_hours=hours, country="JP"))
    italy = world(sight("shop", 0.5, opening_hours=hours, country="IT"))
    doc = plan({"shop": stop(sight("shop", 0.5))}, days=4)
    golden_week = Optimise(scope=SomeDays(days=["d1", "d2", "d3"]), deliver="apply")
    shut = optimised(facts(doc, japan), golden_week, japan)
    assert shut.ops == []
    (left,) = shut.report["leftOut"]
    assert (left["reason"], left["text"][:35]) == ("closed", "Shop stays an idea: it is not open ")
    later = golden_week.model_copy(update={"scope": SomeDays(days=["d1", "d2", "d3", "d4"])})
    assert after(doc, optimised(facts(doc, japan), later, japan))["stops"]["shop"]["dayId"] == "d4"
    assert after(doc, optimised(facts(doc, italy), golden_week, italy))["stops"]["shop"]["dayId"] in ("d1", "d2", "d3")
