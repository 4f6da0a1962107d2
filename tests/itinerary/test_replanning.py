"""Changing a plan: little moves, what happened stays, a plan to begin with is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.itinerary import Day, Disruption, Fixed, MaxIterations, Previous, Problem, Solution, Travel, Visit, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json

MakeTravel = Callable[[int], Travel]


def answer(problem: Problem, iterations: int = 80, start: Solution | None = None) -> Solution:
    solution = solve(problem, stop=MaxIterations(iterations), start=start)
    assert faults(problem_to_json(problem), solution_to_json(solution)) == []
    return solution


def when(solution: Solution) -> dict[str, tuple[int, float]]:
    return {stop.visit: (day.index, stop.start) for day in solution.days for stop in day.stops}


def previous(solution: Solution) -> tuple[Previous, ...]:
    return tuple(Previous(visit, day, start) for visit, (day, start) in when(solution).items())


@pytest.fixture
def trip(flat_travel: MakeTravel) -> Problem:
    """Three days for twelve of eighteen visits that are equally good."""
    visits = tuple(Visit(f"v{i}", i, 90, 5.0) for i in range(1, 19))
    days = tuple(Day(index, f"2027-04-0{index + 2}", 540, 960, 0, 0) for index in range(3))
    return Problem(days, visits, flat_travel(19))


def test_nothing_moves_without_a_reason(trip: Problem) -> None:
    first = answer(trip)
    again = answer(replace(trip, previous=previous(first)))
    assert when(again) == when(first)
    assert again.moves == ()
    assert again.terms.disruption == 0


def test_a_closed_museum_is_the_only_change(trip: Problem) -> None:
    first = answer(trip)
    gone = first.days[1].stops[2].visit
    visits = tuple(replace(v, windows=((), (), ())) if v.id == gone else v for v in trip.visits)
    again = answer(replace(trip, visits=visits, previous=previous(first)))
    assert [(move.visit, move.change) for move in again.moves] == [(gone, "dropped")]
    assert len(when(again)) == len(when(first))


def test_more_disruption_is_accepted_only_if_it_weighs_less(flat_travel: MakeTravel) -> None:
    visits = (Visit("old", 1, 300, 4.0), Visit("better", 2, 300, 5.0))
    problem = Problem(
        (Day(0, "2027-04-02", 540, 900, 0, 0),), visits, flat_travel(3), previous=(Previous("old", 0, 550.0),)
    )
    assert set(when(answer(problem))) == {"old"}
    assert set(when(answer(replace(problem, disruption=Disruption(dropped=0.1))))) == {"better"}


def test_another_time_costs_less_than_another_day(flat_travel: MakeTravel) -> None:
    days = tuple(Day(index, f"2027-04-0{index + 2}", 540, 960, 0, 0) for index in range(2))
    windows = (((800.0, 900.0),), ((540.0, 960.0),))
    problem = Problem(days, (Visit("v", 1, 60, windows=windows),), flat_travel(2), previous=(Previous("v", 0, 600.0),))
    solution = answer(problem)
    assert when(solution) == {"v": (0, 800.0)}
    assert [move.change for move in solution.moves] == ["other_time"]
    assert solution.terms.disruption == pytest.approx(0.5 * solution.typical_score)


def test_what_happened_stays_whatever_the_rules_say(flat_travel: MakeTravel) -> None:
    day = Day(0, "2027-04-02", 540, 960, 0, 0, max_stops=3, frozen_before=700.0)
    closed = ((),)
    visits = (
        Visit("early", 1, 60, 0.0, windows=closed, cost=900),
        Visit("running", 2, 120, 0.0, windows=closed, cost=900),
        *(Visit(f"v{i}", i, 30, 5.0) for i in range(3, 8)),
        Visit("dear", 8, 30, 50.0, cost=1),
    )
    before = (Previous("early", 0, 500.0), Previous("running", 0, 650.0), Previous("v3", 0, 800.0))
    solution = answer(Problem((day,), visits, flat_travel(9), budget=1000, previous=before))
    stops = when(solution)
    assert stops["early"] == (0, 500.0)
    assert stops["running"] == (0, 650.0)
    assert stops["v3"][1] == pytest.approx(800.0, abs=30.0)
    assert len(stops) == 3
    assert [item.wish for item in solution.unmet] == ["budget"]
    assert solution.moves == ()


def test_a_locked_day_is_kept_and_the_others_are_planned(trip: Problem) -> None:
    first = answer(trip)
    days = (replace(trip.days[0], locked=True), *trip.days[1:])
    visits = tuple(replace(v, score=1.0 if when(first).get(v.id, (1,))[0] == 0 else v.score) for v in trip.visits)
    kept = tuple(item for item in previous(first) if item.day == 0)
    again = answer(replace(trip, days=days, visits=visits, previous=kept))
    assert again.days[0].stops == first.days[0].stops
    assert all(len(day.stops) == 4 for day in again.days)


def test_a_late_group_keeps_its_booking(flat_travel: MakeTravel) -> None:
    visits = (Visit("tour", 1, 60, fixed=Fixed(0, 840)), Visit("museum", 2, 120, 9.0), Visit("park", 3, 60, 1.0))
    day = Day(0, "2027-04-02", 540, 960, 0, 0, frozen_before=750.0)
    before = (Previous("museum", 0, 600.0), Previous("park", 0, 760.0), Previous("tour", 0, 840.0))
    late = replace(visits[1], minutes=200)
    solution = answer(Problem((day,), (visits[0], late, visits[2]), flat_travel(4), previous=before))
    assert when(solution) == {"museum": (0, 600.0), "tour": (0, 840.0)}
    assert [(move.visit, move.change) for move in solution.moves] == [("park", "dropped")]


def test_a_search_begins_with_the_plan_given(trip: Problem) -> None:
    good = answer(trip, 200)
    assert when(answer(trip, 0, start=good)) == when(good)
