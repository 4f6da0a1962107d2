"""Every plan for every problem keeps all constraints, as judged by a checker that shares no code with the solver."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

import pytest

from shared.itinerary import MaxIterations, Problem, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_from_json, problem_to_json, solution_to_json

BATCH = 25


def as_read(document: object) -> dict[str, Any]:
    """The document as somebody reads it from a file."""
    return cast(dict[str, Any], json.loads(json.dumps(document)))


@pytest.mark.parametrize("batch", range(16))
def test_plans_are_valid(batch: int, random_problem: Callable[[int], Problem]) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        problem = random_problem(seed)
        solution = solve(problem, seed=seed, stop=MaxIterations(30))
        found = faults(as_read(problem_to_json(problem)), as_read(solution_to_json(solution)))
        assert not found, (seed, found)


def test_problems_survive_json(random_problem: Callable[[int], Problem]) -> None:
    for seed in range(60):
        problem = random_problem(seed)
        assert problem_from_json(json.loads(json.dumps(problem_to_json(problem)))) == problem
