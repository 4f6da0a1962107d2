"""The trip optimiser: which visits on which day and in which order. Pure and seeded; `solve(problem)` is its face."""

from .alternatives import alternatives
from .problem import Day, Fixed, Meal, Member, Mode, Problem, ProblemError, Travel, Visit
from .solution import Reason, Solution
from .solver import solve
from .stop import FirstOf, MaxIterations, MaxSeconds, NoImprovement

__all__ = [
    "Day",
    "FirstOf",
    "Fixed",
    "MaxIterations",
    "MaxSeconds",
    "Meal",
    "Member",
    "Mode",
    "NoImprovement",
    "Problem",
    "ProblemError",
    "Reason",
    "Solution",
    "Travel",
    "Visit",
    "alternatives",
    "solve",
]
