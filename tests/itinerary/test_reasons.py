"""What a plan says of what it misses is the truth: every limit that is in the way is named, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import pytest

from shared.itinerary import (
    Break,
    Day,
    Fixed,
    Meal,
    Member,
    Mode,
    Previous,
    Problem,
    Reason,
    Solution,
    Travel,
    Visit,
    solve,
)
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json
from shared.itinerary.stop import MaxIterations

DAY = Day(0, "2027-04-02", 540, 1080, 0, 0)
LUNCH = Meal("lunch", 690, 840, required=True)
APART = ((0.0, 30.0), (30.0, 0.0))
MakeTravel = Callable[[int], Travel]


def answer(problem: Problem) -> Solution:
    """The plan, which is valid by the independent checker."""
    solution = solve(problem, stop=MaxIterations(50))
    assert judged(problem, solution_to_json(solution)) == []
    return solution


def judged(problem: Problem, solution: dict[str, Any]) -> list[str]:
    return faults(json.loads(json.dumps(problem_to_json(problem))), json.loads(json.dumps(solution)))


def why(solution: Solution) -> list[tuple[str, Reason, str]]:
    return [(item.visit, item.reason, item.message) for item in solution.left_out]


def test_a_trip_without_days_has_no_locked_ones(flat_travel: MakeTravel) -> None:
    solution = answer(Problem((), (Visit("v", 0, 30, must=True),), flat_travel(1)))
    assert why(solution) == [("v", Reason.CLOSED, "the trip has no days")]


def test_a_restaurant_that_is_always_open_is_not_said_to_need_a_longer_day(flat_travel: MakeTravel) -> None:
    day = replace(DAY, end=680.0, meals=(replace(LUNCH, required=False),))
    plan = answer(Problem((day,), (Visit("place", 0, 30, meals=("lunch",)),), flat_travel(1)))
    assert why(plan) == [("place", Reason.CLOSED, "not open at lunch on any day that wants it")]


def test_two_limits_in_the_way_are_both_named_and_neither_binds_alone(flat_travel: MakeTravel) -> None:
    day = replace(DAY, max_stops=1, max_walk_minutes=20.0)
    visits = (Visit("seen", 0, 60, 5.0), Visit("left", 1, 60, 3.0, cost=80), Visit("paid", 0, 60, 9.0, cost=60))
    solution = answer(Problem((day, replace(day, index=1)), visits, flat_travel(2), budget=100))
    ((name, reason, message),) = why(solution)
    assert (name, reason) == ("left", Reason.OVER_BUDGET)
    assert message == (
        "it costs 80 and 40 are left of 100, and days on which it would fit have all the stops they may have"
    )
    assert "budget" not in [item.constraint for item in solution.binding]


def test_more_money_is_not_said_to_buy_what_nobody_wants(flat_travel: MakeTravel) -> None:
    everybody = (Member("ana"), Member("ben"))
    dull, liked = Visit("dull", 1, 60, (0.0, 0.0), cost=30), Visit("liked", 0, 60, (3.0, 0.0), cost=30)
    problem = Problem((DAY,), (dull, liked), flat_travel(2), everybody, budget=50)
    plan = answer(problem)
    assert why(plan) == [("dull", Reason.LOW_INTEREST, "nobody of the group is interested in it")]
    assert plan.binding == ()


def test_what_some_like_less_than_others_dislike_is_not_said_to_interest_nobody(flat_travel: MakeTravel) -> None:
    everybody = (Member("ana"), Member("ben"))
    visits = (Visit("opera", 1, 60, (2.0, -6.0)), Visit("x", 0, 60, (1.0, 1.0)))
    plan = answer(Problem((DAY,), visits, flat_travel(2), everybody))
    assert why(plan) == [("opera", Reason.LOW_INTEREST, "not enough of the group is interested in it")]


def test_a_free_place_behind_a_dear_way_is_not_said_to_cost_anything() -> None:
    taxi = Mode("taxi", APART, prices=((0, 300), (300, 0)))
    plan = answer(Problem((DAY,), (Visit("far", 1, 60, 5.0),), Travel((taxi,)), budget=500))
    words = "it costs more with the way there than the 500 that are left of 500"
    assert why(plan) == [("far", Reason.OVER_BUDGET, words)]


@pytest.mark.parametrize(
    ("day", "visit", "reason"),
    [
        ({"max_stops": 0}, {}, Reason.DAY_FULL),
        ({"max_walk_minutes": 5.0}, {}, Reason.WALKING_LIMIT),
        ({}, {"id": "vetoed"}, Reason.VETOED),
        ({}, {"windows": (((540, 600),),)}, Reason.CLOSED),
        ({"end": 695.0}, {}, Reason.CLOSED),
        ({"meals": (LUNCH, Meal("dinner", 900, 1000, required=True))}, {}, Reason.ALTERNATIVE_CHOSEN),
    ],
    ids=["stops", "walking", "veto", "closed", "too short a day", "both meals in one place"],
)
def test_why_there_is_no_meal(
    day: dict[str, Any], visit: dict[str, Any], reason: Reason, flat_travel: MakeTravel
) -> None:
    wanted = replace(DAY, **({"meals": (LUNCH,)} | day))
    place = replace(Visit("place", 1, 60, meals=("lunch", "dinner")), **visit)
    solution = answer(Problem((wanted,), (place,), flat_travel(2), (Member("ana", vetoes=frozenset({"vetoed"})),)))
    assert [item.reason for item in solution.unmet if item.wish == "meal"] == [reason]


def test_a_break_without_room_names_the_meal_that_takes_it(flat_travel: MakeTravel) -> None:
    """Two wishes of the same weight, one of which is a meal: no must-see and no booking is in the way."""
    lunch = replace(LUNCH, opens=700, closes=700)
    day = replace(DAY, meals=(lunch,), breaks=(Break("rest", 30, 690, 740),))
    place = Visit("place", 0, 90, 5.0, meals=("lunch",))
    (unmet,) = answer(Problem((day,), (place,), flat_travel(1))).unmet
    assert (unmet.wish, unmet.by, unmet.message) == (
        "break",
        ("place",),
        "rest on 2027-04-02 does not fit beside place",
    )


def test_a_way_between_hotels_beyond_the_walking_limit_is_named_as_such(flat_travel: MakeTravel) -> None:
    day = replace(DAY, end_location=1, max_walk_minutes=5.0)
    problem = Problem((day,), (Visit("v", 0, 30),), flat_travel(2))
    solution = answer(problem)
    words = "on 2027-04-02 the way from the start of the day to its end is more walking than its limit"
    assert why(solution) == [("v", Reason.WALKING_LIMIT, words)]
    assert [(item.wish, item.reason) for item in solution.unmet] == [("day", Reason.WALKING_LIMIT)]
    silent = {**solution_to_json(solution), "unmet": [], "feasible": True}
    assert "that the way of 2027-04-02 alone is beyond max_walk_minutes is not said" in judged(problem, silent)


def test_what_is_open_on_a_lost_day_and_fits_on_no_other_says_both(flat_travel: MakeTravel) -> None:
    lost = replace(DAY, end_location=1, max_walk_minutes=5.0)
    short = Day(1, "2027-04-03", 540, 600, 0, 0)
    visits = (Visit("booked", 0, 60, fixed=Fixed(1, 540)), Visit("v", 0, 30))
    ((_, reason, message),) = why(answer(Problem((lost, short), visits, flat_travel(2))))
    assert reason is Reason.NO_TIME
    assert message.endswith("2027-04-02 the way from the start of the day to its end is more walking than its limit")


def test_a_day_whose_hotels_no_way_connects_passes_the_checker() -> None:
    nowhere = Mode("walk", ((0.0, inf), (inf, 0.0)))
    solution = answer(Problem((replace(DAY, end_location=1),), (Visit("v", 0, 30),), Travel((nowhere,))))
    assert [(item.wish, item.reason) for item in solution.unmet] == [("day", Reason.TOO_FAR)]


def test_a_frozen_way_that_nobody_can_go_counts_no_minutes_and_the_others_do() -> None:
    day = replace(DAY, end_location=None, frozen_before=900.0)
    broken = Mode("walk", ((0.0, 10.0, 20.0), (10.0, 0.0, inf), (20.0, 20.0, 0.0)))
    before = (Previous("a", 0, 560.0), Previous("b", 0, 700.0))
    visits = (Visit("a", 1, 60), Visit("b", 2, 60))
    plan = answer(Problem((day,), visits, Travel((broken,)), previous=before))
    assert plan.travel_minutes == inf and plan.terms.travel > 0


def test_what_makes_the_ways_cheaper_may_be_paid_for_beyond_the_budget() -> None:
    """The way from hotel to hotel costs 900, that by the museum 300."""
    far = tuple(tuple(0.0 if a == b else 10.0 for b in range(3)) for a in range(3))
    prices = ((0, 900, 100), (900, 0, 100), (100, 200, 0))
    bus = Travel((Mode("bus", far, prices=prices),))
    problem = Problem((replace(DAY, end_location=1),), (Visit("museum", 2, 60),), bus)
    document = solution_to_json(answer(replace(problem, budget=200)))
    (day,) = document["days"]
    assert [stop["visit"] for stop in day["stops"]] == ["museum"]
    dearer = replace(problem, visits=(Visit("museum", 2, 60, cost=50),), budget=200)
    day["stops"][0]["cost"], day["cost"], document["cost"] = 50, 350, 350
    assert judged(dearer, document) == []


def test_a_pause_at_the_hotel_is_no_stop(flat_travel: MakeTravel) -> None:
    day = replace(DAY, max_stops=1, breaks=(Break("rest", 30, 540, 560),))
    plan = answer(Problem((day,), (Visit("v", 0, 30, windows=((),)),), flat_travel(1)))
    assert plan.days[0].pauses and plan.binding == ()


@pytest.mark.parametrize("hotel", [0, None])
@pytest.mark.parametrize("booked", [True, False])
def test_any_number_of_breaks_is_had_where_there_is_time_for_them(
    hotel: int | None, booked: bool, flat_travel: MakeTravel
) -> None:
    breaks = tuple(Break(f"rest {opens}", 30, opens, opens + 60) for opens in (570, 800, 900, 1000))
    day = replace(DAY, start_location=hotel, end_location=hotel, breaks=breaks)
    visits = (Visit("v", 1, 60, fixed=Fixed(0, 700)),) if booked else ()
    plan = answer(Problem((day,), visits, flat_travel(2)))
    assert not plan.unmet and len(plan.days[0].pauses) == 4


def test_weights_may_be_whole_numbers(flat_travel: MakeTravel) -> None:
    everybody = (Member("ana", 1), Member("ben", 2))
    problem = Problem((DAY,), (Visit("v", 0, 30, (1, 2)),), flat_travel(1), everybody, fairness=1, travel_weight=1)
    assert why(answer(problem)) == []


def test_nothing_is_added_to_a_day_that_has_no_way_home_from_what_happened() -> None:
    day = Day(0, "2027-04-02", 540, 700, end_location=0, frozen_before=600.0)
    walk = Mode("walk", ((0.0, 10.0, 10.0), (inf, 0.0, 10.0), (10.0, 10.0, 0.0)))
    visits = (Visit("done", 1, 30), Visit("more", 2, 150, 9.0), Visit("short", 2, 20, 9.0))
    plan = answer(Problem((day,), visits, Travel((walk,)), previous=(Previous("done", 0, 560.0),)))
    assert [stop.visit for stop in plan.days[0].stops] == ["done"]
    assert [(item.wish, item.reason) for item in plan.unmet] == [("day", Reason.TOO_FAR)]
