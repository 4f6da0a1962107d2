"""Re-plans of long trips stop when they are told to, and do not work out more than they may."""

from itertools import count, pairwise
from math import inf

import pytest

from shared.assistant.settings import SearchEffort
from shared.money import reference_rates
from shared.planning.agenda import Enough
from shared.planning.brief import replanning
from shared.planning.facts import Facts
from shared.planning.repair import Repair
from shared.planning.requests import Change, DayRainedOut, Late, Replan
from shared.planning.solving import Solver
from shared.planning.task import build
from tests.assistant.worlds import World
from tests.planning.worlds import facts, plan, sight, stop, world

DAYS, STOPS = 9, 12
CHAINS = 6000
RAIN = DayRainedOut(kind="dayRainedOut", day_id="d3")
LATE = Late(kind="late", day_id="d3", minutes=240, at="09:00")


def day_of(key: str) -> int:
    return int(key[1:].partition("-")[0])


def days(end: str = "23:00") -> tuple[World, Facts]:
    """Nine days with a stop every hour, every other one a park."""
    places = {
        f"s{number}-{index}": sight(
            f"s{number}-{index}", (number * 7 + index * 5) % 10 / 20, minutes=30,
            kind="park" if index % 2 else "sight", opening_hours="08:00-23:00",
        )
        for number in range(1, DAYS + 1)
        for index in range(STOPS)
    }  # fmt: skip
    at = {key: int(key.partition("-")[2]) for key in places}
    doc = plan(
        {
            key: stop(place, f"d{day_of(key)}", f"{9 + at[key]:02d}:{'00' if at[key] % 2 else '15'}")
            for key, place in places.items()
        },
        DAYS,
    )
    for one in doc["days"].values():
        one["end"] = end
    known = world(*places.values())
    return known, facts(doc, known)


def repairing(change: Change, enough: Enough, trip: tuple[World, Facts] | None = None) -> Repair:
    known, fact = trip or days()
    brief = replanning(fact, Replan(change=change), known)
    return Repair(build(fact, brief, known, reference_rates()), brief, enough)


class Patience:
    """The effort is used up after so many questions."""

    def __init__(self, questions: float) -> None:
        self.questions = questions
        self.asked = 0

    def __call__(self, share: float) -> bool:
        self.asked += 1
        return self.asked > share * self.questions


def test_nine_full_days_are_re_planned_within_the_effort() -> None:
    patience = Patience(inf)
    repair = repairing(RAIN, patience)
    found = repair.best()
    assert not found.dropped
    moved = [key for number, order in enumerate(found.orders, 1) for key in order if day_of(key) != number]
    assert len(moved) == STOPS // 2, "the parks, and nothing else"
    assert repair.agendas.chains <= CHAINS
    assert patience.asked >= repair.agendas.chains


@pytest.mark.parametrize("change", [RAIN, LATE], ids=["rain", "late"])
def test_whenever_it_is_enough_the_best_plan_so_far_holds_every_stop_and_works(change: Change) -> None:
    costs = []
    for questions in (0, 80, 300, 1000, 4000):
        patience = Patience(questions)
        repair = repairing(change, patience, days("22:00"))
        begun = patience.asked
        found = repair.best()
        assert patience.asked <= max(questions, begun) + DAYS, "hardly anything in vain"
        there = [key for order in found.orders for key in order]
        assert not found.hand and sorted([*there, *found.dropped, *found.replaced]) == sorted(repair.task.stops)
        costs.append(repair.cost(found))
    assert costs[0] < inf and all(late <= early + 1e-6 for early, late in pairwise(costs)), costs
    assert costs[-1] < costs[0]


def crowded(stops: int, rests: int) -> tuple[World, Facts]:
    """Two days of many short stops in one place, with breaks that fill the time between the first 20 and the others."""
    places = {
        f"s{number}-{index}": sight(f"s{number}-{index}", 0.0, minutes=5, kind="sight", opening_hours="00:00-24:00")
        for number in (1, 2)
        for index in range(stops)
    }
    numbers = {key: int(key.partition("-")[2]) for key in places}
    begins = {key: 9 * 60 + 6 * number + (120 if number >= 20 else 0) for key, number in numbers.items()}
    at = {key: f"{begin // 60:02d}:{begin % 60:02d}" for key, begin in begins.items()}
    doc = plan({key: stop(place, f"d{day_of(key)}", at[key]) for key, place in places.items()})
    pause = {"minutes": 25, "from": "11:00", "to": "12:35"}
    for one in doc["days"].values():
        one["end"] = "23:30"
        one["breaks"] = {f"b{number}": {**pause, "name": f"Rest {number}"} for number in range(rests)}
    known = world(*places.values())
    return known, facts(doc, known)


@pytest.mark.parametrize(("stops", "rests"), [(40, 4), (90, 0)])
def test_nothing_long_goes_on_when_the_effort_is_used_up(stops: int, rests: int) -> None:
    """Also not for the plan to begin with, of which every day is wanted, however little time there is."""
    late = Late(kind="late", day_id="d1", minutes=60, at="09:00")
    trip = crowded(stops, rests)
    for questions in (0, 1000):
        patience = Patience(questions)
        repair = repairing(late, patience, trip)
        found = repair.best()
        assert patience.asked <= questions + 100, "without a limit it is asked ten thousands of times"
        there = [key for order in found.orders for key in order]
        assert not found.hand and sorted([*there, *found.dropped]) == sorted(repair.task.stops)


def test_an_order_gives_a_re_plan_the_seconds_of_its_effort() -> None:
    known, fact = days("22:00")
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1

    hasty = Solver(known, reference_rates(), SearchEffort(iterations=1, seconds=0), check)
    (made,) = hasty.plans(fact, Replan(change=RAIN))
    told = {one["stopId"] for one in (*made.report["leftOut"], *made.report["moved"])}
    assert len(told) >= STOPS // 2
    assert asked < 100, "without a limit it is asked thousands of times"


def test_all_that_a_re_plan_searches_for_takes_its_seconds_together() -> None:
    """By a clock that goes on by a second whenever somebody looks: the touched day alone, then all days, plans of the
    optimiser for stops without a place, and what each member gets of the plan."""
    known, fact = crowded(40, 0)
    effort = SearchEffort(iterations=10**9, seconds=2000, without_improvement=10**9)
    looks = count()
    lost = Late(kind="late", day_id="d1", minutes=870, at="09:00")
    solver = Solver(known, reference_rates(), effort, clock=lambda: float(next(looks)))
    (made,) = solver.plans(fact, Replan(change=lost))
    assert made.drops
    assert effort.seconds / 2 <= next(looks) <= effort.seconds + 100
