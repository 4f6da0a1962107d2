"""Half-days apart: worth it, valid for every part of the group, and only where tastes clash."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from shared.itinerary import (
    Day,
    MaxIterations,
    Member,
    Mode,
    Previous,
    Problem,
    ProblemError,
    Reason,
    Solution,
    Travel,
    Visit,
    solve,
    split,
)
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json
from shared.itinerary.halves import all_stops
from shared.itinerary.split import MARGIN
from tests.itinerary.splits.clashing import make_clashing

Document = dict[str, Any]


def solved(problem: Problem) -> Solution:
    return solve(problem, stop=MaxIterations(100))


def checked(problem: Problem, solution: Solution) -> list[str]:
    return faults(problem_to_json(problem), solution_to_json(solution))


@pytest.mark.parametrize("first", (0, 20, 400))
def test_every_part_of_the_group_has_days_that_work(first: int) -> None:
    """With limits, prices, alternatives, vetoes and breaks, whether something was split or not."""
    for seed in range(first, first + 20):
        problem = make_clashing(seed, rich=True)
        together = solved(problem)
        apart = split(problem, together)
        assert checked(problem, apart) == [], seed
        assert apart.value >= together.value


def test_where_tastes_clash_the_worst_off_gain_and_nobody_pays_for_it() -> None:
    before, after = [], []
    for seed in range(6):
        problem = make_clashing(seed)
        together = solved(problem)
        apart = split(problem, together)
        assert checked(problem, apart) == []
        splits = [plan.split for plan in apart.days if plan.split is not None]
        assert splits and len(splits) <= problem.max_splits
        gains = sum(one.gain for one in splits)
        assert gains == pytest.approx(apart.value - together.value)
        assert gains >= len(splits) * MARGIN * together.value / len(problem.days)
        before.append(min(said.share for said in together.members))
        after.append(min(said.share for said in apart.members))
    assert sum(after) / len(after) >= sum(before) / len(before) + 0.05


def test_a_veto_binds_those_who_have_it_and_nobody_else() -> None:
    problem = make_clashing(0)
    loved = max(
        problem.visits, key=lambda visit: visit.score[1] - visit.score[0] if isinstance(visit.score, tuple) else 0
    )
    loved = replace(
        loved, score=tuple(30.0 if index % 2 else 0.0 for index in range(len(problem.members))), windows=None
    )
    members = tuple(
        replace(member, vetoes=frozenset() if index % 2 else frozenset({loved.id}))
        for index, member in enumerate(problem.members)
    )
    visits = tuple(loved if visit.id == loved.id else visit for visit in problem.visits)
    problem = replace(problem, visits=visits, members=members)
    together = solved(problem)
    apart = split(problem, together)
    stops = {stop.visit: stop for plan in apart.days for stop in all_stops(plan)}
    assert loved.id not in {stop.visit for plan in together.days for stop in plan.stops}
    assert set(stops[loved.id].members) == {member.id for member in members if not member.vetoes}
    assert checked(problem, apart) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda problem: replace(problem, max_splits=0),
        lambda problem: replace(problem, previous=(Previous("v0", 0),)),
        lambda problem: replace(problem, members=(), visits=tuple(replace(v, score=1.0) for v in problem.visits)),
        lambda problem: replace(problem, visits=tuple(replace(v, score=_mean(v.score)) for v in problem.visits)),
    ],
    ids=["not allowed", "re-planning", "nobody", "one taste"],
)
def test_a_group_stays_together_unless_it_may_part_and_has_reason_to(change: Callable[[Problem], Problem]) -> None:
    problem = change(make_clashing(2))
    together = solved(problem)
    assert split(problem, together) is together


def _mean(score: float | tuple[float, ...]) -> float:
    return sum(score) / len(score) if isinstance(score, tuple) else score


def test_no_more_splits_than_allowed_and_the_same_again() -> None:
    problem = replace(make_clashing(3), max_splits=1)
    together = solved(problem)
    apart = split(problem, together)
    assert sum(plan.split is not None for plan in apart.days) == 1
    assert split(problem, together) == apart
    assert split(problem, together, margin=10.0) is together
    with pytest.raises(ProblemError):
        replace(problem, max_splits=-1)


@pytest.fixture(scope="module")
def documents() -> tuple[Document, Document]:
    problem = make_clashing(3)
    apart = split(problem, solved(problem))
    return json.loads(json.dumps(problem_to_json(problem))), json.loads(json.dumps(solution_to_json(apart)))


def _swap(split_: Document) -> None:
    one, other = split_["branches"]
    one["members"], other["members"] = other["members"], one["members"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda split_: split_["branches"][0]["members"].pop(),
        lambda split_: split_["branches"][0].update(arrives=split_["meet_at"] + 5),
        lambda split_: split_["branches"][0].update(leave=split_["part_at"] - 5),
        lambda split_: split_["branches"][0].update(back_minutes=split_["branches"][0]["back_minutes"] + 5),
        lambda split_: split_["branches"][0]["stops"].pop(),
        lambda split_: split_["branches"][0]["stops"][0].update(members=[]),
        lambda split_: split_["branches"][0]["stops"][0].update(cost=7),
        lambda split_: split_["branches"][0]["stops"].append(split_["branches"][1]["stops"][0]),
        lambda split_: split_.update(meet_before="nowhere"),
        _swap,
    ],
)
def test_the_checker_notices(documents: tuple[Document, Document], spoil: Callable[[Document], Any]) -> None:
    problem, solution = copy.deepcopy(documents)
    assert faults(problem, solution) == []
    spoil(next(day["split"] for day in solution["days"] if day["split"]))
    assert faults(problem, solution)


def test_the_checker_counts_splits(documents: tuple[Document, Document]) -> None:
    problem, solution = documents
    assert faults({**problem, "max_splits": 0}, solution)


def test_it_is_asked_often_whether_it_is_enough_and_interrupted_anywhere_the_plan_is_valid() -> None:
    problem = make_clashing(5, rich=True)
    together = solved(problem)
    asked = [0]

    def never() -> bool:
        asked[0] += 1
        return False

    assert split(problem, together, enough=never) == split(problem, together)
    assert asked[0] > 10
    for patience in range(asked[0]):
        left = [patience]

        def enough(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        apart = split(problem, together, enough=enough)
        assert checked(problem, apart) == [], patience
        assert apart.value >= together.value
    assert split(problem, together, enough=lambda: True) is together


def test_places_between_which_nobody_goes_do_not_matter() -> None:
    problem = make_clashing(3)
    together = solved(problem)
    apart = split(problem, together)
    away = tuple(
        replace(
            mode,
            minutes=(*((*row, 1.0) for row in mode.minutes), (1.0,) * (len(mode.minutes) + 1)),
            metres=mode.metres and (*((*row, 1.0) for row in mode.metres), (1.0,) * (len(mode.metres) + 1)),
            prices=mode.prices and (*((*row, 1) for row in mode.prices), (1,) * (len(mode.prices) + 1)),
        )
        for mode in problem.travel.modes
    )
    assert split(replace(problem, travel=replace(problem.travel, modes=away)), together) == apart


def poor_clash(budget: int, **fields: Any) -> tuple[Problem, Solution]:
    """Two of opposite tastes whose common day leaves little money, and its plan."""
    day = Day(0, "2027-04-02", 540, 1080, start_location=0, end_location=0)
    flat = tuple(tuple(0.0 if a == b else 10.0 for b in range(2)) for a in range(2))
    loved = [Visit(f"v{i}", 1, 90, (9.0, 0.1) if i % 2 else (0.1, 9.0), cost=200, **fields) for i in range(8)]
    members = (Member("ana"), Member("ben", 0.0))
    problem = Problem((day,), tuple(loved), Travel((Mode("walk", flat),)), members, budget, max_splits=1)
    return problem, solved(problem)


def test_a_part_of_members_who_count_nothing_in_the_average_has_a_plan_too() -> None:
    problem, together = poor_clash(2000)
    assert checked(problem, split(problem, together, margin=0.0)) == []


def test_what_was_too_dear_is_told_by_the_money_that_is_left_after_the_split() -> None:
    """Apart, each pays for their own half of a ticket only."""
    told = 0
    for budget in range(500, 1100, 50):
        problem, together = poor_clash(budget)
        apart = split(problem, together, margin=0.0)
        left = budget - apart.cost
        dear = [item for item in apart.left_out if item.reason is Reason.OVER_BUDGET]
        assert all(item.message == f"it costs 200 and {left} are left of {budget}" for item in dear)
        assert left < 200 or not dear
        assert bool(dear) or "budget" not in {one.constraint for one in apart.binding}
        assert checked(problem, apart) == []
        told += apart is not together and {item.visit for item in together.left_out if "left of" in item.message} != {
            item.visit for item in dear
        }
    assert told
