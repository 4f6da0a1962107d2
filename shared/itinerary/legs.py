"""Travel between nodes: the mode chosen for each pair of locations, and what a leg takes, costs and adds to walking."""

from __future__ import annotations

import typing
from array import array
from collections.abc import Callable, Iterator, Sequence
from math import ceil, inf
from operator import itemgetter
from struct import Struct

from .money import converter
from .problem import Matrix, Mode, Problem

FAR = 1 << 28
"""Time units that no day has (a million minutes, see validation.py, are at most 100 million), while the sum of a few
such times still fits into 32 bits."""
Times: typing.TypeAlias = "list[array[int]]"
Amounts: typing.TypeAlias = "list[array[float]]"
Table = list[list[float]]


class Legs:
    """Matrices between nodes. `places[k]` is the location of node k; the number of locations stands for nowhere, from
    and to where nothing takes any time.

    Rows of nodes at the same location are one and the same array, packed as the search reads it: there are as many
    nodes as visits, windows and days make, but few locations.
    """

    def __init__(self, problem: Problem, places: Sequence[int]) -> None:
        self.problem = problem
        self.places = places
        self._minutes: Table = []
        self._chosen: list[list[int]] = []
        for a in range(problem.travel.size):
            modes, minutes = problem.travel.choose_all(a)
            minutes[a] = 0.0
            self._chosen.append(modes)
            self._minutes.append(minutes)
        # There are at least two places, if any: a day has two ends.
        self._pick: Callable[[Sequence[float]], tuple[float, ...]] = itemgetter(*places) if places else lambda _: ()
        self._packers = {code: Struct(f"{len(places)}{code}") for code in "id"}

    def times(self) -> Iterator[tuple[float, ...]]:
        """All travel times between nodes."""
        used = sorted(set(self.places) - {len(self._minutes)})
        pick = itemgetter(*used, 0, 0)  # of fewer than two it would return no tuple
        for a in used:
            yield pick(self._minutes[a])[:-2]

    def _to_nodes(self, code: typing.Literal["i", "d"], numbers: Sequence[float], nothing: float) -> array[typing.Any]:
        """From values to locations to those to nodes; `nothing` is what holds to nowhere."""
        # An array takes numbers one by one at three times what a struct takes to pack them.
        return array(code, self._packers[code].pack(*self._pick([*numbers, nothing])))

    def _between(self, table: Sequence[Sequence[float]]) -> Amounts:
        """The table of locations as one of nodes; nothing is had from and to nowhere."""
        rows: Amounts = [self._to_nodes("d", numbers, 0.0) for numbers in table]
        rows.append(array("d", bytes(8 * len(self.places))))
        return [rows[place] for place in self.places]

    def _by_mode(self, matrices: Sequence[Sequence[Sequence[float]] | None]) -> Amounts:
        """Of a matrix for each mode (None: all 0) the value of the mode chosen; 0 on the spot."""
        nothing = [[0.0] * len(self._chosen)] * len(self._chosen)
        table = []
        for a, (chosen, *rows) in enumerate(zip(self._chosen, *(one or nothing for one in matrices), strict=True)):
            found = [values[mode] for mode, values in zip(chosen, zip(*rows, strict=True), strict=True)]
            found[a] = 0.0
            table.append(found)
        return self._between(table)

    def _walked(self, matrix: Callable[[Mode], Matrix | None]) -> Amounts:
        """The values of a matrix of the mode "walk" where that is chosen; 0 elsewhere."""
        return self._by_mode([matrix(mode) if mode.name == "walk" else None for mode in self.problem.travel.modes])

    def walked_metres(self) -> Amounts:
        return self._walked(lambda mode: mode.metres)

    def walked_minutes(self) -> Amounts:
        return self._walked(lambda mode: mode.minutes)

    def fares(self) -> Amounts:
        """The price of each leg in the problem's currency."""
        convert = converter(self.problem)
        found: list[Sequence[Sequence[float]] | None] = []
        for mode in self.problem.travel.modes:
            if mode.prices and mode.currency not in (None, self.problem.currency):
                found.append([[convert(price, mode.currency) for price in row] for row in mode.prices])
            else:
                found.append(mode.prices)
        return self._by_mode(found)

    def tolls(self, per_minute: float) -> Amounts:
        """What each leg takes from the value; 0 where there is no way at all."""
        table = [[per_minute * value if value != inf else 0.0 for value in row] for row in self._minutes]
        return self._between(table)

    def reach(self, service: list[int], scale: int) -> Times:
        """Whole time units from the start at one node to the arrival at another, rounded up."""
        whole = [[ceil(value * scale - 1e-6) if value != inf else FAR for value in row] for row in self._minutes]
        whole.append([0] * len(whole))
        known: dict[tuple[int, int], array[int]] = {}
        for place, stay in zip(self.places, service, strict=True):
            if (place, stay) not in known:
                known[place, stay] = self._to_nodes("i", [stay + value for value in whole[place]], stay)
        return [known[key] for key in zip(self.places, service, strict=True)]
