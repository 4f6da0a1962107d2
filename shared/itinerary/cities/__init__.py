"""Trips of several cities: which, in what order, how many nights, how to get there and where to sleep.

Exact; `plan(problem)` is the face.
"""

from .problem import CitiesProblem, City, Preference, Stay, Transfer, Traveller, Weights
from .solution import CitiesSolution
from .solver import plan
from .wishes import Wish

__all__ = [
    "CitiesProblem",
    "CitiesSolution",
    "City",
    "Preference",
    "Stay",
    "Transfer",
    "Traveller",
    "Weights",
    "Wish",
    "plan",
]
