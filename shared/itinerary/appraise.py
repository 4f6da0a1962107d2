"""What a plan that somebody else made is worth: its value, each member's share, and why things are not in it."""

from __future__ import annotations

import random
from collections.abc import Sequence

from .alone import Alone
from .engine import Search
from .model import compile_model
from .objective import Objective
from .problem import Problem
from .solution import Solution
from .solver import explained
from .stop import MaxSeconds, StopRule
from .warm import put


def appraise(
    problem: Problem, plan: Sequence[Sequence[str]], *, seed: int = 0, stop: StopRule | None = None
) -> Solution:
    """The solution with the visits of each day in this order, each as early as can be, and nothing else. What does not
    fit is left out. `stop` ends the search for the best plan of each member alone (default: one second)."""
    rng = random.Random(seed)  # noqa: S311
    model = compile_model(problem)
    search = Search(model)
    alone = Alone(search, rng)
    alone.measure(stop or MaxSeconds(1.0))
    search.load(model.base)
    put(search, plan)
    objective = Objective(model, list(alone.scores))
    return explained(model, objective, search.plan(), alone.effort, complete=False)
