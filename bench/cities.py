"""Solve trips of many cities to proven optimality, with HiGHS as deployed and with CP-SAT on the same models.

    .venv/bin/python bench/cities.py [--quick] [--json FILE] [--seconds 60] [--against cpsat]

CP-SAT needs bench/requirements.in. Times are processor time of this process, so that a busy machine does not change the
figures; the limit is wall clock. `gap` is how far the value may be from the best possible.
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from math import inf
from multiprocessing import get_context
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, options
from shared.itinerary.cities import CitiesProblem, City, Stay, Transfer, Traveller, Wish, plan
from shared.itinerary.cities.build import build
from shared.itinerary.cities.check import faults
from shared.itinerary.cities.clock import Clock
from shared.itinerary.cities.codec import problem_to_json, solution_to_json
from shared.itinerary.cities.highs import maximise
from shared.itinerary.cities.model import Model

MODES = (("train", 30, 0.5, 1000, 8), ("bus", 30, 0.9, 500, 3), ("flight", 180, 0.1, 4000, 10))
"""Name, minutes to begin with and a kilometre, cents to begin with and a kilometre."""
BUDGETS = (1_500_000, 750_000, 600_000)
MOST_SECONDS = 60.0
"""That somebody waits for a plan of twelve cities; the usual trip takes a second."""
SCALE = 100_000
"""CP-SAT takes whole numbers only."""


def make_problem(seed: int, cities: int, nights: int, stays: int, budget: int) -> CitiesProblem:
    """Three members, four beds, home and back; three transfer options between any two; six wishes."""
    rng = random.Random(seed)
    names = ["home", *(f"c{index}" for index in range(cities))]
    points = {name: (rng.random() * 1000, rng.random() * 1000) for name in names}
    return CitiesProblem(
        first_date="2027-04-02",
        horizon=nights,
        cities=tuple(
            City(name, name, tuple(round(rng.random() * 5, 1) for _ in range(3)), 0.75, rng.randrange(1500, 5000))
            for name in names[1:]
        ),
        transfers=tuple(
            Transfer(f"{a}-{b}-{mode}", a, b, mode, round(start + far * each), round(fare + far * cents))
            for a in names
            for b in names
            if a != b
            for far in (math.dist(points[a], points[b]),)
            for mode, start, each, fare, cents in MODES
        ),
        stays=tuple(_stay(rng, name, number) for name in names[1:] for number in range(stays)),
        start="home",
        end="home",
        people=4,
        members=tuple(Traveller(f"m{index}") for index in range(3)),
        wishes=(
            Wish("money", "budget", at_most=budget),
            Wish("nights", "total_nights", at_least=nights - 3, at_most=nights),
            Wish("must", "visit", ("c3",)),
            Wish("way", "transfer_minutes", at_most=400),
            Wish("order", "order", ("c1", "c2")),
            Wish("date", "on_date", ("c0",), date="2027-04-08"),
        ),
    )


def _stay(rng: random.Random, city: str, number: int) -> Stay:
    return Stay(
        f"{city}/{number}",
        city,
        f"{city} {number}",
        rng.choice(("hotel", "hostel", "flat")),
        rng.randrange(3000, 15000),
        rng.randrange(1, 5),
        rooms=rng.randrange(1, 4),
        min_nights=rng.choice((1, 1, 2, 3)),
        check_in_until=rng.choice((None, None, 1200)),
        rating=rng.randrange(20, 50) / 10,
    )


def with_highs(model: Model, seconds: float) -> dict[str, Any]:
    start = time.process_time()
    outcome = maximise(model, Clock(seconds))
    return _told(outcome.value, outcome.bound, time.process_time() - start)


def with_cpsat(model: Model, seconds: float) -> dict[str, Any]:
    """One worker, the same rows, scaled values. In a process of its own: both libraries bring symbols of one name."""
    from ortools.sat.python import cp_model

    program = cp_model.CpModel()
    columns = [program.new_bool_var("") for _ in model.values]
    for row in model.rows:
        chosen = [columns[column] for column in row.terms]
        plain = all(coefficient == 1 for coefficient in row.terms.values())
        if plain and (row.low, row.high) == (1, 1):
            program.add_exactly_one(chosen)
        elif plain and (row.low, row.high) == (0, 1):
            program.add_at_most_one(chosen)
        else:
            total = cp_model.LinearExpr.weighted_sum(chosen, [round(value) for value in row.terms.values()])
            if row.low > -inf:
                program.add(total >= math.ceil(row.low))
            if row.high < inf:
                program.add(total <= math.floor(row.high))
    program.maximize(cp_model.LinearExpr.weighted_sum(columns, [round(value * SCALE) for value in model.values]))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    start = time.process_time()
    status = solver.solve(program)
    known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    value = solver.objective_value / SCALE if known else -inf
    return _told(value, solver.best_objective_bound / SCALE, time.process_time() - start)


def _told(value: float, bound: float, seconds: float) -> dict[str, Any]:
    known = value > -inf
    gap = max(0.0, bound - value) / abs(value) if known else None
    return {"value": value if known else None, "gap": gap, "seconds": round(seconds, 2)}


def main() -> int:
    parser = options("cities", __doc__, "smaller trips")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--against", choices=("cpsat",))
    chosen = parser.parse_args()
    cities, nights, stays = (6, 10, 3) if chosen.quick else (12, 21, 5)
    found = []
    for budget in BUDGETS:
        for seed in range(chosen.seeds):
            problem = make_problem(seed, cities, nights, stays, budget * nights // 21)
            start = time.process_time()
            model = build(problem, problem.wishes)
            told: dict[str, Any] = {"budget": budget * nights // 21, "seed": seed, "columns": len(model.values)}
            told |= {"rows": len(model.rows), "build": round(time.process_time() - start, 2)}
            told["highs"] = with_highs(model, chosen.seconds)
            if chosen.against:
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                    told["cpsat"] = pool.submit(with_cpsat, model, chosen.seconds).result()
            start = time.process_time()
            solution = plan(problem, seconds=chosen.seconds)
            assert faults(problem_to_json(problem), solution_to_json(solution)) == []
            told["explained"] = {"status": solution.status, "seconds": round(time.process_time() - start, 2)}
            found.append(told)
            print(json.dumps(told))
    slowest = max(told["explained"]["seconds"] for told in found)
    return finish([Bar.at_most("slowest answer, s of processor time", slowest, MOST_SECONDS)], chosen.json, runs=found)


if __name__ == "__main__":
    sys.exit(main())
