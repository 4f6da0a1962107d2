"""Plans that are clearly different from one another."""

from __future__ import annotations

import random
from collections.abc import Callable

from .alone import Alone
from .engine import Search
from .improve import Improver
from .model import compile_model
from .objective import Objective
from .problem import Problem
from .solution import Solution
from .solver import explained
from .stop import MaxSeconds, StopRule

KEPT_WORTH = 0.4
MOST_SHARED = 0.7


def one_second() -> StopRule:
    return MaxSeconds(1.0)


def visited(solution: Solution) -> frozenset[str]:
    return frozenset(stop.visit for day in solution.days for stop in day.stops)


def shared_part(problem: Problem, one: Solution, other: Solution) -> float:
    """How much of the smaller plan is in both, 0..1, musts and fixed stops not counted."""
    free = frozenset(visit.id for visit in problem.visits if not visit.must and visit.fixed is None)
    a, b = visited(one) & free, visited(other) & free
    return len(a & b) / max(1, min(len(a), len(b)))


def alternatives(
    problem: Problem,
    first: Solution,
    *,
    count: int = 2,
    seed: int = 0,
    stop: Callable[[], StopRule] = one_second,
) -> tuple[Solution, ...]:
    """Up to `count` further plans, each sharing at most 70 % of its free stops with `first` and with one another.

    What earlier plans visit is worth 40 % of its score each time while an alternative is sought; its value is reported
    by the true scores. `stop` makes a new stopping rule for each plan. Fewer plans come back when the candidates do not
    allow that many.
    """
    found: list[Solution] = []
    rng = random.Random(seed)  # noqa: S311
    plain = compile_model(problem)
    alone = Alone(Search(plain), rng)
    alone.measure(stop())
    for _ in range(count):
        worth: dict[str, float] = {}
        for earlier in (first, *found):
            for name in visited(earlier):
                worth[name] = worth.get(name, 1.0) * KEPT_WORTH
        model = compile_model(problem, worth)
        improver = Improver(Search(model), Objective(model, []), rng)
        iterations = improver.run(stop(), lambda iterations, value, routes: None)
        plan = explained(plain, Objective(plain, alone.scores), improver.best, iterations)
        if any(shared_part(problem, plan, other) > MOST_SHARED for other in (first, *found)):
            break
        found.append(plan)
    return tuple(found)
