"""JSON in and out, the two commands, the schemas, and a checker that notices."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from shared.itinerary import MaxIterations, Problem, ProblemError, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_from_json, problem_to_json, solution_to_json
from shared.itinerary.schema import problem_schema, solution_schema

ROOT = Path(__file__).resolve().parents[2]
RICH = 93
DAY = {"index": 0, "date": "2027-04-02", "start": 540, "end": 1080}
VISIT = {"id": "v", "location": 0, "minutes": 5}
INF, NAN = float("inf"), float("nan")
Spoil = Callable[[dict[str, Any]], None]


@pytest.fixture
def documents(random_problem: Callable[[int], Problem]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A problem with some of everything, and its solution."""
    problem = random_problem(RICH)
    solution = solve(problem, stop=MaxIterations(30))
    return json.loads(json.dumps([problem_to_json(problem), solution_to_json(solution)]))


def first_stop(solution: dict[str, Any]) -> dict[str, Any]:
    return next(day["stops"][0] for day in solution["days"] if day["stops"])


def spoil_start(solution: dict[str, Any]) -> None:
    first_stop(solution)["start"] -= 30


def spoil_travel(solution: dict[str, Any]) -> None:
    first_stop(solution)["travel_minutes"] += 1


def spoil_twice(solution: dict[str, Any]) -> None:
    solution["days"][-1]["stops"] += [first_stop(solution)] * 2


def spoil_unknown(solution: dict[str, Any]) -> None:
    first_stop(solution)["visit"] = "nowhere"


def spoil_cost(solution: dict[str, Any]) -> None:
    solution["cost"] += 1


def spoil_score(solution: dict[str, Any]) -> None:
    solution["score"] += 1


def spoil_silence(solution: dict[str, Any]) -> None:
    solution["unmet"] = []


def spoil_left_out(solution: dict[str, Any]) -> None:
    solution["left_out"].pop()


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_start,
        spoil_travel,
        spoil_twice,
        spoil_unknown,
        spoil_cost,
        spoil_score,
        spoil_silence,
        spoil_left_out,
    ],
)
def test_checker_notices(spoil: Spoil, documents: tuple[dict[str, Any], dict[str, Any]]) -> None:
    problem, solution = documents
    assert not faults(problem, solution)
    wrong = copy.deepcopy(solution)
    spoil(wrong)
    assert faults(problem, wrong)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"travel": {"modes": []}}, "travel.modes: at least one"),
        ({"days": [{"index": 0, "date": "d", "start": 600, "end": 500}]}, "days[0]: must start"),
        ({"budget": "much"}, "problem.budget: must be int"),
        ({"colour": "red"}, "unknown field 'colour'"),
        ({"visits": [{"id": "v", "location": 7, "minutes": 5}]}, "7 is not in the travel matrix"),
        ({"visits": [{"id": "v", "location": 0, "minutes": 5}] * 2}, "'v' is there twice"),
        ({"visits": [{"id": "v", "location": 0}]}, "'minutes'"),
        ({"visits": [{"id": "v", "location": 0, "minutes": 5, "windows": []}]}, "each of the 1 days"),
        ({"visits": 3}, "problem.visits: must be a list"),
        ({"days": [{"index": 0, "date": "d", "start": 540, "end": None}]}, "days[0]: must start"),
        ({"days": [{"index": 0, "date": "d", "start": 540, "end": 10**400}]}, "days[0]: must start"),
        ({"days": [{**DAY, "max_walk_minutes": NAN}]}, "days[0].max_walk_minutes: must not be negative"),
        ({"days": [{**DAY, "meals": [{"name": "tea", "opens": NAN, "closes": 9}]}]}, "days[0].meals: must be a minute"),
        ({"days": [{**DAY, "breaks": [{"name": "nap", "opens": 9, "closes": 10, "minutes": None}]}]}, "breaks['nap']"),
        ({"visits": [{**VISIT, "minutes": NAN}]}, "visits['v'].minutes: must not be negative, and finite"),
        ({"visits": [{**VISIT, "minutes": None}]}, "visits['v'].minutes: must not be negative, and finite"),
        ({"visits": [{**VISIT, "score": NAN}]}, "visits['v'].score: must be finite"),
        ({"visits": [{**VISIT, "score": 1e308}]}, "visits['v'].score: must be finite"),
        ({"visits": [{**VISIT, "cost": 10**399}]}, "visits['v'].cost: must not be negative, and finite"),
        ({"visits": [{**VISIT, "windows": [[[-INF, 600]]]}]}, "visits['v'].windows: must be a minute"),
        ({"visits": [{**VISIT, "fixed": {"day": 0, "start": None}}]}, "visits['v'].fixed.start: must be a minute"),
        ({"visits": [{**VISIT, "id": "\ud800"}]}, "problem.visits[0].id: must be text"),
        ({"members": [{"id": "ana", "weight": None}]}, "members['ana'].weight: must not be negative, and finite"),
        ({"members": [{"id": "ana", "weight": 0}]}, "members: one of the weights must be positive"),
        ({"travel": {"modes": [{"name": "walk", "minutes": [[NAN]]}]}}, "travel.walk.minutes: must not be negative"),
        ({"travel_weight": NAN}, "travel_weight: must not be negative"),
        ({"fairness": 10**400}, "fairness: must not be negative"),
    ],
)
def test_malformed_problem_names_the_field(change: dict[str, Any], words: str) -> None:
    document = {
        "days": [DAY],
        "visits": [],
        "travel": {"modes": [{"name": "walk", "minutes": [[0]]}]},
    }
    problem_from_json(document)
    with pytest.raises(ProblemError) as caught:
        problem_from_json(document | change)
    assert words in str(caught.value)


@pytest.mark.parametrize("package", ["shared.itinerary", "shared.itinerary.cities"])
@pytest.mark.parametrize(
    ("text", "options"),
    [
        (b"{", ()), (b"", ()), (b"\xff", ()), (b"null", ()), (b"[" * 100_000, ()), (b"9" * 5000, ()),
        (b"{}", ("--seconds", "nan")), (b"{}", ("--seconds", "-1")),
    ],
)  # fmt: skip
def test_what_is_no_problem_is_refused_in_a_line(package: str, text: bytes, options: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", package, *options], input=text, capture_output=True, cwd=ROOT)
    assert done.returncode == 2 and done.stdout == b""
    assert b"Traceback" not in done.stderr and (options or done.stderr.startswith(b"not a problem: "))


def test_commands(documents: tuple[dict[str, Any], dict[str, Any]], tmp_path: Path) -> None:
    problem = tmp_path / "problem.json"
    problem.write_text(json.dumps(documents[0]), encoding="utf-8")
    solver = [sys.executable, "-m", "shared.itinerary", "--iterations", "30"]
    done = subprocess.run(solver, input=problem.read_text(), capture_output=True, text=True, cwd=ROOT, check=True)
    assert json.loads(done.stdout) == documents[1]
    solution = tmp_path / "solution.json"
    solution.write_text(done.stdout, encoding="utf-8")
    checker = [sys.executable, "-m", "shared.itinerary.check", problem, solution]
    assert subprocess.run(checker, capture_output=True, cwd=ROOT, check=False).returncode == 0
    spoil_cost(documents[1])
    solution.write_text(json.dumps(documents[1]), encoding="utf-8")
    assert subprocess.run(checker, capture_output=True, cwd=ROOT, check=False).returncode == 1
    broken = subprocess.run(solver, input="{}", capture_output=True, text=True, cwd=ROOT, check=False)
    assert (broken.returncode, broken.stdout) == (2, "")
    assert "problem" in broken.stderr


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"days": 3}', b"NaN"])
def test_garbage_is_refused_in_a_line(garbage: bytes, tmp_path: Path) -> None:
    name = tmp_path / "garbage.json"
    name.write_bytes(garbage)
    for command, given in (([], garbage), ([".check", name, name], b""), ([".check", name, tmp_path / "none"], b"")):
        module = "shared.itinerary" + (str(command[0]) if command else "")
        done = subprocess.run(
            [sys.executable, "-m", module, *command[1:]], input=given, capture_output=True, cwd=ROOT, check=False
        )
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(("name", "schema"), [("problem", problem_schema), ("solution", solution_schema)])
def test_schema_in_docs_is_the_one_of_the_code(name: str, schema: Callable[[], dict[str, Any]]) -> None:
    written = json.loads((ROOT / f"docs/itinerary-{name}.schema.json").read_text(encoding="utf-8"))
    assert written == schema(), f"python -m shared.itinerary.schema {name} > docs/itinerary-{name}.schema.json"


def paths(document: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there are numbers in a document."""
    if isinstance(document, (dict, list)):
        for key, value in document.items() if isinstance(document, dict) else enumerate(document):
            yield from paths(value, (*before, key))
    elif isinstance(document, (int, float)) and not isinstance(document, bool):
        yield before


def test_what_the_schema_says_may_be_infinite_is_read(random_problem: Callable[[int], Problem]) -> None:
    valid = jsonschema_rs.validator_for(problem_schema()).is_valid
    endless = 0
    for seed in range(8):
        written = json.dumps(problem_to_json(replace(random_problem(seed), previous=())))
        for path in paths(json.loads(written)):
            document = place = json.loads(written)
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = None
            if valid(document):
                assert problem_from_json(document)
                endless += 1
    assert endless > 100


def test_solver_imports_nothing_of_the_project_and_nothing_installed() -> None:
    code = "import sys, shared.itinerary; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    mine = {name for name in done.stdout.split() if name.split(".")[0] == "shared"}
    assert all(name == "shared" or name.startswith("shared.itinerary") for name in mine)
    assert {name.split(".")[0] for name in done.stdout.split()} <= {*sys.stdlib_module_names, "shared", "__main__"}
