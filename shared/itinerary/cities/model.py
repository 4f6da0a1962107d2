"""From a problem and some of its wishes to rows and columns: a path through time with side constraints.

Nodes are (city, day). A block is a visit, from its first night on, for so many nights, in one lodging; a journey leads
from where a block ends to where the next one begins, on the same day or overnight. Exactly one path leads from the
start to the end, and time only moves forward, so there are no sub-tours to cut off. What a visit costs and is worth is
a constant of its block, which keeps the linear relaxation tight; visits, budgets and wishes are rows over the columns.
Any mixed-integer solver can take it: `program.py` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .journeys import Journey
from .lodging import Lodging
from .problem import CitiesProblem
from .wishes import CATEGORIES, Wish


@dataclass(frozen=True, slots=True)
class Move:
    """An edge between places: `origin` None is the start, `destination` None the end; `journey` None takes no time.

    The last move pays the meals of the last day too.
    """

    origin: str | None
    destination: str | None
    leaves: int
    arrives: int
    journey: Journey | None
    meals: int

    @property
    def arrival_minute(self) -> int:
        return 0 if self.journey is None else self.journey.arrives


@dataclass(frozen=True, slots=True)
class Block:
    """A visit of a city from day `first` to day `last`, `meals` paid."""

    city: str
    first: int
    last: int
    lodging: Lodging
    meals: int

    @property
    def nights(self) -> int:
        return self.last - self.first


@dataclass(slots=True)
class Row:
    """low <= sum of coefficient times column <= high."""

    low: float
    high: float
    terms: dict[int, float]


class Extra(NamedTuple):
    """A column that follows from the blocks of a city: 1 if there are so many `nights`, or a visit `begun` before a
    day."""

    city: str
    nights: int | None = None
    begun: int | None = None


@dataclass(slots=True)
class Model:
    """Maximise the sum of `values` over the columns that are chosen. The first columns are moves and blocks, 0 or 1;
    what follows, `extras`, is continuous in 0..1."""

    problem: CitiesProblem
    wishes: tuple[Wish, ...]
    moves: list[Move] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)

    @property
    def binaries(self) -> int:
        return len(self.moves) + len(self.blocks)

    def add_extra(self, extra: Extra, value: float = 0.0) -> int:
        """The column of an extra, new."""
        self.values.append(value)
        self.extras.append(extra)
        return len(self.values) - 1

    def completed(self, chosen: Iterable[int]) -> Any:
        """The values of all columns, as an array, if of the moves and blocks these are chosen."""
        import numpy

        base = len(self.moves)
        columns = numpy.zeros(len(self.values))
        columns[list(chosen)] = 1.0
        nights: dict[str, int] = defaultdict(int)
        begun: dict[str, int] = {}
        for block in (self.blocks[column - base] for column in sorted(chosen) if column >= base):
            nights[block.city] += block.nights
            begun[block.city] = min(block.first, begun.get(block.city, block.first))
        for column, extra in enumerate(self.extras, self.binaries):
            if extra.nights is not None:
                columns[column] = nights[extra.city] >= extra.nights
            elif extra.begun is not None and extra.city in begun:
                columns[column] = begun[extra.city] < extra.begun
        return columns

    def move_columns(self, test: Callable[[Move], bool]) -> dict[int, float]:
        return {column: 1.0 for column, move in enumerate(self.moves) if test(move)}

    def block_columns(self, test: Callable[[Block], bool]) -> dict[int, float]:
        base = len(self.moves)
        return {base + index: 1.0 for index, block in enumerate(self.blocks) if test(block)}

    def costs(self, categories: tuple[str, ...]) -> dict[int, float]:
        """What each column costs in the categories (none: in all)."""
        wanted = set(categories or CATEGORIES)
        parts = [*(move_costs(move) for move in self.moves), *(block_costs(block) for block in self.blocks)]
        totals = (sum(cost for name, cost in part.items() if name in wanted) for part in parts)
        return {column: float(total) for column, total in enumerate(totals) if total}

    def spent(self, chosen: Iterable[int], categories: tuple[str, ...]) -> int:
        """What columns cost together in the categories (none: in all), exactly."""
        costs = self.costs(categories)
        return sum(int(costs.get(column, 0)) for column in chosen)


def move_costs(move: Move) -> dict[str, int]:
    return {"transfers": move.journey.price if move.journey else 0, "meals": move.meals}


def block_costs(block: Block) -> dict[str, int]:
    return {"stays": block.lodging.price * block.nights, "meals": block.meals}


def city_value(problem: CitiesProblem, city_id: str, nights: int) -> float:
    """What so many nights in a city are worth: each one `decay` times the one before."""
    city = problem.city(city_id)
    return problem.interest(city) * sum(city.decay**night for night in range(nights))
