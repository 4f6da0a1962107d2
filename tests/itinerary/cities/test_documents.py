"""JSON in and out, the commands, the schemas, and a checker that notices."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.itinerary.cities import plan
from shared.itinerary.cities.check import faults
from shared.itinerary.cities.codec import problem_from_json, problem_to_json, solution_to_json
from shared.itinerary.cities.schema import problem_schema, solution_schema
from tests.itinerary.cities.worlds import make_problem

ROOT = Path(__file__).resolve().parents[3]
Document = dict[str, Any]
RICH = 142
"""A seed whose best plan has two visits, two transfers and wishes."""


@pytest.fixture
def documents() -> tuple[Document, Document]:
    problem = make_problem(RICH, wishes=5)
    problem_document = json.loads(json.dumps(problem_to_json(problem)))
    return problem_document, json.loads(json.dumps(solution_to_json(plan(problem))))


def later(name: str) -> Callable[[Document], None]:
    return lambda solution: solution["trips"][0].update({name: solution["trips"][0][name] + 1})


@pytest.mark.parametrize(
    "spoil",
    [
        later("departs"),
        later("arrives"),
        later("price"),
        later("minutes"),
        lambda solution: solution["trips"][0].update(date="2027-04-09"),
        lambda solution: solution["trips"].pop(),
        lambda solution: solution["visits"].pop(),
        lambda solution: solution["visits"].reverse(),
        lambda solution: solution["visits"][0].update(nights=9),
        lambda solution: solution["visits"][0]["bookings"][0].update(rooms=9),
        lambda solution: solution["visits"][0].update(bookings=[]),
        lambda solution: solution["visits"][0].update(meals_price=7),
        lambda solution: solution["money"].update(total=7),
        lambda solution: solution["worth"].update(cities=7),
        lambda solution: solution.update(value=7),
        lambda solution: solution.update(nights=7),
        lambda solution: solution["left_out"].append({"city": "c0"}),
    ],
)
def test_the_checker_notices(documents: tuple[Document, Document], spoil: Callable[[Document], Any]) -> None:
    problem, solution = documents
    assert faults(problem, solution) == []
    spoil(solution)
    assert faults(problem, solution)


@pytest.mark.parametrize("seed", range(60))
def test_the_checker_notices_a_wish_that_is_broken(seed: int) -> None:
    """What holds for one problem does not pass where the wishes that it gave up are still wanted."""
    problem = make_problem(seed, wishes=6)
    solution = solution_to_json(plan(problem))
    broken = [item for item in solution["given_up"] if item["needed"] is None]
    solution["given_up"] = [item for item in solution["given_up"] if item["needed"] is not None]
    assert bool(broken) == bool(faults(problem_to_json(problem), solution))


@pytest.mark.parametrize("seed", range(20))
def test_problems_survive_json(seed: int) -> None:
    problem = make_problem(seed)
    assert problem_from_json(json.loads(json.dumps(problem_to_json(problem)))) == problem


def test_the_published_schemas_are_those_of_the_code() -> None:
    for name, schema in (("problem", problem_schema()), ("solution", solution_schema())):
        published = (ROOT / "docs" / f"cities-{name}.schema.json").read_text(encoding="utf-8")
        assert json.loads(published) == schema, f"python -m shared.itinerary.cities.schema {name}"


def test_the_commands(tmp_path: Path, documents: tuple[Document, Document]) -> None:
    problem, expected = documents
    (tmp_path / "problem.json").write_text(json.dumps(problem), encoding="utf-8")
    command = [sys.executable, "-m", "shared.itinerary.cities"]
    solved = subprocess.run(command, cwd=ROOT, input=json.dumps(problem), capture_output=True, text=True, check=True)
    assert json.loads(solved.stdout) == expected
    (tmp_path / "solution.json").write_text(solved.stdout, encoding="utf-8")
    files = [str(tmp_path / "problem.json"), str(tmp_path / "solution.json")]
    checked = subprocess.run(
        [sys.executable, "-m", "shared.itinerary.cities.check", *files], cwd=ROOT, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout.split(",")[0]) == (0, "valid")
    refused = subprocess.run(command, cwd=ROOT, input='{"horizon": 3}', capture_output=True, text=True)
    assert refused.returncode == 2
    assert refused.stderr
