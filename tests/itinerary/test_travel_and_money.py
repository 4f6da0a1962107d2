"""Travel costs nerves and money; costs in several currencies; pauses; visits of certain days only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.itinerary import (
    Break,
    Day,
    Fixed,
    MaxIterations,
    Mode,
    Problem,
    ProblemError,
    Rate,
    Reason,
    Solution,
    Travel,
    Visit,
    solve,
)
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json

MakeTravel = Callable[[int], Travel]


def answer(problem: Problem) -> Solution:
    solution = solve(problem, stop=MaxIterations(80))
    assert faults(problem_to_json(problem), solution_to_json(solution)) == []
    return solution


def one_day(**fields: object) -> tuple[Day, ...]:
    return (replace(Day(0, "2027-04-02", 540, 960, 0, 0), **fields),)


def names(solution: Solution) -> list[str]:
    return [stop.visit for day in solution.days for stop in day.stops]


def test_days_do_not_zigzag() -> None:
    """Two clusters half an hour apart, open at hours that make going to and fro cost no time."""
    minutes = tuple(tuple(0.0 if a == b else 5.0 if (a - b) % 2 == 0 else 30.0 for b in range(7)) for a in range(7))
    visits = tuple(Visit(f"v{i}", i, 20, 1.0, windows=(((500.0 + 60 * i, 960.0),),)) for i in range(1, 7))
    problem = Problem(one_day(), visits, Travel((Mode("bus", minutes),)), travel_weight=0.1)
    calm, hasty = answer(problem), answer(replace(problem, travel_weight=0.0))
    assert len(names(calm)) == len(names(hasty)) == 6
    assert calm.travel_minutes < hasty.travel_minutes
    assert calm.terms.travel == pytest.approx(0.1 * calm.typical_minute * calm.travel_minutes)


def test_what_is_far_is_not_worth_the_way() -> None:
    far = tuple(tuple(0.0 if a == b else 140.0 if 2 in (a, b) else 10.0 for b in range(3)) for a in range(3))
    visits = (Visit("near", 1, 60, 5.0), Visit("far", 2, 60, 5.0))
    problem = Problem(one_day(), visits, Travel((Mode("bus", far),)))
    calm = answer(problem)
    assert names(calm) == ["near"]
    assert [(item.reason, item.message) for item in calm.left_out] == [
        (Reason.TOO_FAR, "it would fit, but is not worth the way there")
    ]
    assert set(names(answer(replace(problem, travel_weight=0.0)))) == {"near", "far"}


def test_fares_are_in_the_budget(flat_travel: MakeTravel) -> None:
    fares = tuple(tuple(0 if a == b else 300 for b in range(4)) for a in range(4))
    travel = flat_travel(4)
    bus = Travel((replace(travel.modes[0], name="bus", prices=fares),))
    visits = tuple(Visit(f"v{i}", i, 60, float(i), cost=100) for i in (1, 2, 3))
    solution = answer(Problem(one_day(), visits, bus, budget=1100))
    assert sorted(names(solution)) == ["v2", "v3"]
    assert solution.cost == 1100
    assert solution.left_out[0].reason is Reason.OVER_BUDGET


def test_travel_between_hotels_that_is_too_dear_is_named(flat_travel: MakeTravel) -> None:
    fares = tuple(tuple(0 if a == b else 300 for b in range(2)) for a in range(2))
    bus = Travel((replace(flat_travel(2).modes[0], prices=fares),))
    solution = answer(Problem(one_day(end_location=1), (), bus, budget=200))
    assert [item.wish for item in solution.unmet] == ["budget"]
    assert solution.cost == 300


def test_costs_in_other_currencies_are_rounded_up(flat_travel: MakeTravel) -> None:
    visits = (Visit("here", 1, 60, cost=10), Visit("there", 2, 60, cost=10, currency="JPY"))
    problem = Problem(
        one_day(), visits, flat_travel(3), budget=11, currency="EUR", rates=(Rate("JPY", amount=1000, worth=61),)
    )
    solution = answer(problem)
    assert {stop.visit: stop.cost for stop in solution.days[0].stops} == {"here": 10, "there": 1}
    assert solution.cost == 11
    with pytest.raises(ProblemError, match="no rate of 'USD'"):
        replace(problem, visits=(Visit("v", 1, 60, currency="USD"),))


def test_a_pause_is_taken_where_one_is(flat_travel: MakeTravel) -> None:
    visits = tuple(Visit(f"v{i}", i, 60, 5.0) for i in range(1, 7))
    (day,) = answer(Problem(one_day(breaks=(Break("rest", 60, 700, 800),)), visits, flat_travel(7))).days
    (pause,) = day.pauses
    assert 700 <= pause.start <= 800
    assert pause.end - pause.start == 60
    assert pause.after in {stop.visit for stop in day.stops}
    assert len(day.stops) == 5


def test_a_pause_before_leaving_costs_no_visit(flat_travel: MakeTravel) -> None:
    visits = (Visit("late", 1, 60, 5.0, windows=(((800.0, 960.0),),)),)
    (day,) = answer(Problem(one_day(breaks=(Break("sleep in", 120, 540, 600),)), visits, flat_travel(2))).days
    assert [stop.visit for stop in day.stops] == ["late"]
    assert [pause.after for pause in day.pauses] == [None]


def test_a_pause_that_bookings_leave_no_room_for_is_named(flat_travel: MakeTravel) -> None:
    visits = (Visit("congress", 1, 390, fixed=Fixed(0, 550)),)
    solution = answer(Problem(one_day(breaks=(Break("rest", 60, 700, 800),)), visits, flat_travel(2)))
    assert [(item.wish, item.meal, item.reason) for item in solution.unmet] == [("break", "rest", Reason.NO_TIME)]
    assert names(solution) == ["congress"]


def test_visits_of_certain_days_only(flat_travel: MakeTravel) -> None:
    days = tuple(Day(index, f"2027-04-0{index + 2}", 540, 960, 0, 0) for index in range(2))
    visits = (Visit("v1", 1, 60, days=(1,)), Visit("never", 2, 60, days=(), must=True))
    solution = answer(Problem(days, visits, flat_travel(3)))
    assert [[stop.visit for stop in day.stops] for day in solution.days] == [[], ["v1"]]
    assert solution.unmet[0].message == "none of the days it may be on is a day of the trip"


def test_all_modes_are_chosen_as_one_by_one() -> None:
    walk = ((0.0, 12.0, 40.0), (12.0, 0.0, 9.0), (40.0, 9.0, 0.0))
    bus = ((0.0, 8.0, 15.0), (8.0, 0.0, 9.0), (15.0, 9.0, 0.0))
    travel = Travel((Mode("bus", bus), Mode("walk", walk), Mode("taxi", bus)), walk_up_to=10.0)
    for a in range(3):
        numbers, minutes = travel.choose_all(a)
        modes = [travel.modes[number] for number in numbers]
        assert modes == [travel.choose(a, b) for b in range(3)]
        assert minutes == [mode.minutes[a][b] for b, mode in enumerate(modes)]


def test_without_a_budget_nothing_is_too_dear(flat_travel: MakeTravel) -> None:
    visits = tuple(Visit(f"v{i}", i, 60, 5.0, cost=10**15) for i in (1, 2))
    (day,) = answer(Problem(one_day(), visits, flat_travel(3))).days
    assert {stop.visit for stop in day.stops} == {"v1", "v2"}
