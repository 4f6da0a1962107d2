"""Problems and solutions as JSON documents (docs/cities-problem.schema.json, docs/cities-solution.schema.json)."""

from __future__ import annotations

from typing import Any, cast

from ..codec import read, write
from .problem import CitiesProblem
from .solution import CitiesSolution


def problem_from_json(document: Any) -> CitiesProblem:
    """Read a problem. Raises ProblemError that names the field which is missing, unknown or of the wrong type."""
    return read(CitiesProblem, document, "problem")


def problem_to_json(problem: CitiesProblem) -> dict[str, Any]:
    return cast(dict[str, Any], write(problem))


def solution_to_json(solution: CitiesSolution) -> dict[str, Any]:
    return cast(dict[str, Any], write(solution))
