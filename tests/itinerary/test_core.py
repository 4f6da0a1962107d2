"""The search in WebAssembly: what it says of its plans is so, and nothing is written beside its arrays."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import wasmtime

import shared.itinerary.core as core_side
from shared.itinerary import Day, MaxIterations, Member, Mode, Problem, Travel, Visit, solve
from shared.itinerary.core import Core
from shared.itinerary.engine import Search
from shared.itinerary.model import Model, compile_model
from shared.itinerary.objective import Objective
from shared.itinerary.warm import begin

MakeProblem = Callable[[int], Problem]
ROOT = Path(__file__).parents[2]
CORE = ROOT / "shared/itinerary/core"


def searched(problem: Problem, iterations: int, seed: int = 1) -> tuple[Model, Core]:
    model = compile_model(problem)
    core = Core(model, seed, measured=True)
    core.measure(MaxIterations(iterations))
    search = Search(model)
    begin(search, None)
    core.begin(search.plan())
    core.improve(MaxIterations(iterations))
    return model, core


def value_of(model: Model, core: Core) -> float:
    """The value of the best plan with the bonuses, from the model alone."""
    gain = sum(model.gain[day][node] for day, route in enumerate(core.best) for node in route)
    tolls = model.tolls or []
    ways = [model.whole(day, route) for day, route in enumerate(core.best)] if tolls else []
    travel = sum(tolls[a][b] for way in ways for a, b in pairwise(way))
    return gain - travel + Objective(model, core.alone).fair(core.best)


def wrong(model: Model, core: Core) -> list[str]:
    """What the search says of its best plan that is not so."""
    search = Search(model)
    search.load(core.best)
    found = [f"day {day} does not hold" for day in range(len(model.alike)) if not search.feasible(day)]
    names = zip(model.token_names, search.left, strict=True)
    found += [f"too many of {name}" for name, left in names if left < 0]
    if search.money < 0:
        found.append(f"{-search.money} beyond the budget")
    frozen = zip(core.best, model.base, strict=True)
    found += [f"not frozen: {route}" for route, base in frozen if route[: len(base)] != base]
    if not math.isclose(value_of(model, core), core.best_value, rel_tol=1e-9, abs_tol=1e-9):
        found.append(f"worth {value_of(model, core)}, not {core.best_value}")
    return found


def scattered_sights(seed: int, days: int = 2, count: int = 24, members: int = 2) -> Problem:
    """Days that are alike and not long enough for all there is."""
    rng = random.Random(seed)
    points = [(rng.random() * 6000, rng.random() * 6000) for _ in range(count + 1)]
    metres = tuple(tuple(math.dist(a, b) * 1.3 for b in points) for a in points)
    minutes = tuple(tuple(round(far / 75, 1) for far in row) for row in metres)
    return Problem(
        days=tuple(Day(index, f"2027-04-{index + 1:02d}", 540, 900, 0, 0) for index in range(days)),
        visits=tuple(
            Visit(f"v{k}", k + 1, rng.choice((30, 45, 60)), tuple(rng.random() * 5 for _ in range(members)))
            for k in range(count)
        ),
        travel=Travel((Mode("walk", minutes, metres),)),
        members=tuple(Member(f"m{index}") for index in range(members)),
    )


def test_what_the_search_says_of_its_plans_is_so(random_problem: MakeProblem) -> None:
    for seed in range(200):
        assert not wrong(*searched(random_problem(seed), 1300, seed)), seed


def test_days_that_differ_by_what_may_be_walked_do_not_change_places() -> None:
    for seed in range(3):
        problem = scattered_sights(seed)
        days = (problem.days[0], replace(problem.days[1], max_walk_metres=3000.0))
        assert not wrong(*searched(replace(problem, days=days), 1300)), seed


def test_a_budget_holds_where_ways_cost() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        problem = scattered_sights(seed, days=3, count=16)
        (mode,) = problem.travel.modes
        stations = range(problem.travel.size)
        fares = tuple(tuple(0 if a == b else rng.choice((0, 100, 300, 800)) for b in stations) for a in stations)
        visits = tuple(replace(visit, cost=rng.choice((0, 0, 100, 500))) for visit in problem.visits)
        travel = Travel((Mode("transit", mode.minutes, prices=fares),))
        dear = replace(problem, visits=visits, travel=travel, budget=rng.choice((1500, 3000, 5000)), currency="EUR")
        assert not wrong(*searched(dear, 600, seed)), seed


def test_a_day_that_cannot_be_ended_leaves_the_others_as_good_as_they_were() -> None:
    for seed in range(4):
        problem = scattered_sights(seed, days=3)
        (mode,) = problem.travel.modes
        nowhere = len(mode.minutes)
        minutes = (*((*row, math.inf) for row in mode.minutes), (*[math.inf] * nowhere, 0.0))
        lost = Day(3, "2027-04-20", 540, 900, 0, nowhere)
        longer = replace(problem, days=(*problem.days, lost), travel=Travel((Mode("walk", minutes),)))
        plain = replace(problem, travel=Travel((Mode("walk", mode.minutes),)))
        scores = [solve(each, seed=seed, stop=MaxIterations(1500)).value for each in (plain, longer)]
        assert scores[1] >= 0.98 * scores[0], seed


def build(out: Path, *options: str) -> Path:
    compiler = ROOT / "node_modules/.bin/asc"
    subprocess.run([compiler, *options, "--outFile", out], cwd=CORE, check=True, capture_output=True)
    return out


def test_the_module_is_what_the_sources_build_to(tmp_path: Path) -> None:
    built = build(tmp_path / "core.wasm", "--config", "asconfig.json")
    assert built.read_bytes() == (CORE / "core.wasm").read_bytes()


def test_nothing_is_read_or_written_beside_an_array(
    tmp_path: Path, random_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("index.ts", "--runtime", "stub", "-O3", "--uncheckedBehavior", "never", "--use", "abort=")
    engine = wasmtime.Engine()
    module = wasmtime.Module.from_file(engine, str(build(tmp_path / "checked.wasm", *options)))
    problems = [*map(random_problem, range(60)), scattered_sights(1), replace(scattered_sights(1), days=())]
    plain = [searched(problem, 1300)[1] for problem in problems]
    monkeypatch.setattr(core_side, "_module", lambda: (engine, module))
    for problem, core in zip(problems, plain, strict=True):
        checked = searched(problem, 1300)[1]
        assert (checked.best, checked.best_value, checked.alone) == (core.best, core.best_value, core.alone)


def test_pieces_of_work_make_the_same_plan_however_small(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = searched(scattered_sights(2), 1300)[1]
    monkeypatch.setattr(core_side, "SLICE", 1)
    pieces = searched(scattered_sights(2), 1300)[1]
    assert (pieces.best, pieces.best_value, pieces.iterations) == (whole.best, whole.best_value, whole.iterations)


def test_a_day_holds_any_number_of_stops() -> None:
    travel = Travel((Mode("walk", ((0.0,),)),))
    visits = tuple(Visit(f"v{k}", 0, 0) for k in range(300))
    problem = Problem(tuple(Day(k, f"2027-04-{k + 1:02d}", 540, 900) for k in range(2)), visits, travel)
    model, core = searched(problem, 20)
    assert not wrong(model, core)
    assert sum(map(len, core.best)) == 300


def test_a_fresh_process_makes_the_same_plan(random_problem: MakeProblem) -> None:
    script = (
        "from tests.itinerary.conftest import make_problem; from shared.itinerary import MaxIterations, solve;"
        "print(solve(make_problem(4), seed=9, stop=MaxIterations(1300)).days)"
    )
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert told.stdout.strip() == str(solve(random_problem(4), seed=9, stop=MaxIterations(1300)).days)
