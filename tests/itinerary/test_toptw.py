"""The literature's instances: read as they are published, solved, and accepted by both checkers."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from shared.itinerary import MaxIterations, solve
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json
from tests.support.toptw import FAMILIES, write_instance

READER = Path(__file__).resolve().parents[2] / "bench" / "toptw.py"
SIZES = (48, 100, 96, 60, 144)


@pytest.fixture(scope="module")
def toptw() -> Iterator[ModuleType]:
    """`bench/toptw.py`, which is in no package."""
    spec = importlib.util.spec_from_file_location("bench_toptw", READER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_answer_to_a_random_instance_is_accepted(toptw: ModuleType, family: str, tmp_path: Path) -> None:
    for seed, size in enumerate(SIZES):
        instance = toptw.read_instance(write_instance(tmp_path, family, seed, size))
        assert len(instance.points) == size + 1 and instance.decimals == (2 if family.startswith("pr") else 1)
        accepted(toptw, instance, 1 + (seed + len(family)) % 4)


@pytest.mark.parametrize("routes", [1, 2, 3, 4])
def test_the_largest_of_cordeau_takes_any_number_of_routes(toptw: ModuleType, routes: int, tmp_path: Path) -> None:
    accepted(toptw, toptw.read_instance(write_instance(tmp_path, "pr1", 6, 288)), routes)


def accepted(toptw: ModuleType, instance: object, routes: int) -> None:
    problem = toptw.to_problem(instance, routes)
    solution = solve(problem, stop=MaxIterations(4))
    assert faults(problem_to_json(problem), solution_to_json(solution)) == []
    assert (
        toptw.check_routes(instance, toptw.to_routes(solution)) == pytest.approx(solution.score) and solution.score > 0
    )
    assert len(toptw.to_routes(solution)) == routes


def test_empty_lines_spaces_and_marks_do_not_matter(toptw: ModuleType, tmp_path: Path) -> None:
    path = write_instance(tmp_path, "rc1", 1, 20)
    plain = toptw.read_instance(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    for text in (
        "\n\n" + "\n\n".join(f"{line}  \t" for line in lines) + "\n\n \n",
        "\r\n".join(["a name", "and words of any kind", *lines[2:]]),
        "\ufeff" + "\n".join(line.replace("  ", "\t").replace(" ", "   ") for line in lines),
    ):
        path.write_text(text, encoding="utf-8", newline="")
        assert toptw.read_instance(path) == plain


@pytest.mark.parametrize("name", ["pr07", "PR07", "50_pr07", "toptw-pr07"])
def test_cordeaus_distances_have_two_decimals(toptw: ModuleType, name: str, tmp_path: Path) -> None:
    path = write_instance(tmp_path, "pr0", 7, 10).rename(tmp_path / f"{name}.txt")
    assert toptw.read_instance(path).decimals == 2
    assert toptw.read_instance(path.rename(tmp_path / "spring1.txt")).decimals == 1


@pytest.mark.parametrize(
    "lines", ["", "1 1 1 1\n0 5\n", "1\n2\n0 1 2 3 x 1 1 0 9\n", "1\n2\n0 1 2\n", "1\n2\n1 0 0 0 0 0 0 0 9\n"]
)
def test_what_is_no_instance_is_refused_with_its_name(toptw: ModuleType, lines: str, tmp_path: Path) -> None:
    path = tmp_path / "r101.txt"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=r"r101\.txt"):
        toptw.read_instance(path)


def test_best_known_values_are_by_instance_and_routes(toptw: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "best.csv"
    path.write_text("\ufeffinstance, m, best, status\nc101, 1, 320, optimal\npr20, 4,,\n", encoding="utf-8")
    assert toptw.read_best(path) == {("c101", 1): 320.0}
