"""A good plan of a large model, quickly: a beam search along the days, led by the reduced costs of the relaxation.

A path's value is the relaxation's bound plus the reduced costs along it, side rows included, so the labels to keep at a
place and day are those that have lost least. What it finds may break rows that it does not follow: ask before use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from .model import Model
from .wishes import ORDER

_MOST_COLUMNS = 15_000
_BREADTH = 12
_SAME = 3
Node = tuple[int, str]


@dataclass(frozen=True, slots=True)
class _Label:
    """A path so far: what it has lost, the limits that it has used up, the demands that it has met, its columns."""

    lost: float
    used: tuple[float, ...]
    met: int
    visited: frozenset[str]
    minute: int
    columns: tuple[int, ...]


class Diving:
    """The columns that lose least, as a graph; `reduced`: the reduced cost of each column, 0 or below."""

    def __init__(self, model: Model, reduced: Sequence[float]) -> None:
        self._model = model
        self._lost = reduced
        self._base = len(model.moves)
        kept = sorted(range(model.binaries), key=lambda column: -reduced[column])[:_MOST_COLUMNS]
        self._limits: list[float] = []
        self._uses: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self._meets: dict[int, int] = defaultdict(int)
        self._until: list[int] = []
        self._read_rows(set(kept))
        self._after = self._orders()
        self._starts: list[int] = []
        self._blocks: dict[Node, list[int]] = defaultdict(list)
        self._moves: dict[Node, list[int]] = defaultdict(list)
        for column in kept:
            if column >= self._base:
                block = model.blocks[column - self._base]
                self._blocks[block.first, block.city].append(column)
            elif (origin := model.moves[column].origin) is None:
                self._starts.append(column)
            else:
                self._moves[model.moves[column].leaves, origin].append(column)

    def paths(self, goes_on: Callable[[], bool]) -> Iterator[tuple[int, ...]]:
        """Whole paths, those first that have lost least; none if `goes_on` says so before they are complete."""
        arrived: dict[int, dict[str, list[_Label]]] = defaultdict(lambda: defaultdict(list))
        left: dict[int, dict[str, list[_Label]]] = defaultdict(lambda: defaultdict(list))
        ended: list[_Label] = []
        start = _Label(0.0, (0.0,) * len(self._limits), 0, frozenset(), 0, ())
        self._move(self._starts, [start], arrived, ended)
        for day in range(self._model.problem.horizon + 1):
            if not goes_on():
                return
            for city, labels in sorted(left[day].items()):
                self._move(self._moves[day, city], self._best(labels, day), arrived, ended)
            for city, labels in sorted(arrived[day].items()):
                self._sleep(self._blocks[day, city], self._best(labels, day), left)
        for label in sorted(ended, key=lambda one: (-one.lost, one.columns)):
            yield label.columns

    def _move(
        self,
        columns: Iterable[int],
        labels: Sequence[_Label],
        arrived: dict[int, dict[str, list[_Label]]],
        ended: list[_Label],
    ) -> None:
        everything = (1 << len(self._until)) - 1
        for column in columns:
            move = self._model.moves[column]
            for label in labels:
                longer = self._longer(label, column, label.visited, move.arrival_minute)
                if longer is None:
                    continue
                if move.destination is not None:
                    arrived[move.arrives][move.destination].append(longer)
                elif longer.met == everything:
                    ended.append(longer)

    def _sleep(
        self, columns: Iterable[int], labels: Sequence[_Label], left: dict[int, dict[str, list[_Label]]]
    ) -> None:
        for column in columns:
            block = self._model.blocks[column - self._base]
            barred = self._after[block.city]
            for label in labels:
                if label.minute > block.lodging.check_in_until or not barred.isdisjoint(label.visited):
                    continue
                longer = self._longer(label, column, label.visited | {block.city}, 0)
                if longer is not None:
                    left[block.last][block.city].append(longer)

    def _longer(self, label: _Label, column: int, visited: frozenset[str], minute: int) -> _Label | None:
        used = label.used
        if uses := self._uses.get(column):
            amounts = list(used)
            for limit, amount in uses:
                amounts[limit] += amount
                if amounts[limit] > self._limits[limit]:
                    return None
            used = tuple(amounts)
        met = label.met | self._meets.get(column, 0)
        return _Label(label.lost + self._lost[column], used, met, visited, minute, (*label.columns, column))

    def _best(self, labels: list[_Label], day: int) -> list[_Label]:
        """Of those that can still meet every demand, the ones that have lost least, few with the same demands met."""
        late = sum(1 << demand for demand, until in enumerate(self._until) if until < day)
        same: dict[tuple[int, frozenset[str]], int] = defaultdict(int)
        kept: list[_Label] = []
        for label in sorted(labels, key=lambda one: (-one.lost, one.columns)):
            key = (label.met, label.visited)
            if late & ~label.met or same[key] >= _SAME:
                continue
            same[key] += 1
            kept.append(label)
            if len(kept) == _BREADTH:
                break
        return kept

    def _read_rows(self, kept: set[int]) -> None:
        """Rows without negative terms: what may not be exceeded, and what has to be met, by which day."""
        for row in self._model.rows:
            if any(value < 0 for value in row.terms.values()) or any(c >= self._model.binaries for c in row.terms):
                continue
            mine = kept.intersection(row.terms)
            if row.high < inf:
                for column in mine:
                    self._uses[column].append((len(self._limits), row.terms[column]))
                self._limits.append(row.high)
            if row.low > 0:
                for column in mine:
                    self._meets[column] |= 1 << len(self._until)
                self._until.append(max(map(self._day, mine), default=-1))

    def _day(self, column: int) -> int:
        if column < self._base:
            return self._model.moves[column].leaves
        return self._model.blocks[column - self._base].first

    def _orders(self) -> dict[str, frozenset[str]]:
        """The cities that may not come before a city."""
        after: dict[str, set[str]] = {city.id: set() for city in self._model.problem.cities}
        for wish in self._model.wishes:
            if wish.kind == ORDER:
                for index, city in enumerate(wish.cities):
                    after[city].update(wish.cities[index + 1 :])
        return {city: frozenset(later) for city, later in after.items()}
