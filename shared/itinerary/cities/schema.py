"""The JSON schemas, made from the dataclasses: `python -m shared.itinerary.cities.schema problem` or `solution`."""

from __future__ import annotations

import json
import sys
from typing import Any

from ..schema import document_schema
from .problem import CitiesProblem
from .solution import CitiesSolution


def problem_schema() -> dict[str, Any]:
    return document_schema(CitiesProblem, "A trip of several cities to plan")


def solution_schema() -> dict[str, Any]:
    return document_schema(CitiesSolution, "A trip of several cities")


if __name__ == "__main__":
    schema = {"problem": problem_schema, "solution": solution_schema}[sys.argv[1]]()
    sys.stdout.write(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
