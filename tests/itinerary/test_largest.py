"""Problems as large as the app allows: what the work around the search takes of time, as calls, and of memory."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import CodeType, FrameType
from typing import TypeVar

import pytest

from shared.itinerary import MaxIterations, Problem, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json
from shared.itinerary.engine import Search
from shared.itinerary.model import Model, compile_model
from shared.itinerary.objective import Objective
from shared.itinerary.obstacles import Obstacles
from shared.itinerary.solver import explained
from tests.itinerary.largest import make_largest

ROOT = Path(__file__).parents[2]
STATUS = Path("/proc/self/status")
MEGABYTE = 1_000_000
T = TypeVar("T")


@pytest.fixture(scope="module")
def problem() -> Problem:
    return make_largest()


@pytest.fixture(scope="module")
def model(problem: Problem) -> Model:
    return compile_model(problem)


def calls(work: Callable[[], T]) -> tuple[int, T]:
    """How many functions are called, those of the interpreter among them: much the same on every machine."""
    count = 0

    def tell(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tell)
    try:
        done = work()
    finally:
        sys.setprofile(None)
    return count, done


def test_the_model_is_built_in_few_steps(problem: Problem) -> None:
    count, model = calls(lambda: compile_model(problem))
    assert model.nodes > 700
    assert count < 450_000


def test_the_model_is_small(problem: Problem) -> None:
    tracemalloc.start()
    try:
        model = compile_model(problem)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 35 * MEGABYTE
    # The start of a day and a pause at its end have rows of their own.
    stays = {(node.place, node.minutes) for node in model.table}
    assert len({id(row) for row in model.reach}) <= len(stays) + 3 * len(problem.days)


@pytest.mark.parametrize("budget", [100_000, None], ids=["budget", "plenty"])
@pytest.mark.parametrize("found", [0.0, 0.5, 1.0], ids=["nothing", "half", "all"])
def test_whatever_was_found_is_completed_and_explained_in_few_steps(budget: int | None, found: float) -> None:
    model = compile_model(make_largest(budget=budget))
    search = Search(model)
    search.complete()
    plan = [route if day < found * len(model.alike) else [] for day, route in enumerate(search.plan())]
    count, solution = calls(lambda: explained(model, Objective(model, [5.0] * 20), plan, 0))
    stops = {stop.visit for day in solution.days for stop in day.stops}
    assert len(stops) + len(solution.left_out) == len(model.problem.visits)
    assert count < 200_000


def without_a_way(problem: Problem) -> Problem:
    """No day's end can be reached without walking too far."""
    days = tuple(replace(day, max_walk_metres=10.0) for day in problem.days)
    return replace(problem, days=days, travel=replace(problem.travel, walk_up_to=1000.0))


def without_meals(problem: Problem) -> Problem:
    """All are restaurants, open in the morning only."""
    windows = (((540.0, 600.0),),) * len(problem.days)
    visits = tuple(replace(visit, meals=("lunch", "dinner"), windows=windows) for visit in problem.visits)
    return replace(problem, visits=visits)


def without_agreement(problem: Problem) -> Problem:
    """Each restaurant has a veto."""
    food = frozenset(visit.id for visit in problem.visits if visit.meals)
    return replace(problem, members=(replace(problem.members[0], vetoes=food), *problem.members[1:]))


def without_money(problem: Problem) -> Problem:
    return replace(problem, budget=0)


@pytest.mark.parametrize("change", [without_a_way, without_meals, without_agreement, without_money])
def test_what_cannot_be_had_is_explained_in_few_steps(change: Callable[[Problem], Problem]) -> None:
    model = compile_model(change(make_largest()))
    count, solution = calls(lambda: explained(model, Objective(model, [5.0] * 20), model.base, 0))
    assert solution.unmet
    assert count < 400_000


def test_a_run_builds_one_model_two_plans_and_one_list_of_obstacles(problem: Problem) -> None:
    made = (compile_model.__code__, Search.__init__.__code__, Obstacles.__init__.__code__)
    found: Counter[CodeType] = Counter()
    sys.setprofile(lambda frame, event, argument: found.update([frame.f_code] if event == "call" else ()))
    try:
        solve(problem, stop=MaxIterations(1))
    finally:
        sys.setprofile(None)
    assert [found[code] for code in made] == [1, 2, 1]


def test_the_largest_plan_keeps_what_is_asked(problem: Problem) -> None:
    solution = solve(problem, stop=MaxIterations(20))
    document = json.loads(json.dumps([problem_to_json(problem), solution_to_json(solution)]))
    assert faults(*document) == []


@pytest.mark.skipif(not STATUS.exists(), reason="the system does not tell the memory of a process")
def test_a_process_that_solves_the_largest_problem_stays_small() -> None:
    script = (
        "from shared.itinerary import MaxIterations, solve; from tests.itinerary.largest import make_largest; "
        f"solve(make_largest(), stop=MaxIterations(20)); print(open({str(STATUS)!r}).read())"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    [most] = re.findall(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert int(most) / 1024 < 150
