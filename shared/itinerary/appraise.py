"""What a plan that somebody else made is worth: its value, each member's share, and why things are not in it."""

from __future__ import annotations

from collections.abc import Sequence

from .core import Core
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
    model = compile_model(problem)
    core = Core(model, seed, measured=True)
    core.measure(stop or MaxSeconds(1.0))
    search = Search(model)
    put(search, plan)
    return explained(model, Objective(model, core.alone), search.plan(), core.iterations, complete=False)
