"""Travel between nodes: the mode chosen for each pair of locations, and what a leg takes, costs and adds to walking."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Sequence
from math import ceil, inf
from operator import itemgetter

from .money import converter
from .problem import Matrix, Mode, Problem

FAR = 1 << 28
"""Time units that no day has (a million minutes, see validation.py, are at most 100 million), while the sum of a few
such times still fits into 32 bits."""
Rows = list[list[float]]
T = typing.TypeVar("T", int, float)


class Legs:
    """Matrices between nodes. `places[k]` is the location of node k; the number of locations stands for nowhere, from
    and to where nothing takes any time.

    Rows of nodes at the same location are one and the same list: there are as many nodes as visits, windows and days
    make, but few locations.
    """

    def __init__(self, problem: Problem, places: Sequence[int]) -> None:
        self.problem = problem
        self.places = places
        self._minutes: Rows = []
        self._chosen: list[list[Mode]] = []
        for a in range(problem.travel.size):
            modes, minutes = problem.travel.choose_all(a)
            minutes[a] = 0.0
            self._chosen.append(modes)
            self._minutes.append(minutes)
        self._pick = itemgetter(*places, 0, 0)  # of fewer than two it would return no tuple

    def times(self) -> Iterator[tuple[float, ...]]:
        """All travel times between nodes."""
        used = sorted(set(self.places) - {len(self._minutes)})
        pick = itemgetter(*used, 0, 0)
        for a in used:
            yield pick(self._minutes[a])[:-2]

    def _to_nodes(self, numbers: Sequence[T], nothing: T) -> list[T]:
        """From values to locations to those to nodes; `nothing` is what holds to nowhere."""
        return list(self._pick([*numbers, nothing]))[:-2]

    def _between(self, table: Sequence[Sequence[T]], nothing: T) -> list[list[T]]:
        """The table of locations as one of nodes; `nothing` is what holds from and to nowhere."""
        rows = [self._to_nodes(numbers, nothing) for numbers in table]
        rows.append([nothing] * len(self.places))
        return [rows[place] for place in self.places]

    def _by(self, mode: Mode, matrix: Sequence[Sequence[T]], others: list[list[T]]) -> list[list[T]]:
        """The values of a matrix where the mode is chosen, and those of the others elsewhere; 0 on the spot."""
        table = []
        for a, (values, row, modes) in enumerate(zip(matrix, others, self._chosen, strict=True)):
            found = [value if one is mode else other for value, other, one in zip(values, row, modes, strict=True)]
            found[a] = others[a][a]
            table.append(found)
        return table

    def _walked(self, name: str) -> Rows:
        size = self.problem.travel.size
        nothing: Rows = [[0.0] * size] * size
        for mode in self.problem.travel.modes:
            matrix: Matrix | None = getattr(mode, name)
            if mode.name == "walk" and matrix is not None:
                return self._between(self._by(mode, [list(map(float, row)) for row in matrix], nothing), 0.0)
        return self._between(nothing, 0.0)

    def walked_metres(self) -> Rows:
        return self._walked("metres")

    def walked_minutes(self) -> Rows:
        return self._walked("minutes")

    def fares(self) -> list[list[int]]:
        """The price of each leg in the problem's currency."""
        convert = converter(self.problem)
        size = self.problem.travel.size
        table = [[0] * size] * size
        for mode in self.problem.travel.modes:
            if mode.prices and mode.currency in (None, self.problem.currency):
                table = self._by(mode, mode.prices, table)
            elif mode.prices:
                table = self._by(mode, [[convert(price, mode.currency) for price in row] for row in mode.prices], table)
        return self._between(table, 0)

    def tolls(self, per_minute: float) -> Rows:
        """What each leg takes from the value; 0 where there is no way at all."""
        table = [[per_minute * value if value != inf else 0.0 for value in row] for row in self._minutes]
        return self._between(table, 0.0)

    def reach(self, service: list[int], scale: int) -> list[list[int]]:
        """Whole time units from the start at one node to the arrival at another, rounded up."""
        whole = [[ceil(value * scale - 1e-6) if value != inf else FAR for value in row] for row in self._minutes]
        whole.append([0] * len(whole))
        known: dict[tuple[int, int], list[int]] = {}
        for place, stay in zip(self.places, service, strict=True):
            if (place, stay) not in known:
                known[place, stay] = self._to_nodes([stay + value for value in whole[place]], stay)
        return [known[key] for key in zip(self.places, service, strict=True)]
