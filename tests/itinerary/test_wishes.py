"""Wishes are kept, or named with the reason why they could not be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.itinerary import Break, Day, Fixed, Meal, Member, Mode, Problem, Reason, Solution, Travel, Visit, solve
from shared.itinerary.stop import MaxIterations

MakeTravel = Callable[[int], Travel]
NOON = ((540.0, 720.0),)


def plan_of(solution: Solution) -> list[list[str]]:
    return [[stop.visit for stop in day.stops] for day in solution.days]


def all_of(solution: Solution) -> list[str]:
    return [visit for day in plan_of(solution) for visit in day]


def days(count: int, **fields: object) -> tuple[Day, ...]:
    return tuple(replace(Day(i, f"2027-04-{i + 2:02d}", 540, 1080, 0, 0), **fields) for i in range(count))


def answer(problem: Problem) -> Solution:
    return solve(problem, stop=MaxIterations(60))


def only_unmet(solution: Solution) -> tuple[str, Reason, str]:
    (unmet,) = solution.unmet
    return unmet.wish, unmet.reason, unmet.message


def test_must_is_in_although_it_scores_nothing(flat_travel: MakeTravel) -> None:
    visits = (Visit("dull", 1, 400, 0.0, must=True), *(Visit(f"nice{i}", i, 200, 9.0) for i in (2, 3)))
    assert plan_of(answer(Problem(days(1), visits, flat_travel(4)))) == [["dull"]]


@pytest.mark.parametrize(
    ("visit", "reason", "words"),
    [
        (Visit("x", 1, 60, windows=((), ()), must=True), Reason.CLOSED, "closed on every day of the trip"),
        (Visit("x", 1, 240, windows=(NOON, NOON), must=True), Reason.CLOSED, "never open for the 240 minutes"),
        (Visit("x", 1, 60, windows=(((300, 500),), ()), must=True), Reason.CLOSED, "during the hours of any day"),
        (Visit("x", 1, 535, must=True), Reason.TOO_FAR, "cannot be reached"),
        (Visit("x", 1, 600, must=True), Reason.NO_TIME, "no day is long enough"),
        (Visit("x", 1, 600, windows=(NOON, ()), must=True), Reason.NO_TIME, "no day is long enough"),
        (Visit("x", 1, 60, cost=9000, must=True), Reason.OVER_BUDGET, "it alone costs 9000"),
        (Visit("vetoed", 1, 60, must=True), Reason.VETOED, "vetoed by ben"),
        (Visit("x", 1, 60, fixed=Fixed(1, 500)), Reason.CLOSED, "outside the hours of the day, 09:00 to 18:00"),
    ],
)
def test_impossible_wish_is_named(visit: Visit, reason: Reason, words: str, flat_travel: MakeTravel) -> None:
    members = (Member("ann"), Member("ben", vetoes=frozenset({"vetoed"})))
    other = Visit("other", 2, 60, 1.0)
    solution = answer(Problem(days(2), (visit, other), flat_travel(3), members=members, budget=5000))
    _, given, message = only_unmet(solution)
    assert given is reason
    assert words in message
    assert not solution.feasible
    assert all_of(solution) == ["other"]


def test_overlapping_bookings_name_each_other(flat_travel: MakeTravel) -> None:
    visits = (Visit("opera", 1, 120, fixed=Fixed(0, 600)), Visit("match", 2, 120, fixed=Fixed(0, 660)))
    solution = answer(Problem(days(1), visits, flat_travel(3)))
    (unmet,) = solution.unmet
    assert unmet.reason is Reason.CLASH
    assert {unmet.visit, *unmet.by} == {"opera", "match"}


def test_booking_is_kept_at_its_time_outside_opening_hours(flat_travel: MakeTravel) -> None:
    visit = Visit("tour", 1, 60, fixed=Fixed(0, 900), windows=(NOON,))
    (stop,) = answer(Problem(days(1), (visit,), flat_travel(2))).days[0].stops
    assert (stop.start, stop.end) == (900, 960)


def test_must_sees_that_do_not_fit_together(flat_travel: MakeTravel) -> None:
    visits = tuple(Visit(f"m{i}", i, 300, must=True) for i in (1, 2))
    solution = answer(Problem(days(1), visits, flat_travel(3)))
    (unmet,) = solution.unmet
    assert unmet.reason is Reason.NO_TIME
    assert {unmet.visit, *unmet.by} == {"m1", "m2"}


def test_alternatives_of_one_group_exclude_each_other(flat_travel: MakeTravel) -> None:
    visits = tuple(Visit(f"v{i}", i, 30, float(i), group="tower") for i in (1, 2, 3))
    solution = answer(Problem(days(2), visits, flat_travel(4)))
    assert all_of(solution) == ["v3"]
    assert {(item.reason, item.by) for item in solution.left_out} == {(Reason.ALTERNATIVE_CHOSEN, ("v3",))}


def test_one_food_stop_for_each_meal_in_its_window(flat_travel: MakeTravel) -> None:
    meals = (Meal("lunch", 690, 840, required=True), Meal("dinner", 1000, 1080, required=True))
    food = tuple(Visit(f"f{i}", i, 60, 5.0, meals=("lunch", "dinner")) for i in range(1, 5))
    (plan,) = answer(Problem(days(1, meals=meals, end=1200), food, flat_travel(5))).days
    assert [stop.meal for stop in plan.stops] == ["lunch", "dinner"]
    assert 690 <= plan.stops[0].start <= 840
    assert 1000 <= plan.stops[1].start <= 1080


def test_required_meal_without_a_place_is_named(flat_travel: MakeTravel) -> None:
    meals = (Meal("lunch", 690, 840, required=True),)
    solution = answer(Problem(days(1, meals=meals), (Visit("v", 1, 60),), flat_travel(2)))
    assert only_unmet(solution) == ("meal", Reason.CLOSED, "no candidate can be lunch on 2027-04-02")


def test_required_meal_beats_any_score(flat_travel: MakeTravel) -> None:
    meals = (Meal("lunch", 690, 840, required=True),)
    visits = (Visit("noodles", 1, 60, 0.1, meals=("lunch",)), Visit("palace", 2, 500, 99.0))
    assert plan_of(answer(Problem(days(1, meals=meals), visits, flat_travel(3)))) == [["noodles"]]


def test_budget_binds_and_says_so(flat_travel: MakeTravel) -> None:
    visits = tuple(Visit(f"v{i}", i, 60, float(i), cost=1000) for i in (1, 2, 3))
    solution = answer(Problem(days(1), visits, flat_travel(4), budget=2000))
    assert sorted(all_of(solution)) == ["v2", "v3"]
    assert [item.reason for item in solution.left_out] == [Reason.OVER_BUDGET]
    assert [item.constraint for item in solution.binding] == ["budget"]


def test_kinds_are_spread_over_days(flat_travel: MakeTravel) -> None:
    visits = tuple(Visit(f"v{i}", i, 30, 5.0, kind="museum") for i in range(1, 7))
    solution = answer(Problem(days(2), visits, flat_travel(7), max_same_kind_per_day=2))
    assert [len(day) for day in plan_of(solution)] == [2, 2]
    assert {item.reason for item in solution.left_out} == {Reason.KIND_LIMIT}


def test_walking_and_stop_limits_bind(flat_travel: MakeTravel) -> None:
    visits = tuple(Visit(f"v{i}", i, 30, 5.0) for i in range(1, 7))
    walk = answer(Problem(days(1, max_walk_metres=2100.0), visits, flat_travel(7)))
    assert len(plan_of(walk)[0]) == 2
    assert {item.reason for item in walk.left_out} == {Reason.WALKING_LIMIT}
    stops = answer(Problem(days(1, max_stops=3), visits, flat_travel(7)))
    assert len(plan_of(stops)[0]) == 3
    assert {item.reason for item in stops.left_out} == {Reason.DAY_FULL}


def test_second_window_of_the_day_is_used(flat_travel: MakeTravel) -> None:
    visits = (
        Visit("morning", 1, 120, 5.0, windows=(((540, 700),),)),
        Visit("twice", 2, 60, 5.0, windows=(((540, 630), (900, 1000)),)),
    )
    assert plan_of(answer(Problem(days(1), visits, flat_travel(3)))) == [["morning", "twice"]]


def test_the_day_starts_as_late_as_its_first_stop_allows(flat_travel: MakeTravel) -> None:
    visit = Visit("late", 1, 60, windows=(((700, 900),),))
    (day,) = answer(Problem(days(1), (visit,), flat_travel(2))).days
    assert (day.leave, day.stops[0].arrive, day.stops[0].wait) == (690, 700, 0)


def test_a_longer_way_round_that_is_faster_is_never_cut_short() -> None:
    far = 400.0
    minutes = ((0.0, 10.0, far), (10.0, 0.0, 10.0), (far, 10.0, 0.0))
    visits = (Visit("near", 1, 30, 1.0), Visit("far", 2, 30, 50.0))
    day = Day(0, "2027-04-02", 540, 700, 0, None)
    solution = answer(Problem((day,), visits, Travel((Mode("bus", minutes),))))
    assert plan_of(solution) == [["near", "far"]]


def test_a_day_that_cannot_be_travelled_stays_empty_and_is_named() -> None:
    minutes = ((0.0, 900.0), (900.0, 0.0))
    day = Day(0, "2027-04-02", 540, 1080, 0, 1)
    solution = answer(Problem((day,), (Visit("v", 0, 30),), Travel((Mode("bus", minutes),))))
    assert plan_of(solution) == [[]]
    assert [(item.wish, item.day) for item in solution.unmet] == [("day", 0)]


def test_what_is_open_on_a_day_that_cannot_be_travelled_is_not_called_closed() -> None:
    day = Day(0, "2027-04-02", 540, 1080, 0, 1)
    visits = (Visit("v", 0, 30, windows=(NOON,)), Visit("tour", 0, 30, fixed=Fixed(0, 600)))
    solution = answer(Problem((day,), visits, Travel((Mode("bus", ((0.0, 900.0), (900.0, 0.0))),))))
    words = "on 2027-04-02 the end of the day cannot be reached from its start in time"
    assert {(item.reason, item.message) for item in solution.left_out} == {(Reason.TOO_FAR, words)}


def test_too_much_walking_is_not_called_too_dear_where_there_are_fares(flat_travel: MakeTravel) -> None:
    walk = flat_travel(4).modes[0]
    fares = tuple(tuple(200 for _ in range(4)) for _ in range(4))
    slow = tuple(tuple(30.0 * (a != b) for b in range(4)) for a in range(4))
    travel = Travel((walk, Mode("bus", slow, prices=fares)))
    visits = tuple(Visit(f"v{i}", i, 30, 5.0) for i in range(1, 4))
    limited = days(1, max_walk_metres=2100.0)
    for budget in (None, 100_000):
        (left,) = answer(Problem(limited, visits, travel, budget=budget)).left_out
        assert (left.reason, left.message) == (
            Reason.WALKING_LIMIT,
            "it would take more walking than the limit of the day",
        )


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ({"max_stops": 0}, Reason.DAY_FULL),
        ({"max_walk_minutes": 5.0}, Reason.WALKING_LIMIT),
    ],
)
def test_a_booking_that_a_limit_of_the_day_keeps_out_is_told_which(
    limit: dict[str, float], reason: Reason, flat_travel: MakeTravel
) -> None:
    visit = Visit("tour", 1, 60, fixed=Fixed(0, 600))
    wish, given, _ = only_unmet(answer(Problem(days(1, **limit), (visit,), flat_travel(2))))
    assert (wish, given) == ("fixed", reason)


def test_nothing_takes_the_place_of_a_booking(flat_travel: MakeTravel) -> None:
    """Neither several must-sees nor required meals nor breaks, however many."""
    meals = tuple(Meal(f"meal{i}", 640 + 60 * i, 670 + 60 * i, required=True) for i in range(6))
    breaks = tuple(Break(f"rest{i}", 10, 700 + 60 * i, 710 + 60 * i) for i in range(4))
    day = replace(days(1)[0], meals=meals, breaks=breaks)
    small = (Visit(f"v{i}", 0, 45, 9.0, (((600, 1000),),), must=True) for i in range(6))
    eaten = (Visit(f"food{i}", 0, 20, 9.0, meals=(f"meal{i}",)) for i in range(6))
    opera = Visit("opera", 1, 380, 0.0, fixed=Fixed(0, 610))
    plan = answer(Problem((day,), (*small, *eaten, opera), flat_travel(2)))
    assert "opera" in plan_of(plan)[0]
