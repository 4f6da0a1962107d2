"""`python -m shared.itinerary.cities < problem.json > solution.json`."""

from __future__ import annotations

import argparse
import json
import sys

from .codec import problem_from_json, solution_to_json
from .solver import plan


def main(arguments: list[str] | None = None) -> int:
    """Solve the problem on standard input; 2 and a line on standard error if it is no problem."""
    parser = argparse.ArgumentParser(prog="python -m shared.itinerary.cities", description="Plan a trip of cities.")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args(arguments)
    if not options.seconds >= 0:
        parser.error("seconds must not be negative")
    try:
        problem = problem_from_json(json.load(sys.stdin))
    # ValueError: ProblemError, what is no JSON or no UTF-8, and numbers of thousands of digits.
    except (ValueError, RecursionError) as error:
        sys.stderr.write(f"not a problem: {error}\n")
        return 2
    json.dump(solution_to_json(plan(problem, seconds=options.seconds)), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
