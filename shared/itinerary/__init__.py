"""The trip optimiser: which visits on which day and in which order. Pure and seeded; `solve(problem)` is its face."""

from .alternatives import alternatives
from .appraise import appraise
from .problem import (
    Break,
    Day,
    Disruption,
    Fixed,
    Meal,
    Member,
    Mode,
    Previous,
    Problem,
    Rate,
    Travel,
    Visit,
)
from .solution import Reason, Solution
from .solver import solve
from .split import split
from .stop import FirstOf, MaxIterations, MaxSeconds, NoImprovement
from .validation import ProblemError

__all__ = [
    "Break",
    "Day",
    "Disruption",
    "FirstOf",
    "Fixed",
    "MaxIterations",
    "MaxSeconds",
    "Meal",
    "Member",
    "Mode",
    "NoImprovement",
    "Previous",
    "Problem",
    "ProblemError",
    "Rate",
    "Reason",
    "Solution",
    "Travel",
    "Visit",
    "alternatives",
    "appraise",
    "solve",
    "split",
]
