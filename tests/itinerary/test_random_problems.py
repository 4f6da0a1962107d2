"""Every plan for every problem keeps all constraints, as judged by a checker that shares no code with the solver.

TRAVVY_ITINERARY_PROBLEMS says how many problems are tried (default 400).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, cast

import pytest

from shared.itinerary import MaxIterations, Problem, Solution, alternatives, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_from_json, problem_to_json, solution_to_json

BATCH = 25
BATCHES = int(os.environ.get("TRAVVY_ITINERARY_PROBLEMS", "400")) // BATCH
MakeProblem = Callable[[int], Problem]


def as_read(document: object) -> dict[str, Any]:
    """The document as somebody reads it from a file."""
    return cast(dict[str, Any], json.loads(json.dumps(document)))


def judged(problem: Problem, solution: Solution) -> list[str]:
    return faults(as_read(problem_to_json(problem)), as_read(solution_to_json(solution)))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_plans_are_valid_and_what_is_missing_is_explained(batch: int, random_problem: MakeProblem) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        problem = random_problem(seed)
        solution = solve(problem, seed=seed, stop=MaxIterations(30))
        found = judged(problem, solution)
        assert not found, (seed, found)
        assert all(item.message for item in (*solution.left_out, *solution.unmet, *solution.binding))


def test_alternatives_and_warm_starts_are_valid(random_problem: MakeProblem) -> None:
    for seed in range(3000, 3030):
        problem = random_problem(seed)
        first = solve(problem, seed=seed, stop=MaxIterations(20))
        others = alternatives(problem, first, stop=lambda: MaxIterations(20))
        again = solve(problem, seed=seed, stop=MaxIterations(0), start=first)
        for plan in (*others, again):
            assert not judged(problem, plan), seed
        assert len(again.unmet) <= len(first.unmet), seed


def test_interrupted_anywhere_a_plan_is_valid(random_problem: MakeProblem) -> None:
    for seed in range(4000, 4040):
        problem = random_problem(seed)
        left = [seed % 23]

        def tired(iterations: int, best: float, left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        assert not judged(problem, solve(problem, stop=tired)), seed


def test_problems_survive_json(random_problem: MakeProblem) -> None:
    for seed in range(60):
        problem = random_problem(seed)
        assert problem_from_json(json.loads(json.dumps(problem_to_json(problem)))) == problem
