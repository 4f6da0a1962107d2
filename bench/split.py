"""What splitting the group adds where tastes clash: worst-off member, average, travel and time.

    .venv/bin/python bench/split.py [--quick] [--json FILE]

Times are processor time.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.bars import Bar, finish, options
from shared.itinerary import MaxIterations, Problem, Solution, solve, split
from shared.itinerary.check import faults
from shared.itinerary.codec import problem_to_json, solution_to_json
from tests.itinerary.splits.clashing import make_clashing

ITERATIONS = 400
MOST_SECONDS = 5.0


def worst(solution: Solution) -> float:
    return min(said.share for said in solution.members)


def measure(problem: Problem) -> dict[str, Any]:
    together = solve(problem, stop=MaxIterations(ITERATIONS))
    start = time.process_time()
    apart = split(problem, together)
    seconds = time.process_time() - start
    assert faults(problem_to_json(problem), solution_to_json(apart)) == []
    return {
        "splits": sum(plan.split is not None for plan in apart.days),
        "value": apart.value / together.value - 1,
        "average": apart.score / together.score - 1,
        "worst": (worst(together), worst(apart)),
        "travel": apart.travel_minutes / together.travel_minutes - 1,
        "seconds": seconds,
    }


def main() -> int:
    chosen = options("split", __doc__, "fewer groups").parse_args()
    found: dict[str, Any] = {}
    for name, rich in (("two tastes", False), ("two tastes, tight limits", True)):
        told = [measure(make_clashing(seed, rich=rich)) for seed in range(1000, 1005 if chosen.quick else 1040)]
        parted = [one for one in told if one["splits"]]
        found[name] = {
            "groups": len(told),
            "split": len(parted),
            "value": round(mean(one["value"] for one in parted), 3) if parted else None,
            "average": round(mean(one["average"] for one in parted), 3) if parted else None,
            "worst share before": round(mean(one["worst"][0] for one in parted), 3) if parted else None,
            "worst share after": round(mean(one["worst"][1] for one in parted), 3) if parted else None,
            "travel": round(mean(one["travel"] for one in parted), 3) if parted else None,
            "seconds": round(mean(one["seconds"] for one in told), 3),
        }
        print(name, json.dumps(found[name]))
    slowest = max(told["seconds"] for told in found.values())
    return finish([Bar.at_most("a split plan, s of processor time", slowest, MOST_SECONDS)], chosen.json, groups=found)


if __name__ == "__main__":
    sys.exit(main())
