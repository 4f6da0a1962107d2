"""`python -m shared.itinerary < problem.json > solution.json`."""

from __future__ import annotations

import argparse
import functools
import json
import sys

from .codec import problem_from_json, solution_to_json
from .solver import solve
from .split import split
from .stop import MaxIterations, MaxSeconds, StopRule

SPLITTING = 0.3
"""The part of the time that is kept for half-days apart, if the problem allows them."""


def _stop(seconds: float, iterations: int | None) -> StopRule:
    """Raises ValueError for what is no time and no number of iterations."""
    timed = MaxSeconds(seconds)
    return timed if iterations is None else MaxIterations(iterations)


def main(arguments: list[str] | None = None) -> int:
    """Solve the problem on standard input; 2 and a line on standard error if it is no problem."""
    parser = argparse.ArgumentParser(prog="python -m shared.itinerary", description="Plan the days of a trip.")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--iterations", type=int, help="stop after so many iterations instead of after seconds")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        stop = _stop(options.seconds, options.iterations)
    except ValueError as error:
        parser.error(str(error))
    try:
        problem = problem_from_json(json.load(sys.stdin))
    # ValueError: ProblemError, what is no JSON or no UTF-8, and numbers of thousands of digits.
    except (ValueError, RecursionError) as error:
        sys.stderr.write(f"not a problem: {error}\n")
        return 2
    may_part = problem.max_splits > 0 and len(problem.members) > 1 and not problem.previous
    if may_part:
        stop = _stop((1 - SPLITTING) * options.seconds, options.iterations)
    clock = MaxSeconds(options.seconds)
    clock(0, 0.0)
    solution = solve(problem, seed=options.seed, stop=stop)
    if may_part:
        over = functools.partial(clock, 0, 0.0) if options.iterations is None else lambda: False
        solution = split(problem, solution, seed=options.seed, enough=over)
    json.dump(solution_to_json(solution), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
