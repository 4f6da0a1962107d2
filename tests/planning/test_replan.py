"""Re-planning: only what must change changes, and what cannot be had is named."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.planning.facts import Facts
from shared.planning.outcome import Outcome
from shared.planning.requests import Change, Closed, DayRainedOut, Late, Place, Replan, StopMoved
from shared.reactions.group import Group, Traveller
from shared.reactions.models import Reaction
from shared.runtime.errors import FailedPrecondition, NotFound
from tests.planning.worlds import after, facts, plan, shown, sight, solver, stop, world

PARK = sight("park", 0.2, kind="park")
HALL = sight("hall", 0.4, kind="museum", tags=("indoor",))
VIEW = sight("view", 0.6, kind="viewpoint")
A, B, C = (sight(name, step) for name, step in (("a", 0.0), ("b", 1.0), ("c", 2.0)))
MONDAYS_OFF = sight("shop", 0.3, opening_hours="Tu-Su 09:00-18:00")
KNOWN = world(PARK, HALL, VIEW, A, B, C, MONDAYS_OFF)


def replanned(given: Facts, change: Change, now: datetime | None = None) -> Outcome:
    (made,) = solver(KNOWN).plans(given, Replan(change=change, now=now))
    return made


def week() -> dict[str, Any]:
    return plan(
        {
            "park": stop(PARK, "d1", "09:30"),
            "hall": stop(HALL, "d1", "11:10"),
            "a": stop(A, "d2", "09:07"),
            "b": stop(B, "d2", "13:00"),
            "c": stop(C, "d3", "10:00"),
        },
        days=3,
    )


def moved(made: Outcome) -> list[str]:
    return [one["stopId"] for one in made.report["moved"]]


def test_rain_sends_what_is_in_the_open_to_another_day_and_nothing_else_anywhere() -> None:
    doc = week()
    made = replanned(facts(doc, KNOWN), DayRainedOut(kind="dayRainedOut", day_id="d1"))
    changed = after(doc, made)
    assert moved(made) == ["park"] and changed["stops"]["park"]["dayId"] in ("d2", "d3")
    assert [key for key in doc["stops"] if changed["stops"][key] != doc["stops"][key]] == ["park"]
    assert made.report["leftOut"] == []


def test_rain_lets_an_idea_under_a_roof_in() -> None:
    doc = plan({"park": stop(PARK, "d1", "10:00"), "hall": stop(HALL), "view": stop(VIEW)}, days=1)
    group = Group(travellers=(Traveller(uid="ana"),), reactions={"hall": {"ana": Reaction.LOVE}})
    made = replanned(facts(doc, KNOWN, group), DayRainedOut(kind="dayRainedOut", day_id="d1"))
    assert [key for key, _ in shown(after(doc, made), "d1")] == ["hall"]
    assert {(one["stopId"], one["reason"]) for one in made.report["leftOut"]} == {
        ("park", "closed"),
        ("view", "closed"),
    }


def test_a_booking_in_the_open_is_kept_in_the_rain() -> None:
    doc = plan({"park": stop(PARK, "d1", "10:00", fixed=True)})
    assert replanned(facts(doc, KNOWN), DayRainedOut(kind="dayRainedOut", day_id="d1")).ops == []


def test_who_is_late_shifts_what_is_left_of_the_day_by_as_little_as_needed() -> None:
    doc = plan(
        {
            "a": stop(A, "d1", "09:00"),
            "b": stop(B, "d1", "10:30"),
            "c": stop(C, "d1", "15:00"),
            "d": stop(HALL, "d2", "10:00"),
        }
    )
    late = Late(kind="late", day_id="d1", minutes=60, at="10:10")
    made = replanned(facts(doc, KNOWN), late)
    assert shown(after(doc, made), "d1") == [("a", "09:00"), ("b", "11:30"), ("c", "15:00")]
    assert [one["stopId"] for one in made.report["retimed"]] == ["b"] and moved(made) == []


def test_what_no_longer_fits_the_day_moves_to_another() -> None:
    full = {
        "a": stop(A, "d1", "09:00", minutes=180),
        "b": stop(B, "d1", "13:00", minutes=180),
        "c": stop(C, "d2", "09:00"),
    }
    doc = plan(full)
    made = replanned(facts(doc, KNOWN), Late(kind="late", day_id="d1", minutes=180, at="12:30"))
    assert moved(made) == ["b"] and after(doc, made)["stops"]["c"] == doc["stops"]["c"]


def test_a_booking_that_is_missed_is_named_and_stays() -> None:
    doc = plan({"a": stop(A, "d1", "09:00"), "b": stop(B, "d1", "11:00", fixed=True)})
    made = replanned(facts(doc, KNOWN), Late(kind="late", day_id="d1", minutes=120, at="10:30"))
    assert made.ops == []
    (left,) = made.report["leftOut"]
    assert left["stopId"] == "b" and "keeps its time all the same" in left["text"]


def test_a_place_that_closes_moves_to_a_day_on_which_it_is_open() -> None:
    doc = week()
    made = replanned(facts(doc, KNOWN), Closed(kind="closed", place_id="mila/b", first="2027-05-04", last="2027-05-04"))
    changed = after(doc, made)
    assert moved(made) == ["b"] and changed["stops"]["b"]["dayId"] in ("d1", "d3")
    assert [key for key in doc["stops"] if changed["stops"][key] != doc["stops"][key]] == ["b"]


def test_a_place_that_is_closed_all_along_is_a_named_compromise() -> None:
    doc = week()
    made = replanned(facts(doc, KNOWN), Closed(kind="closed", place_id="mila/b", first="2027-05-01", last="2027-06-01"))
    (left,) = made.report["leftOut"]
    assert left["text"].startswith("B goes back to the ideas: it is not open")
    changed = after(doc, made)
    assert changed["stops"]["b"]["dayId"] is None and changed["stops"]["b"]["at"] is None


def test_a_stop_that_somebody_moved_finds_a_time_on_its_new_day() -> None:
    doc = plan({"a": stop(A, "d1", "10:00"), "b": stop(B, "d1", "10:30"), "c": stop(C, "d2", "09:30")})
    made = replanned(facts(doc, KNOWN), StopMoved(kind="stopMoved", stop_id="b", from_day_id="d2"))
    assert shown(after(doc, made), "d1") in ([("a", "10:00"), ("b", "11:20")], [("a", "09:10"), ("b", "10:30")])
    assert after(doc, made)["stops"]["c"] == doc["stops"]["c"]


def test_days_that_do_not_work_by_themselves_are_left_alone() -> None:
    """Somebody overlapped two stops on the second day on purpose: rain on the first is no reason to correct that."""
    doc = plan(
        {
            "park": stop(PARK, "d1", "10:00"),
            "a": stop(A, "d2", "10:00"),
            "b": stop(B, "d2", "10:30"),
            "c": stop(C, "d3"),
        },
        days=3,
    )
    changed = after(doc, replanned(facts(doc, KNOWN), DayRainedOut(kind="dayRainedOut", day_id="d1")))
    assert changed["stops"]["park"]["dayId"] == "d3"
    assert all(changed["stops"][key] == doc["stops"][key] for key in "ab")


def test_what_has_happened_stays_when_something_changes_later_that_day() -> None:
    doc = week()
    noon = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)
    made = replanned(facts(doc, KNOWN), DayRainedOut(kind="dayRainedOut", day_id="d1"), noon)
    assert made.ops == [], "the park was visited before it rained"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (DayRainedOut(kind="dayRainedOut", day_id="d9"), "DAY_NOT_FOUND"),
        (StopMoved(kind="stopMoved", stop_id="zzz"), "STOP_NOT_FOUND"),
        (Closed(kind="closed", place_id="mila/x", first="2027-05-03", last="2027-05-03"), "NOTHING_TO_PLAN"),
    ],
)
def test_changes_that_concern_nothing_are_refused(change: Change, reason: str) -> None:
    with pytest.raises((NotFound, FailedPrecondition)) as refused:
        replanned(facts(week(), KNOWN), change)
    assert refused.value.reason == reason  # type: ignore[attr-defined]


def test_an_idea_finds_slots_that_move_nothing() -> None:
    doc = week()
    doc["stops"]["shop"] = stop(MONDAYS_OFF)
    slots = solver(KNOWN).plans(facts(doc, KNOWN), Place(stop_id="shop"))
    assert len(slots) == 2
    for made in slots:
        changed = after(doc, made)
        assert [key for key in doc["stops"] if changed["stops"][key] != doc["stops"][key]] == ["shop"]
        assert changed["stops"]["shop"]["dayId"] in ("d2", "d3")
    assert [made.report["detourMinutes"] for made in slots] == sorted(made.report["detourMinutes"] for made in slots)


def test_an_idea_without_a_slot_makes_others_move_a_little() -> None:
    tight = sight("tight", 0.5, opening_hours="12:00-13:00")
    known = world(A, B, tight)
    doc = plan({"a": stop(A, "d1", "11:30"), "tight": stop(tight)}, days=1)
    (made,) = solver(known).plans(facts(doc, known), Place(stop_id="tight"))
    assert dict(shown(after(doc, made), "d1"))["tight"] == "12:00"
    assert [one["stopId"] for one in made.report["retimed"]] == ["a"]


def test_an_idea_that_costs_more_than_is_left_finds_no_slot() -> None:
    """As where days are ordered anew: what stands is paid for, and ideas have the rest of the budget."""
    price = {"amount": 900, "currency": "EUR"}
    doc = plan({"a": stop(A, "d1", "11:30", cost=price), "b": stop(B, cost=price)}, days=1)
    (made,) = solver(KNOWN).plans(facts(doc, KNOWN, budget={"amount": 1799, "currency": "EUR"}), Place(stop_id="b"))
    assert made.ops == []
    assert [(one["stopId"], one["reason"]) for one in made.report["leftOut"]] == [("b", "over_budget")]
    (made,) = solver(KNOWN).plans(facts(doc, KNOWN, budget={"amount": 1800, "currency": "EUR"}), Place(stop_id="b"))
    assert dict(shown(after(doc, made), "d1"))["b"]


def test_an_idea_for_which_nobody_can_make_room_moves_nothing() -> None:
    shut = sight("shut", 0.5, opening_hours="off")
    known = world(A, B, shut)
    doc = plan({"a": stop(A, "d1", "11:30"), "b": stop(B, "d1", "11:40"), "shut": stop(shut)}, days=1)
    (made,) = solver(known).plans(facts(doc, known), Place(stop_id="shut"))
    assert made.ops == []
    assert [(one["stopId"], one["reason"]) for one in made.report["leftOut"]] == [("shut", "closed")]


def test_an_idea_stays_one_where_no_day_works_whoever_wants_it() -> None:
    doc = plan({"a": stop(A, "d1", "11:30"), "b": stop(B, "d1", "11:40"), "c": stop(C)}, days=1)
    people = (Traveller(uid="ana"), Traveller(uid="ben"))
    group = Group(travellers=people, reactions={"c": {"ana": Reaction.LOVE, "ben": Reaction.FINE}})
    (made,) = solver(KNOWN).plans(facts(doc, KNOWN, group), Place(stop_id="c"))
    assert made.ops == [] and [one["stopId"] for one in made.report["leftOut"]] == ["c"]
