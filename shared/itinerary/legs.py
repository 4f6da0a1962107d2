"""Travel between nodes: the mode chosen for each pair of locations, and what a leg takes, costs and adds to walking."""

from __future__ import annotations

import typing
from collections.abc import Callable, Sequence
from math import ceil, inf
from operator import itemgetter

from .money import converter
from .problem import Matrix, Mode, Problem

FAR = 1 << 40
Rows = list[list[float]]


class Legs:
    """Matrices between nodes. `places[k]` is the location of node k; the number of locations stands for nowhere, from
    and to where nothing takes any time."""

    def __init__(self, problem: Problem, places: Sequence[int]) -> None:
        self.problem = problem
        self.places = places
        self.chosen: list[list[Mode]] = []
        self._minutes: Rows = []
        for a in range(problem.travel.size):
            modes, minutes = problem.travel.choose_all(a)
            minutes[a] = 0.0
            self.chosen.append(modes)
            self._minutes.append(minutes)
        self.minutes = self._between(self._minutes, 0.0)

    def _between(self, table: Sequence[Sequence[float]], nothing: float) -> list[list[typing.Any]]:
        """The table of locations as one of nodes; `nothing` is what holds from and to nowhere."""
        if not self.places:
            return []
        pick = itemgetter(*self.places, 0)
        rows = [list(pick([*numbers, nothing]))[:-1] for numbers in table]
        rows.append([nothing] * len(self.places))
        return [rows[place] for place in self.places]

    def _walked(self, matrix: Callable[[Mode], Matrix | None]) -> Rows:
        table = [[0.0] * len(row) for row in self.chosen]
        for a, row in enumerate(self.chosen):
            for b, mode in enumerate(row):
                values = matrix(mode)
                if a != b and mode.name == "walk" and values is not None:
                    table[a][b] = float(values[a][b])
        return self._between(table, 0.0)

    def walked_metres(self) -> Rows:
        return self._walked(lambda mode: mode.metres)

    def walked_minutes(self) -> Rows:
        return self._walked(lambda mode: mode.minutes)

    def fares(self) -> list[list[int]]:
        """The price of each leg in the problem's currency."""
        convert = converter(self.problem)
        table = [
            [convert(m.prices[a][b], m.currency) if m.prices and a != b else 0 for b, m in enumerate(row)]
            for a, row in enumerate(self.chosen)
        ]
        return self._between(table, 0)

    def tolls(self, per_minute: float) -> Rows:
        """What each leg takes from the value; 0 where there is no way at all."""
        return [[per_minute * value if value != inf else 0.0 for value in row] for row in self.minutes]

    def reach(self, service: list[int], scale: int) -> list[list[int]]:
        """Whole time units from the start at one node to the arrival at another, rounded up."""
        whole = [[ceil(value * scale - 1e-6) if value != inf else FAR for value in row] for row in self._minutes]
        return [[stay + value for value in row] for stay, row in zip(service, self._between(whole, 0), strict=True)]
